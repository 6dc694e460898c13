using NetGraph.Agent.Iperf3;
using NetGraph.Hosting;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Iperf3;

[Collection(ProcessTests.Name)]
public sealed class IperfToolTests
{
    [Theory]
    [InlineData("iperf 3.12 (cJSON 1.7.15)", "3.12")]
    [InlineData("iperf 3.10 (cJSON 1.7.13)", "3.10")]
    [InlineData("iperf 3.17.1+ (cJSON 1.7.15)", "3.17.1+")]
    public async Task Finds_the_version(string line, string expected)
    {
        using var iperf3 = new FakeIperf3(version: line);
        Assert.Equal(expected, await IperfTool.FindVersionAsync(iperf3.Path, CancellationToken.None));
    }

    [Theory]
    [InlineData("iperf version 2.1.8 (12 August 2022) pthreads")]
    [InlineData("cat (GNU coreutils) 9.1")]
    [InlineData("iperf 3")]
    [InlineData("")]
    public async Task Refuses_what_is_not_iperf3(string line)
    {
        using var other = new FakeIperf3(version: line);
        var exception = await Assert.ThrowsAsync<StartupException>(() => IperfTool.FindVersionAsync(other.Path, CancellationToken.None));
        Assert.Contains($"'{other.Path}' is not iperf3 (it says '{line}')", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iperf 3.1.3")]
    [InlineData("iperf 3.9 (cJSON 1.7.13)")]
    public async Task Refuses_an_iperf3_that_lacks_the_options_it_uses(string line)
    {
        using var old = new FakeIperf3(version: line);
        var exception = await Assert.ThrowsAsync<StartupException>(() => IperfTool.FindVersionAsync(old.Path, CancellationToken.None));
        Assert.Contains("too old", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_to_do_when_iperf3_is_missing()
    {
        var exception = await Assert.ThrowsAsync<StartupException>(() => IperfTool.FindVersionAsync("no-such-iperf3", CancellationToken.None));
        Assert.Contains("iperf3 was not found as 'no-such-iperf3': install it", exception.Message, StringComparison.Ordinal);
    }
}
