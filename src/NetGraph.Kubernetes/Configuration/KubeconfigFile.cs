using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NetGraph.Kubernetes.Configuration;

/// <summary>One or several kubeconfig files as one; of what several files have, the first counts, as with kubectl.</summary>
internal sealed class KubeconfigFile
{
    private readonly string _origin;
    private readonly Dictionary<string, Entry> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _contexts = new(StringComparer.Ordinal);
    private string? _currentContext;

    private KubeconfigFile(string origin) => _origin = origin;

    /// <summary>Reads files.</summary>
    /// <exception cref="KubernetesConfigurationException">One cannot be read or is no kubeconfig.</exception>
    public static KubeconfigFile Read(IReadOnlyList<string> paths)
    {
        var file = new KubeconfigFile(string.Join(" and ", paths.Select(path => $"'{path}'")));
        foreach (var path in paths) file.Add(path);
        return file;
    }

    /// <summary>Takes a context, its cluster and its user.</summary>
    /// <exception cref="KubernetesConfigurationException">Something is missing, wrong, or not supported.</exception>
    public KubernetesConfiguration Resolve(string? contextName)
    {
        contextName ??= _currentContext;
        if (string.IsNullOrEmpty(contextName)) throw Fault($"names no current-context: choose one with 'kubectl config use-context', of these: {Known(_contexts)}");
        if (!_contexts.TryGetValue(contextName, out var context)) throw Fault($"has no context '{contextName}': there are {Known(_contexts)}");
        var clusterName = context["cluster"] ?? throw Fault($"names no cluster in its context '{contextName}'");
        if (!_clusters.TryGetValue(clusterName, out var cluster)) throw Fault($"has no cluster '{clusterName}', which its context '{contextName}' names: there are {Known(_clusters)}");
        var user = Entry.Empty;
        if (context["user"] is { } userName && !_users.TryGetValue(userName, out user)) throw Fault($"has no user '{userName}', which its context '{contextName}' names: there are {Known(_users)}");

        foreach (var (key, remedy) in Refused)
        {
            if (user.Has(key)) throw Fault($"has a user '{context["user"]}' with '{key}', which is not supported: {remedy}");
        }

        var server = cluster["server"];
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")) throw Fault($"gives the server '{server}' in its cluster '{clusterName}': expected is an address that begins with https://");
        var proxy = cluster["proxy-url"];
        Uri? via = null;
        if (proxy is not null && (!Uri.TryCreate(proxy, UriKind.Absolute, out via) || via.Scheme is not ("http" or "https" or "socks5"))) throw Fault($"gives the proxy-url '{proxy}' in its cluster '{clusterName}': expected is an address that begins with http://, https:// or socks5://");
        var skips = cluster["insecure-skip-tls-verify"] is { } text && (bool.TryParse(text, out var says) ? says : throw Fault($"gives insecure-skip-tls-verify '{text}' in its cluster '{clusterName}': expected is true or false"));
        var authority = Pem(cluster, "certificate-authority", clusterName);
        return new KubernetesConfiguration
        {
            Server = address,
            Origin = $"{_origin}, context '{contextName}'",
            Namespace = context["namespace"] ?? "default",
            // A token's file counts before a token, as with kubectl.
            Token = user["token"],
            TokenFile = user.File("tokenFile"),
            Authorities = authority is { } pem ? KubernetesConfiguration.ParseAuthorities(pem.Text, pem.Origin) : null,
            ClientCertificate = ClientCertificate(user, context["user"]),
            SkipsVerification = skips,
            ServerName = cluster["tls-server-name"],
            Proxy = via,
        };
    }

    private static readonly (string Key, string Remedy)[] Refused =
    [
        ("exec", "make a service account and use its token, as in 'kubectl create token NAME', in a kubeconfig of its own"),
        ("auth-provider", "make a service account and use its token, as in 'kubectl create token NAME', in a kubeconfig of its own"),
        ("username", "Kubernetes itself gave up passwords in 1.19; use a token or a client certificate"),
        ("as", "act as somebody else with a token of that one"),
    ];

