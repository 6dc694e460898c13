using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetGraph.Kubernetes.Configuration;

namespace NetGraph.Kubernetes.Tests.Configuration;

public sealed class KubernetesConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-kubeconfig-").FullName;
    private readonly string _certificate;
    private readonly string _key;

    public KubernetesConfigurationTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        (_certificate, _key) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        Write("ca.crt", _certificate);
        Write("client.crt", _certificate);
        Write("client.key", _key);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reads_files_relative_to_the_kubeconfig_and_the_contexts_namespace()
    {
        var read = KubernetesConfiguration.FromKubeconfig(Kubeconfig(
            "server: https://10.0.0.1:6443, certificate-authority: ca.crt, tls-server-name: kubernetes", "client-certificate: client.crt, client-key: client.key, tokenFile: token", ", namespace: measuring"));
        Assert.Equal(new Uri("https://10.0.0.1:6443"), read.Server);
        Assert.Equal("measuring", read.Namespace);
        Assert.Equal("kubernetes", read.ServerName);
        Assert.Equal(Path.Combine(_folder, "token"), read.TokenFile);
        Assert.True(read.ClientCertificate!.HasPrivateKey);
        Assert.Single(read.Authorities!);
    }

    [Fact]
    public void Reads_what_is_given_in_base64()
    {
        var (certificate, key) = (Base64(_certificate), Base64(_key));
        var read = KubernetesConfiguration.FromKubeconfig(Kubeconfig($"server: 'https://[fd00::1]:6443', certificate-authority-data: {certificate}", $"client-certificate-data: {certificate}, client-key-data: {key}, token: secret"));
        Assert.Equal("[fd00::1]", read.Server.Host);
        Assert.True(read.ClientCertificate!.HasPrivateKey);
        Assert.Equal("secret", read.ReadToken());
        Assert.Equal("default", read.Namespace);
        Assert.DoesNotContain("secret", read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_the_named_context_in_place_of_the_current_one()
    {
        var path = Write("two", """
            clusters: [{name: a, cluster: {server: https://a}}, {name: b, cluster: {server: https://b, insecure-skip-tls-verify: true}}]
            users: []
            contexts: [{name: a, context: {cluster: a}}, {name: b, context: {cluster: b}}]
            current-context: a
            """);
        Assert.Equal(new Uri("https://a"), KubernetesConfiguration.FromKubeconfig(path).Server);
        var other = KubernetesConfiguration.FromKubeconfig(path, "b");
        Assert.True(other.SkipsVerification);
        Assert.Null(other.ReadToken());
        Assert.EndsWith("has no context 'c': there are 'a', 'b'.", Assert.Throws<KubernetesConfigurationException>(() => KubernetesConfiguration.FromKubeconfig(path, "c")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: https://a", "exec: {command: aws}", "'exec', which is not supported: make a service account")]
    [InlineData("server: https://a", "auth-provider: {name: gcp}", "'auth-provider', which is not supported: make a service account")]
    [InlineData("server: https://a", "username: u, password: p", "'username', which is not supported: Kubernetes itself gave up passwords")]
    [InlineData("server: https://a", "token: t, as: other", "'as', which is not supported")]
    [InlineData("server: 10.0.0.1", "token: t", "expected is an address that begins with https://")]
    [InlineData("server: https://a, certificate-authority: none.crt", "token: t", "which cannot be read")]
    [InlineData("server: https://a, certificate-authority-data: '%%'", "token: t", "certificate-authority-data in 'c' that is not base64")]
    [InlineData("server: https://a, certificate-authority: client.key", "token: t", "holds no certificate")]
    [InlineData("server: https://a, insecure-skip-tls-verify: maybe", "token: t", "expected is true or false")]
    [InlineData("server: https://a, proxy-url: 'ftp://x'", "token: t", "expected is an address that begins with http://")]
    [InlineData("server: https://a", "client-certificate: client.crt", "both are needed")]
    [InlineData("server: https://a", "client-certificate: client.key, client-key: client.crt", "cannot be used")]
    public void Says_in_a_sentence_what_is_wrong(string cluster, string user, string expected)
    {
        var message = Assert.Throws<KubernetesConfigurationException>(() => KubernetesConfiguration.FromKubeconfig(Kubeconfig(cluster, user))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("The ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("a: [", "is not YAML: line")]
    [InlineData("- a", "is none: expected are clusters")]
    [InlineData("clusters: {}", "has 'clusters' that are no list")]
    [InlineData("clusters: [{cluster: {}}]", "an entry without a name in 'clusters'")]
    [InlineData("contexts: []", "names no current-context")]
    public void Says_what_is_wrong_with_the_file(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<KubernetesConfigurationException>(() => KubernetesConfiguration.FromKubeconfig(Write("wrong", yaml))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_pod_has_its_address_token_and_namespace_from_the_kubelet()
    {
        Write("token", "first\n");
        Write("namespace", "measuring");
        var read = KubernetesConfiguration.InCluster(Variables(("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443")), _folder);
        Assert.Equal("https://[fd00::1]/", read.Server.AbsoluteUri);
        Assert.Equal("measuring", read.Namespace);
        Assert.Equal("first", read.ReadToken());
        Write("token", "second");
        Assert.Equal("second", read.ReadToken());
    }

    [Fact]
    public void A_pod_without_a_mounted_token_is_told_so()
    {
        var variables = Variables(("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "443"));
        Assert.Contains("set automountServiceAccountToken to true", Assert.Throws<KubernetesConfigurationException>(() => KubernetesConfiguration.Load(null, null, variables, _folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Looks_for_a_named_file_the_pod_the_variable_and_the_home_in_this_order()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".kube"));
        var named = Write("named", Text("server: https://named", "token: t"));
        var variable = Write("variable", Text("server: https://variable", "token: t"));
        Write(".kube/config", Text("server: https://home", "token: t"));
        Write("token", "t");
        (string, string)[] pod = [("KUBERNETES_SERVICE_HOST", "pod"), ("KUBERNETES_SERVICE_PORT", "443")];
        string Host(string? file, params (string, string)[] variables) => KubernetesConfiguration.Load(file, null, Variables([("HOME", _folder), .. variables]), _folder).Server.Host;
        Assert.Equal("named", Host(named, [.. pod, ("KUBECONFIG", variable)]));
        Assert.Equal("pod", Host(null, [.. pod, ("KUBECONFIG", variable)]));
        Assert.Equal("variable", Host(null, ("KUBECONFIG", $"{_folder}/none:{variable}")));
        Assert.Equal("home", Host(null));
        Assert.Contains("No Kubernetes cluster is known", Assert.Throws<KubernetesConfigurationException>(() => KubernetesConfiguration.Load(null, null, Variables(("HOME", "/nowhere")), _folder)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<KubernetesConfigurationException>(() => Host(null, ("KUBECONFIG", "/nowhere"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_files_the_first_counts()
    {
        var first = Write("1", "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: https://first}}]");
        var second = Write("2", "current-context: y\nclusters: [{name: c, cluster: {server: https://second}}]\nusers: [{name: u, user: {token: t}}]");
        var read = KubernetesConfiguration.Load(null, null, Variables(("KUBECONFIG", $"{first}:{second}")), _folder);
        Assert.Equal(("first", "t"), (read.Server.Host, read.ReadToken()));
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables) => name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(string cluster, string user, string context = "") => $$$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: { {{{cluster}}} }}]
        users: [{name: u, user: { {{{user}}} }}]
        contexts: [{name: x, context: {cluster: c, user: u{{{context}}} }}]
        current-context: x
        """;

    private string Kubeconfig(string cluster, string user, string context = "") => Write("kubeconfig", Text(cluster, user, context));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
