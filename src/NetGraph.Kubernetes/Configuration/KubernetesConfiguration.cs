using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetGraph.Kubernetes.Configuration;

/// <summary>How the API server is reached and who asks.</summary>
public sealed record KubernetesConfiguration
{
    private const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Address of the API server, <c>https</c> or <c>http</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>Where the settings come from, for messages.</summary>
    public string Origin { get; init; } = "given settings";

    /// <summary>The own namespace; <c>default</c> when none is named.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Bearer token; <see langword="null"/> for none, or when there is a <see cref="TokenFile"/>.</summary>
    public string? Token { get; init; }

    /// <summary>File of the bearer token, read anew for each request, since the kubelet changes it about hourly.</summary>
    public string? TokenFile { get; init; }

    /// <summary>File of the authorities that may have signed the server's certificate (PEM), read anew for each connection. <see langword="null"/> for <see cref="Authorities"/>.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Authorities that may have signed the server's certificate; <see langword="null"/> for those of the system, or when there is an <see cref="AuthorityFile"/>.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Certificate, with its key, by which the client shows who it is; <see langword="null"/> for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Whether any certificate of the server is taken. Whoever is between can read and change everything then.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>Name that the server's certificate must have; <see langword="null"/> for the address' host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Proxy for HTTP on the way; <see langword="null"/> for what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Reads what the kubelet gives to every pod: the server's address from variables, token, authority and namespace from files.</summary>
    /// <exception cref="KubernetesConfigurationException">It is incomplete: this is no pod, or one without a mounted token.</exception>
    public static KubernetesConfiguration InCluster() => InCluster(Environment.GetEnvironmentVariable, ServiceAccountFolder);

    /// <summary>Reads a kubeconfig file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Context to use; <see langword="null"/> for the file's current one.</param>
    /// <exception cref="KubernetesConfigurationException">It cannot be read, or it asks for what is not supported.</exception>
    public static KubernetesConfiguration FromKubeconfig(string path, string? context = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return KubeconfigFile.Read([path]).Resolve(context);
    }

    /// <summary>Finds the settings: a file if one is named, else what the pod has, else the files of <c>$KUBECONFIG</c>, else <c>~/.kube/config</c>.</summary>
    /// <param name="kubeconfig">The named file, or <see langword="null"/>.</param>
    /// <param name="context">Context of the file to use; <see langword="null"/> for its current one.</param>
    /// <exception cref="KubernetesConfigurationException">None of them is there, or the first that is there cannot be used.</exception>
    public static KubernetesConfiguration Load(string? kubeconfig = null, string? context = null) => Load(kubeconfig, context, Environment.GetEnvironmentVariable, ServiceAccountFolder);

    internal static KubernetesConfiguration Load(string? kubeconfig, string? context, Func<string, string?> variable, string serviceAccountFolder)
    {
        if (!string.IsNullOrEmpty(kubeconfig)) return FromKubeconfig(kubeconfig, context);
        if (!string.IsNullOrEmpty(variable("KUBERNETES_SERVICE_HOST"))) return InCluster(variable, serviceAccountFolder);
        if (variable("KUBECONFIG") is { Length: > 0 } list)
        {
            // kubectl passes over those that are not there.
            string[] paths = [.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists)];
            return paths.Length > 0
                ? KubeconfigFile.Read(paths).Resolve(context)
                : throw new KubernetesConfigurationException($"KUBECONFIG names '{list}', and there is no such file: correct it, or name a file with --kubeconfig.");
        }

        var home = Path.Combine(variable("HOME") ?? "/", ".kube", "config");
        return File.Exists(home)
            ? FromKubeconfig(home, context)
            : throw new KubernetesConfigurationException($"No Kubernetes cluster is known: this is no pod (KUBERNETES_SERVICE_HOST is not set), KUBECONFIG is not set, and there is no '{home}'. Name a file with --kubeconfig.");
    }

    internal static KubernetesConfiguration InCluster(Func<string, string?> variable, string folder)
    {
        var host = variable("KUBERNETES_SERVICE_HOST");
        var port = variable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            throw new KubernetesConfigurationException("This is no pod of a Kubernetes cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set. Name a kubeconfig file with --kubeconfig.");
        var bracketed = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        if (!Uri.TryCreate($"https://{bracketed}:{port}/", UriKind.Absolute, out var server))
            throw new KubernetesConfigurationException($"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are '{host}' and '{port}', which make no address.");
        var token = Path.Combine(folder, "token");
        var authority = Path.Combine(folder, "ca.crt");
        foreach (var file in new[] { token, authority })
        {
            if (!File.Exists(file)) throw new KubernetesConfigurationException($"The pod has no '{file}': set automountServiceAccountToken to true, and give the pod a service account that may do what is asked of it.");
        }

        ReadAuthorities(authority);
        var ns = Path.Combine(folder, "namespace");
        return new KubernetesConfiguration
        {
            Server = server,
            Origin = "the pod's service account",
            Namespace = File.Exists(ns) && File.ReadAllText(ns).Trim() is { Length: > 0 } own ? own : "default",
            TokenFile = token,
            AuthorityFile = authority,
        };
    }

    /// <summary>The token to send now; <see langword="null"/> for none.</summary>
    /// <exception cref="KubernetesConfigurationException">The token's file cannot be read or is empty.</exception>
    internal string? ReadToken()
    {
        if (TokenFile is null) return Token;
        try
        {
            return File.ReadAllText(TokenFile).Trim() is { Length: > 0 } token ? token : throw new KubernetesConfigurationException($"The token file '{TokenFile}' is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"The token file '{TokenFile}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The authorities to trust now; <see langword="null"/> for those of the system.</summary>
    /// <exception cref="KubernetesConfigurationException">Their file cannot be read or holds no certificate.</exception>
    internal X509Certificate2Collection? ReadAuthorities() => AuthorityFile is null ? Authorities : ReadAuthorities(AuthorityFile);

    internal static X509Certificate2Collection ReadAuthorities(string file)
    {
        try
        {
            return ParseAuthorities(File.ReadAllText(file), $"'{file}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"The certificate authority's file '{file}' cannot be read: {exception.Message}", exception);
        }
    }

    internal static X509Certificate2Collection ParseAuthorities(string pem, string origin)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new KubernetesConfigurationException($"The certificate authority in {origin} cannot be used: {exception.Message}", exception);
        }

        return authorities.Count > 0 ? authorities : throw new KubernetesConfigurationException($"The certificate authority in {origin} holds no certificate: expected is PEM, which begins with -----BEGIN CERTIFICATE-----.");
    }

    /// <summary>Where the settings come from. Never a secret.</summary>
    public override string ToString() => $"{Server} ({Origin})";
}
