using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace NetGraph.Testing.Kubernetes;

/// <summary>A real Kubernetes control plane on loopback: etcd and kube-apiserver, and if wanted controller-manager, scheduler and hollow nodes.</summary>
/// <remarks>
/// The programs are those of the folder in <c>KUBEBUILDER_ASSETS</c>, as with controller-runtime's envtest. Everything ends with <see cref="DisposeAsync"/>, and with the tests' process if that is
/// killed; the data is thrown away. Without controllers pods need no service account, so that tests may write Node and Pod objects by themselves.
/// </remarks>
public sealed class ControlPlane : IAsyncDisposable
{
    private const string Variable = "KUBEBUILDER_ASSETS";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-control-plane-").FullName;
    private readonly string _assets;
    private readonly ControlPlanePki _pki;
    private readonly List<GuardedProcess> _processes = [];
    private readonly Dictionary<string, string> _tokens = [];
    private readonly int _etcdPort = Repository.FreePort();
    private readonly int _port = Repository.FreePort();
    private readonly bool _isFull;
    private GuardedProcess? _server;

    private ControlPlane(string assets, bool isFull)
    {
        _assets = assets;
        _isFull = isFull;
        _pki = ControlPlanePki.Create(Path.Combine(_folder, "pki"));
        Server = new Uri(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_port}/"));
        foreach (var user in new[] { "admin", "kcm", "scheduler", "hollow" }) _tokens[user] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        Kubeconfig = KubeconfigFor(_tokens["admin"]);
        Http = Connect(_tokens["admin"]);
    }

