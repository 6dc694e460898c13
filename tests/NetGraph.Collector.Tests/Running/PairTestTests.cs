using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class PairTestTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_busy_agent_is_asked_again_in_the_slot_and_the_retries_are_counted(int busy)
    {
        await using var collector = await TestCollector.StartAsync(2, marginSeconds: 20);
        collector.Agents[busy].BusyTimes = 3;

        Assert.Null((await RunAsync(collector)).Failure);
        Assert.Equal(0, collector.Agents[busy].BusyTimes);
        Assert.Contains("netgraph_collector_busy_retries_total 3", collector.Metrics, StringComparison.Ordinal);
        Assert.Empty(collector.Agents[1].Servers);
    }

    [Fact]
    public async Task An_agent_that_is_busy_for_the_whole_slot_is_a_failure_of_its_own()
    {
        await using var collector = await TestCollector.StartAsync(2, marginSeconds: 0);
        collector.Agents[1].BusyTimes = int.MaxValue;
        var result = await RunAsync(collector);

        Assert.Equal(ProbeFailure.Busy, result.Failure);
        Assert.Equal("The agent of 'n2' is busy with another test", result.FailureText);
        Assert.Contains("netgraph_collector_busy_retries_total 0", collector.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_a_clear_failure()
    {
        await using var collector = await TestCollector.StartAsync(2, token: "another-token-altogether");
        var result = await RunAsync(collector);

        Assert.Equal(ProbeFailure.AgentUnreachable, result.Failure);
        Assert.Equal("The agent of 'n2' answered HTTP 401 to POST /v1/servers: The order carries no token or a wrong one.", result.FailureText);
        Assert.All(collector.Agents, agent => Assert.Empty(agent.Orders));
    }

    [Theory]
    [InlineData(200, "rubbish", "application/json", "with what was not expected")]
    [InlineData(200, "null", "application/json", "with null")]
    [InlineData(200, "{\"unknown\":1}", "application/json", "with what was not expected")]
    [InlineData(200, "{}", "application/json; charset=none-such", "neither a value nor a failure")]
    [InlineData(500, "[]", "application/json", "answered HTTP 500 to POST /v1/tests: []")]
    [InlineData(500, "\"a text\"", "application/json", "answered HTTP 500")]
    [InlineData(500, "{\"detail\":7}", "application/json", "answered HTTP 500")]
    [InlineData(404, "not found", "text/html; charset=none-such", "answered HTTP 404 to POST /v1/tests: not found")]
    [InlineData(302, "", "text/plain", "answered HTTP 302")]
    public async Task Rubbish_is_a_failure_and_never_a_crash(int status, string body, string contentType, string expected)
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Agents[0].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests") return false;
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            context.Response.Headers.Location = "http://127.0.0.1:1/";
            await context.Response.WriteAsync(body);
            return true;
        };
        var result = await RunAsync(collector);

        Assert.Equal(body == "{}" ? ProbeFailure.InvalidOutput : ProbeFailure.AgentUnreachable, result.Failure);
        Assert.Contains(expected, result.FailureText, StringComparison.Ordinal);
        Assert.Empty(collector.Agents[1].Servers);
    }

    [Fact]
    public async Task A_report_that_is_refused_as_busy_harms_nothing()
    {
        await using var collector = await TestCollector.StartAsync(1);
        collector.Agents[0].Instead = async (context, _) =>
        {
            await FakeAgent.JsonAsync(context, 409, "{}");
            return true;
        };

        var result = await collector.Test.RunAsync(collector.Nodes[0], TestCollector.Away("n2"), "t-1", isInterfered: false, CancellationToken.None);

        Assert.Equal(ProbeFailure.AgentUnreachable, result.Failure);
    }

    [Fact]
    public async Task A_server_that_was_throttled_makes_the_source_publish_the_result_as_host_limited()
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Agents[1].ServerReport = """{"throttledRatio":0.2,"isThrottled":true}""";
        var result = await RunAsync(collector);

        Assert.Equal(MeasurementQuality.HostLimited, result.Quality);
        var report = Assert.Single(collector.Agents[0].Orders, order => order.Path == "/v1/qualities").Body!;
        Assert.Equal(("t-1", "HostLimited"), ((string)report["testId"]!, (string)report["quality"]!));
    }

    [Theory]
    [InlineData("""{"throttledRatio":0.005,"isThrottled":false}""")]
    [InlineData("{}")]
    [InlineData("rubbish")]
    public async Task A_server_that_was_not_known_to_be_throttled_changes_nothing(string serverReport)
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Agents[1].ServerReport = serverReport;

        Assert.Equal((MeasurementQuality.Ok, null), ((await RunAsync(collector)).Quality, (await RunAsync(collector)).Failure));
        Assert.DoesNotContain(collector.Agents[0].Orders, order => order.Path == "/v1/qualities");
    }

    [Fact]
    public async Task A_failed_test_is_not_distrusted_too()
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Agents[1].ServerReport = """{"throttledRatio":0.2,"isThrottled":true}""";
        collector.Agents[0].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests") return false;
            await FakeAgent.JsonAsync(context, 200, """{"failure":"Timeout","failureText":"no answer"}""");
            return true;
        };

        Assert.Equal(ProbeFailure.Timeout, (await RunAsync(collector)).Failure);
        Assert.DoesNotContain(collector.Agents[0].Orders, order => order.Path == "/v1/qualities");
    }

    [Fact]
    public async Task A_program_that_the_destination_lacks_is_a_failure_of_its_own_and_told_to_the_sources_agent()
    {
        await using var collector = await TestCollector.StartAsync(2, change: options => options with { Tool = TestTool.Netperf });
        collector.Agents[1].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/servers") return false;
            await FakeAgent.JsonAsync(context, 501, """{"detail":"'netserver' cannot be started (No such file or directory)."}""");
            return true;
        };
        var result = await RunAsync(collector);

        Assert.Equal((ProbeFailure.ToolMissing, "The agent of 'n2' cannot serve: 'netserver' cannot be started (No such file or directory)."), (result.Failure!.Value, result.FailureText));
        Assert.Equal("Netperf", (string)collector.Agents[1].Orders.Single(order => order.Path == "/v1/servers").Body!["tool"]!);
        var report = Assert.Single(collector.Agents[0].Orders, order => order.Path == "/v1/failures").Body!;
        Assert.Equal(("ToolMissing", "Tcp"), ((string)report["failure"]!, (string)report["protocol"]!));
    }

    [Fact]
    public async Task A_failure_at_the_source_is_a_result_and_the_server_is_released()
    {
        await using var collector = await TestCollector.StartAsync(2);
        collector.Agents[0].Instead = async (context, order) =>
        {
            if (order.Path != "/v1/tests") return false;
            await FakeAgent.JsonAsync(context, 200, """{"failure":"Timeout","failureText":"no answer"}""");
            return true;
        };
        var result = await RunAsync(collector);

        Assert.Equal((ProbeFailure.Timeout, "no answer"), (result.Failure!.Value, result.FailureText));
        Assert.Empty(collector.Agents[1].Servers);
    }

    [Theory]
    [InlineData("netgraph-agent", false, true)]
    [InlineData("netgraph-agent", true, false)]
    [InlineData("another-name", false, false)]
    public async Task Only_an_agent_of_the_right_name_signed_by_the_authority_is_trusted(string name, bool isSignedByAnother, bool isTrusted)
    {
        using var authority = Authority();
        using var another = Authority();
        using var certificate = Sign(isSignedByAnother ? another : authority, name);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, authority.ExportCertificatePem());
            await using var collector = await TestCollector.StartAsync(2, certificate: certificate, authorityFile: file);
            var result = await RunAsync(collector);

            Assert.Equal(isTrusted, result.Failure is null);
            Assert.Equal(isTrusted, !collector.Agents[0].Orders.IsEmpty);
            if (!isTrusted) Assert.Contains("cannot be reached at https://127.0.7.2:", result.FailureText, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("no certificate at all", "holds no certificate")]
    [InlineData(null, "cannot be read")]
    public void An_authority_that_cannot_be_read_is_told_at_the_start(string? content, string expected)
    {
        var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        if (content is not null) File.WriteAllText(file, content);
        try
        {
            var exception = Assert.Throws<StartupException>(() => new Collector.Running.AgentClient(SharedToken.Random(), file));
            Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
            Assert.Contains("--tls-ca", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<ThroughputResult> RunAsync(TestCollector collector) =>
        collector.Test.RunAsync(collector.Nodes[0], collector.Nodes[1], "t-1", isInterfered: false, CancellationToken.None);

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Sign(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3, 4]);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
