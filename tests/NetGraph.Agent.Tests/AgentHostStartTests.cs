using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetGraph.Hosting;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests;

[Collection(ProcessTests.Name)]
public sealed class AgentHostStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-start-");

    private string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "tls.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Serves_orders_by_TLS_and_metrics_without()
    {
        var thumbprint = WriteCertificate(CertificateFile, KeyFile);
        await using var agent = await TestAgent.StartAsync(change: options => options with { CertificateFile = CertificateFile, KeyFile = KeyFile });
        string? presented = null;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                presented = certificate!.Thumbprint;
                return certificate.MatchesHostname(OrderRoutes.CertificateName);
            },
        };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestAgent.Token.Value);
        Assert.Equal("""{"version":"","node":"a"}""", await http.GetStringAsync($"https://127.0.0.1:{agent.Host.OrdersPort}{OrderRoutes.Peers}"));
        Assert.Equal(thumbprint, presented);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(agent.Orders(OrderRoutes.Peers)));
        Assert.NotEmpty(await agent.ScrapeAsync());
    }

    [Fact]
    public async Task Refuses_a_certificate_that_is_missing_broken_or_of_another_key()
    {
        WriteCertificate(CertificateFile, KeyFile);
        var otherKey = Path.Combine(_folder.FullName, "other.key");
        WriteCertificate(Path.Combine(_folder.FullName, "other.crt"), otherKey);
        var broken = Path.Combine(_folder.FullName, "broken.crt");
        await File.WriteAllTextAsync(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        (string Certificate, string? Key)[] cases =
        [
            ("/nonexistent/tls.crt", KeyFile), (CertificateFile, "/nonexistent/tls.key"), (broken, KeyFile), (CertificateFile, otherKey),
            (CertificateFile, null), (KeyFile, KeyFile), (_folder.FullName, KeyFile), ("", ""),
        ];
        foreach (var (certificate, key) in cases)
        {
            var exception = await Assert.ThrowsAsync<StartupException>(() =>
                TestAgent.StartAsync(change: options => options with { CertificateFile = certificate, KeyFile = key }));
            Assert.StartsWith($"The certificate '{certificate}' with key '{key ?? certificate}' cannot be read", exception.Message, StringComparison.Ordinal);
            Assert.Contains("--tls-certificate", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_the_option_of_a_port_that_is_taken()
    {
        await using var first = await TestAgent.StartAsync();
        await AssertTakenAsync(first.Host.MetricsPort, "--metrics-port", options => options with { MetricsPort = first.Host.MetricsPort });
        await AssertTakenAsync(first.Host.OrdersPort, "--orders-port", options => options with { OrdersPort = first.Host.OrdersPort });
        await AssertTakenAsync(first.Host.EchoPort, "--echo-port", options => options with { EchoPort = first.Host.EchoPort });
    }

    [Fact]
    public async Task Says_that_metrics_and_orders_cannot_share_a_port()
    {
        var port = FreePort();
        var exception = await Assert.ThrowsAsync<StartupException>(() => TestAgent.StartAsync(change: options => options with { MetricsPort = port, OrdersPort = port }));
        Assert.Contains($"{port}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_an_address_is_not_of_this_machine()
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => TestAgent.StartAsync(change: options => options with { BindAddress = IPAddress.Parse("192.0.2.1") }));
        Assert.StartsWith("192.0.2.1 is not an address of this machine", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_iperf3_is_missing_or_another_program()
    {
        var missing = await Assert.ThrowsAsync<StartupException>(() => TestAgent.StartAsync(change: options => options with { Iperf3 = "/nonexistent/iperf3" }));
        Assert.StartsWith("iperf3 was not found as '/nonexistent/iperf3': install it", missing.Message, StringComparison.Ordinal);
        using var cat = new FakeIperf3(version: "cat (GNU coreutils) 9.1");
        var other = await Assert.ThrowsAsync<StartupException>(() => TestAgent.StartAsync(change: options => options with { Iperf3 = cat.Path }));
        Assert.Contains("is not iperf3 (it says 'cat (GNU coreutils) 9.1')", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_its_ports_free_when_it_cannot_start_and_when_it_has_ended()
    {
        int metrics = FreePort(), orders = FreePort(), echo;
        AgentOptions Ports(AgentOptions options, int echo) => options with { MetricsPort = metrics, OrdersPort = orders, EchoPort = echo };
        await using (var first = await TestAgent.StartAsync(change: options => Ports(options, 0)))
        {
            echo = first.Host.EchoPort;
            Assert.Equal((metrics, orders), (first.Host.MetricsPort, first.Host.OrdersPort));
        }

        using (var taken = new TcpListener(IPAddress.Loopback, orders))
        {
            taken.Start();
            await Assert.ThrowsAsync<StartupException>(() => TestAgent.StartAsync(change: options => Ports(options, echo)));
        }

        await using var last = await TestAgent.StartAsync(change: options => Ports(options, echo));
        Assert.Equal(echo, last.Host.EchoPort);
    }

    private static async Task AssertTakenAsync(int port, string option, Func<AgentOptions, AgentOptions> change)
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => TestAgent.StartAsync(change: change));
        Assert.Equal($"Port {port} on 127.0.0.1 is in use by another program: stop that one, or choose another port with {option}.", exception.Message);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string WriteCertificate(string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={OrderRoutes.CertificateName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(OrderRoutes.CertificateName);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }
}