    /// <summary>Why no control plane can be started here; <see langword="null"/> if it can.</summary>
    public static string? FindLack(bool full = false)
    {
        const string Remedy = "the folder of etcd and kube-apiserver, as controller-runtime's setup-envtest makes it";
        var folder = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(folder)) return $"{Variable} is not set: {Remedy}";
        string[] programs = full ? ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] : ["etcd", "kube-apiserver"];
        string[] missing = [.. programs.Where(program => !File.Exists(Path.Combine(folder, program)))];
        return missing.Length == 0 ? null : $"{Variable} has no {string.Join(", ", missing)}: {Remedy}";
    }

    /// <summary>Why there can be no hollow nodes here; <see langword="null"/> if there can.</summary>
    public static string? FindLackOfHollowNodes() => FindLack(full: true) ?? (File.Exists(Path.Combine(Environment.GetEnvironmentVariable(Variable)!, "kubemark")) ? null : $"{Variable} has no kubemark, which runs hollow nodes");

    /// <summary>Address of the API server.</summary>
    public Uri Server { get; }

    /// <summary>kubeconfig file of one who may do all.</summary>
    public string Kubeconfig { get; }

    /// <summary>Token of one who may do all.</summary>
    public string AdminToken => _tokens["admin"];

    /// <summary>File of the authority that signed the API server's certificate.</summary>
    public string AuthorityFile => _pki.AuthorityFile;

    /// <summary>File of a client certificate of one who may do all.</summary>
    public string AdminCertificateFile => _pki.Certificate("admin");

    /// <summary>File of its key.</summary>
    public string AdminKeyFile => _pki.Key("admin");

    /// <summary>Client of one who may do all; its base address is <see cref="Server"/>.</summary>
    public HttpClient Http { get; }

    /// <summary>Folder of the control plane, for files that go with it.</summary>
    public string Folder => _folder;

    /// <summary>Version of the API server, as in <c>1.20</c>.</summary>
    public Version Version { get; private set; } = new(1, 0);

    /// <summary>Processes of the hollow nodes by node name.</summary>
    public Dictionary<string, int> HollowNodes { get; } = [];

    /// <summary>Starts etcd and kube-apiserver; 3 to 10 s.</summary>
    public static Task<ControlPlane> StartAsync() => StartAsync(isFull: false);

    /// <summary>Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler.</summary>
    public static Task<ControlPlane> StartFullAsync() => StartAsync(isFull: true);

    /// <summary>Writes a kubeconfig file for a token.</summary>
    /// <returns>The file; it goes with the control plane.</returns>
    public string KubeconfigFor(string token, string ns = "default")
    {
        var path = Path.Combine(_folder, $"kubeconfig-{Guid.NewGuid():N}");
        File.WriteAllText(path, $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: test
              cluster:
                server: {{Server.AbsoluteUri.TrimEnd('/')}}
                certificate-authority: {{AuthorityFile}}
            users:
            - name: user
              user: {token: {{token}}}
            contexts:
            - name: test
              context: {cluster: test, user: user, namespace: {{ns}}}
            current-context: test

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Asks the API server as one who may do all.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path, without a slash at its head.</param>
    /// <param name="json">Body, or <see langword="null"/>.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <exception cref="HttpRequestException">It was refused; the message holds the answer.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, string? json = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {text}", null, response.StatusCode);
    }

    /// <summary>Makes an object.</summary>
    /// <param name="path">Path of its kind, as in <c>api/v1/nodes</c>.</param>
    /// <param name="json">The object.</param>
    public Task<JsonNode> CreateAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    /// <summary>Changes an object by a merge patch.</summary>
    /// <param name="path">Its path; with <c>/status</c> at its end, its status.</param>
    /// <param name="json">The patch.</param>
    public Task<JsonNode> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json, "application/merge-patch+json");

    /// <summary>Removes an object.</summary>
    public Task<JsonNode> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Makes a namespace.</summary>
    public Task CreateNamespaceAsync(string name) => CreateAsync("api/v1/namespaces", $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}""");

    /// <summary>Makes a service account.</summary>
    public Task CreateServiceAccountAsync(string ns, string name) => CreateAsync($"api/v1/namespaces/{ns}/serviceaccounts", $$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{name}}}"}}""");

    /// <summary>Asks for a token of a service account (TokenRequest), as the kubelet does for its pods.</summary>
    public async Task<string> CreateTokenAsync(string ns, string serviceAccount)
    {
        var answer = await CreateAsync($"api/v1/namespaces/{ns}/serviceaccounts/{serviceAccount}/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""");
        return answer["status"]!["token"]!.GetValue<string>();
    }

    /// <summary>Kills the API server; etcd keeps what it knew.</summary>
    public async Task StopServerAsync()
    {
        if (_server is null) return;
        await _server.DisposeAsync();
        _processes.Remove(_server);
        _server = null;
    }

    /// <summary>Starts the API server again, at the same address.</summary>
    public async Task StartServerAsync()
    {
        _server = await StartProcessAsync("kube-apiserver",
        [
            "--etcd-servers", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_etcdPort}"),
            "--bind-address", "127.0.0.1", "--secure-port", _port.ToString(CultureInfo.InvariantCulture), "--advertise-address", "127.0.0.1", "--endpoint-reconciler-type", "none",
            "--cert-dir", _folder, "--tls-cert-file", _pki.Certificate("apiserver"), "--tls-private-key-file", _pki.Key("apiserver"), "--client-ca-file", AuthorityFile,
            "--kubelet-client-certificate", _pki.Certificate("kubelet-client"), "--kubelet-client-key", _pki.Key("kubelet-client"),
            "--token-auth-file", Path.Combine(_folder, "tokens.csv"),
            "--requestheader-client-ca-file", AuthorityFile, "--requestheader-allowed-names", "front-proxy-client", "--requestheader-extra-headers-prefix", "X-Remote-Extra-",
            "--requestheader-group-headers", "X-Remote-Group", "--requestheader-username-headers", "X-Remote-User",
            "--proxy-client-cert-file", _pki.Certificate("front-proxy"), "--proxy-client-key-file", _pki.Key("front-proxy"),
            "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-signing-key-file", _pki.Key("sa"), "--service-account-key-file", _pki.Certificate("sa"),
            "--service-cluster-ip-range", "10.0.0.0/16", "--authorization-mode", "Node,RBAC", "--allow-privileged=true", "--profiling=false",
            "--max-requests-inflight", "2000", "--max-mutating-requests-inflight", "1000",
            .. _isFull ? Array.Empty<string>() : ["--disable-admission-plugins", "ServiceAccount"],
        ]);
        await WaitAsync(_server, Http, "readyz");
    }

    /// <summary>Adds nodes whose kubelets run nothing (kubemark): <c>hollow-1</c> and so on, each with a zone <c>z0</c> to <c>z2</c>. Returns when they are ready.</summary>
    /// <returns>Their names.</returns>
    /// <remarks>Their addresses are of 10.200.0.0/16 and nobody answers there; pods on them are called running, and have no processes. About 22 MB each.</remarks>
    public async Task<string[]> AddHollowNodesAsync(int count)
    {
        var kubeconfig = KubeconfigFor(_tokens["hollow"]);
        var temporary = Directory.CreateDirectory(Path.Combine(_folder, "hollow")).FullName;
        var added = new string[count];
        for (var n = 0; n < count; n++)
        {
            var i = HollowNodes.Count + 1;
            var name = added[n] = string.Create(CultureInfo.InvariantCulture, $"hollow-{i}");
            var process = await StartProcessAsync("kubemark",
            [
                "--morph", "kubelet", "--name", name, "--kubeconfig", kubeconfig, "--kubelet-port", Repository.FreePort().ToString(CultureInfo.InvariantCulture), "--kubelet-read-only-port", "0",
                "--node-labels", string.Create(CultureInfo.InvariantCulture, $"topology.kubernetes.io/zone=z{i % 3}"), "--v", "0",
            ],
            new Dictionary<string, string>
            {
                ["HOLLOW_NODE_IP"] = string.Create(CultureInfo.InvariantCulture, $"10.200.{i / 250}.{(i % 250) + 1}"),
                ["HOLLOW_BIND_ADDRESS"] = "127.0.0.1",
                ["TMPDIR"] = temporary,
                ["GOMAXPROCS"] = "2",
                ["AWS_EC2_METADATA_DISABLED"] = "true",
            }, name);
            HollowNodes[name] = process.Id;
        }

        await Wait.UntilAsync(async () =>
        {
            if (_processes.FirstOrDefault(process => process.HasExited) is { } dead) throw new InvalidOperationException($"{dead.Name} ended: {dead.LastWords}");
            var nodes = (await SendAsync(HttpMethod.Get, "api/v1/nodes"))["items"]!.AsArray();
            return nodes.Count(node => added.Contains(node!["metadata"]!["name"]!.GetValue<string>())
                && node["status"]!["conditions"]?.AsArray().Any(condition => condition!["type"]!.GetValue<string>() == "Ready" && condition["status"]!.GetValue<string>() == "True") == true) == count;
        }, $"{string.Join(", ", added)} are ready", Patience + TimeSpan.FromSeconds(count));
        return added;
    }

    /// <summary>Ends all and removes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        // Hollow nodes first, etcd last.
        foreach (var process in Enumerable.Reverse(_processes)) await process.DisposeAsync();
        _pki.Dispose();
        // etcd's guard removes it; unless it never started.
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static async Task<ControlPlane> StartAsync(bool isFull)
    {
        if (FindLack(isFull) is { } lack) throw new InvalidOperationException(lack);
        var plane = new ControlPlane(Environment.GetEnvironmentVariable(Variable)!, isFull);
        try
        {
            await plane.StartProcessesAsync();
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    private async Task StartProcessesAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "tokens.csv"), $"""
            {_tokens["admin"]},admin,admin,"system:masters"
            {_tokens["kcm"]},system:kube-controller-manager,kcm
            {_tokens["scheduler"]},system:kube-scheduler,scheduler
            {_tokens["hollow"]},hollow,hollow,"system:masters"

            """);
        var version = await Command.RunAsync(Path.Combine(_assets, "kube-apiserver"), ["--version"]);
        Version = Version.Parse(string.Join('.', version.Output.Trim().Split(' ', 'v')[^1].Split('.').Take(2)));
        var (client, peer) = (string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_etcdPort}"), string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Repository.FreePort()}"));
        await StartProcessAsync("etcd",
        [
            "--name", "test", "--data-dir", Path.Combine(_folder, "etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "test=" + peer, "--logger", "zap", "--log-level", "warn",
        ]);
        await StartServerAsync();
        if (!_isFull) return;

        // Since 1.24 there is no port without TLS to be turned off.
        string[] noInsecurePort = Version < new Version(1, 24) ? ["--port", "0"] : [];
        await StartControllerAsync("kube-controller-manager", "kcm",
        [
            .. noInsecurePort, "--use-service-account-credentials=true", "--service-account-private-key-file", _pki.Key("sa"), "--root-ca-file", AuthorityFile,
            "--cluster-signing-cert-file", AuthorityFile, "--cluster-signing-key-file", _pki.Key("ca"), "--allocate-node-cidrs=true", "--cluster-cidr", "10.64.0.0/11", "--node-cidr-mask-size", "24",
            "--service-cluster-ip-range", "10.0.0.0/16", "--configure-cloud-routes=false", "--kube-api-qps", "200", "--kube-api-burst", "400",
        ]);
        await StartControllerAsync("kube-scheduler", "scheduler", [.. noInsecurePort, "--kube-api-qps", "300", "--kube-api-burst", "600"]);
        await Wait.UntilAsync(async () =>
        {
            // Until it is there, no pod can be made; before 1.24 not until it has its secret.
            using var answer = await Http.GetAsync("api/v1/namespaces/default/serviceaccounts/default");
            return answer.IsSuccessStatusCode && (Version >= new Version(1, 24) || (await answer.Content.ReadAsStringAsync()).Contains("\"secrets\"", StringComparison.Ordinal));
        }, "the default service account is there", Patience);
    }

    private async Task StartControllerAsync(string program, string user, string[] arguments)
    {
        var (kubeconfig, port) = (KubeconfigFor(_tokens[user]), Repository.FreePort().ToString(CultureInfo.InvariantCulture));
        var process = await StartProcessAsync(program,
        [
            "--kubeconfig", kubeconfig, "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig, "--bind-address", "127.0.0.1", "--secure-port", port,
            "--cert-dir", Path.Combine(_folder, user), "--leader-elect=false", "--profiling=false", .. arguments,
        ]);
        // Its certificate is of its own making.
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}/") };
        await WaitAsync(process, http, "healthz");
    }

    private async Task<GuardedProcess> StartProcessAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null, string? name = null)
    {
        var process = await GuardedProcess.StartAsync(Path.Combine(_assets, program), arguments, Path.Combine(_folder, (name ?? program) + ".log"), variables, program == "etcd" ? _folder : null);
        _processes.Add(process);
        return process;
    }

    private static Task WaitAsync(GuardedProcess process, HttpClient http, string path) => Wait.UntilAsync(async () =>
    {
        if (process.HasExited) throw new InvalidOperationException($"{process.Name} ended: {process.LastWords}");
        try
        {
            using var answer = await http.GetAsync(path);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, $"{process.Name} is ready", Patience);

    private HttpClient Connect(string token)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(_pki.Authority);
        var http = new HttpClient(handler) { BaseAddress = Server, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
