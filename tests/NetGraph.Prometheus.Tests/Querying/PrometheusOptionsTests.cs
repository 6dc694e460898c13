using NetGraph.Prometheus.Querying;

namespace NetGraph.Prometheus.Tests.Querying;

public sealed class PrometheusOptionsTests : IDisposable
{
    private static readonly PrometheusOptions Plain = new() { Address = "http://localhost:9090/prometheus" };
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-options-").FullName;

    public static TheoryData<string, PrometheusOptions> Impossible => new()
    {
        { "is not an address of Prometheus", Plain with { Address = "localhost:9090" } },
        { "leave it out and use --prometheus-user", Plain with { Address = "https://ann:s3cret@localhost" } },
        { "leave out what follows '?'", Plain with { Address = "http://localhost:9090/?dedup=true" } },
        { "leave out what follows '#'", Plain with { Address = "http://localhost:9090/#graph" } },
        { "choose one way to authenticate", Plain with { TokenFile = "t", User = "ann", PasswordFile = "p" } },
        { "choose one way to authenticate", Plain with { TokenFile = "t", PasswordFile = "p" } },
        { "go together", Plain with { User = "ann" } },
        { "go together", Plain with { PasswordFile = "p" } },
        { "have no colon", Plain with { User = "an:n", PasswordFile = "p" } },
        { "must not be empty", Plain with { User = "", PasswordFile = "p" } },
        { "begins with https://", Plain with { AuthorityFile = "ca.pem" } },
        { "'two words' is not allowed for --prometheus-tenant", Plain with { Tenant = "two words" } },
        { "--prometheus-tenant", Plain with { Tenant = "" } },
        { "--prometheus-tenant", Plain with { Tenant = "a\r\nX-Evil: 1" } },
        { "'/nowhere/token' of --prometheus-token-file cannot be read", Plain with { TokenFile = "/nowhere/token" } },
        { "'/nowhere/password' of --prometheus-password-file cannot be read", Plain with { User = "ann", PasswordFile = "/nowhere/password" } },
        { "name a PEM file with --prometheus-ca", Plain with { Address = "https://localhost", AuthorityFile = "/nowhere/ca.pem" } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Settings_that_cannot_be_are_told_in_a_sentence(string said, PrometheusOptions options)
    {
        var fault = options.FindFault();
        Assert.Contains(said, fault, StringComparison.Ordinal);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n", "is empty")]
    [InlineData("two words", "holds more than a token")]
    [InlineData("one\ntwo", "holds more than a token")]
    public void A_file_without_a_usable_token_is_told(string content, string said) =>
        Assert.Contains(said, (Plain with { TokenFile = Write("token", content) }).FindFault(), StringComparison.Ordinal);

    [Fact]
    public void A_file_without_a_certificate_is_told() =>
        Assert.Contains("holds no certificate", (Plain with { Address = "https://localhost", AuthorityFile = Write("ca.pem", "nothing") }).FindFault(), StringComparison.Ordinal);

    [Fact]
    public void Settings_that_can_be_have_no_fault()
    {
        var secret = Write("secret", "s3cret with spaces\n");
        Assert.Null(Plain.FindFault());
        Assert.Null((Plain with { User = "ann", PasswordFile = secret, Tenant = "team-a|team-b" }).FindFault());
        Assert.Null((Plain with { TokenFile = Write("token", "abc.def\r\n") }).FindFault());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
