using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Prometheus.Tests.Querying;

/// <summary>Who asks, and whom it asks.</summary>
public sealed class PrometheusAccessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-access-").FullName;
    private readonly ConcurrentQueue<(string? Authorization, string? Tenant)> _seen = new();

    [Fact]
    public async Task Sends_user_and_password_and_takes_a_new_password_without_a_restart()
    {
        var file = Write("password", "first one\n");
        await using var server = await FakeServer.StartAsync(AnswerAsync);
        var client = new PrometheusClient(new PrometheusOptions { Address = $"{server.Address}", User = "ann", PasswordFile = file });
        await AskAsync(client);
        Write("password", "pä55:wörd");
        await AskAsync(client);

        Assert.Equal(["ann:first one", "ann:pä55:wörd"], _seen.Select(seen => Encoding.UTF8.GetString(Convert.FromBase64String(seen.Authorization!["Basic ".Length..]))));
    }

    [Fact]
    public async Task Sends_a_token_and_the_tenant_and_says_which_file_is_gone()
    {
        var file = Write("token", " abc.def \n");
        await using var server = await FakeServer.StartAsync(AnswerAsync);
        var client = new PrometheusClient(new PrometheusOptions { Address = $"{server.Address}", TokenFile = file, Tenant = "team-a" });
        await AskAsync(client);
        Write("token", "ghi");
        await AskAsync(client);
        File.Delete(file);
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(client));

        Assert.Equal([("Bearer abc.def", "team-a"), ("Bearer ghi", "team-a")], _seen);
        Assert.Contains($"'{file}' of --prometheus-token-file cannot be read", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "it wants a user and password, or a token")]
    [InlineData(403, "refuses")]
    public async Task Says_what_a_refusal_means(int status, string said)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("Unauthorized\n");
        });
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(new PrometheusClient(new PrometheusOptions { Address = $"{server.Address}" })));
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_follows_no_redirect()
    {
        await using var other = await FakeServer.StartAsync(AnswerAsync);
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"{other.Address}api/v1/query";
            return Task.CompletedTask;
        });
        var client = new PrometheusClient(new PrometheusOptions { Address = $"{server.Address}", TokenFile = Write("token", "abc"), Tenant = "team-a" });
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(client));

        Assert.Empty(_seen);
        Assert.Contains("sends us elsewhere", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trusts_its_own_authority_and_no_other_and_takes_a_new_one_without_a_restart()
    {
        using var authority = Authority("right");
        using var another = Authority("another");
        using var certificate = Certificate(authority, "127.0.0.1");
        await using var server = await FakeServer.StartAsync(AnswerAsync, certificate);
        var options = new PrometheusOptions { Address = server.Address.ToString(), AuthorityFile = Write("ca.pem", another.ExportCertificatePem()) };
        Assert.StartsWith("https://", options.Address, StringComparison.Ordinal);
        Assert.Null(options.FindFault());
        var client = new PrometheusClient(options);
        var exception = await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(client));
        Write("ca.pem", authority.ExportCertificatePem());
        await AskAsync(client);
        // Without the option, what the system trusts counts: nobody there signed this.
        await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(new PrometheusClient(options with { AuthorityFile = null })));

        Assert.Contains("--prometheus-ca names the authority", exception.Message, StringComparison.Ordinal);
        Assert.Single(_seen);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        using var authority = Authority("right");
        using var certificate = Certificate(authority, "127.0.0.9");
        await using var server = await FakeServer.StartAsync(AnswerAsync, certificate);
        var client = new PrometheusClient(new PrometheusOptions { Address = server.Address.ToString(), AuthorityFile = Write("ca.pem", authority.ExportCertificatePem()) });

        await Assert.ThrowsAsync<PrometheusQueryException>(() => AskAsync(client));
        Assert.Empty(_seen);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<int> AskAsync(PrometheusClient client) => client.QueryAsync("up", null, ["source"], (_, _) => { }, CancellationToken.None);

    private Task AnswerAsync(HttpContext context)
    {
        _seen.Enqueue((context.Request.Headers.Authorization, context.Request.Headers["X-Scope-OrgID"]));
        return context.Response.Body.WriteAsync(Fixture.Read("prom-query-vector.json")).AsTask();
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 Certificate(X509Certificate2 authority, string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=prometheus", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