    private X509Certificate2? ClientCertificate(Entry user, string? userName)
    {
        var certificate = Pem(user, "client-certificate", userName);
        var key = Pem(user, "client-key", userName);
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null) throw Fault($"has a user '{userName}' with only one of client-certificate and client-key: both are needed");
        try
        {
            return X509Certificate2.CreateFromPem(certificate.Value.Text, key.Value.Text);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Fault($"has a user '{userName}' whose client-certificate ({certificate.Value.Origin}) and client-key ({key.Value.Origin}) cannot be used: {exception.Message} Expected are PEM, a key without a password, and that the two belong together", exception);
        }
    }

    /// <summary>PEM that is given as a file, or in base64; the latter counts before the former, as with kubectl.</summary>
    private (string Text, string Origin)? Pem(Entry entry, string key, string? name)
    {
        if (entry[key + "-data"] is { } data)
        {
            try
            {
                return (Encoding.UTF8.GetString(Convert.FromBase64String(data)), $"{key}-data of '{name}' in {_origin}");
            }
            catch (FormatException exception)
            {
                throw Fault($"gives a {key}-data in '{name}' that is not base64", exception);
            }
        }

        if (entry.File(key) is not { } path) return null;
        try
        {
            return (File.ReadAllText(path), $"'{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"names the {key} '{path}' in '{name}', which cannot be read: {exception.Message}", exception);
        }
    }

    private void Add(string path)
    {
        YamlNode? root;
        try
        {
            using var reader = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(reader);
            root = stream.Documents.Count > 0 ? stream.Documents[0].RootNode : null;
        }
        catch (YamlException exception)
        {
            throw new KubernetesConfigurationException(string.Create(CultureInfo.InvariantCulture, $"The kubeconfig '{path}' is not YAML: line {exception.Start.Line}: {exception.Message}"), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"The kubeconfig '{path}' cannot be read: {exception.Message}", exception);
        }

        if (root is not YamlMappingNode mapping) throw new KubernetesConfigurationException($"The kubeconfig '{path}' is none: expected are clusters, users and contexts, as 'kubectl config view' shows them.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Take(mapping, "clusters", "cluster", _clusters, folder, path);
        Take(mapping, "users", "user", _users, folder, path);
        Take(mapping, "contexts", "context", _contexts, folder, path);
        if (string.IsNullOrEmpty(_currentContext)) _currentContext = Entry.Text(mapping, "current-context");
    }

    private static void Take(YamlMappingNode root, string list, string item, Dictionary<string, Entry> into, string folder, string path)
    {
        var node = Entry.Child(root, list);
        if (node is null or YamlScalarNode { Value: null or "" or "null" or "~" }) return;
        if (node is not YamlSequenceNode sequence) throw new KubernetesConfigurationException($"The kubeconfig '{path}' has '{list}' that are no list.");
        foreach (var one in sequence)
        {
            if (one is not YamlMappingNode entry || Entry.Text(entry, "name") is not { } name)
                throw new KubernetesConfigurationException($"The kubeconfig '{path}' has an entry without a name in '{list}'.");
            into.TryAdd(name, new Entry(Entry.Child(entry, item) as YamlMappingNode ?? [], folder));
        }
    }

    private static string Known(Dictionary<string, Entry> entries) => entries.Count == 0 ? "none" : string.Join(", ", entries.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}'"));

    private KubernetesConfigurationException Fault(string what, Exception? inner = null) => new($"The kubeconfig {_origin} {what.TrimEnd('.')}.", inner);

    /// <summary>A cluster, user or context, and the folder that its files are relative to.</summary>
    private sealed class Entry(YamlMappingNode node, string folder)
    {
        public static Entry Empty { get; } = new([], "");

        public string? this[string key] => Text(node, key);

        public bool Has(string key) => Child(node, key) is not (null or YamlScalarNode { Value: null or "" or "null" or "~" });

        public string? File(string key) => this[key] is { } path ? Path.Combine(folder, path) : null;

        public static YamlNode? Child(YamlMappingNode mapping, string key) => mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

        public static string? Text(YamlMappingNode mapping, string key) =>
            Child(mapping, key) is YamlScalarNode scalar && scalar is { Value.Length: > 0 } and not { Style: ScalarStyle.Plain, Value: "null" or "~" } ? scalar.Value : null;
    }
}
