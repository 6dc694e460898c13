using System.Net;
using NetGraph.Agent.Ping;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Ping;

[Collection(ProcessTests.Name)]
public sealed class IcmpMethodTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("192.0.2.7", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("fd00::1", "::1")]
    public async Task Fping_must_prove_that_it_hears_loopback_of_the_family_that_matters(string local, string asked)
    {
        using var fping = new FakeProgram("echo 'loopback : 0.05' >&2");
        var method = await IcmpMethod.ChooseAsync(IcmpMode.Fping, fping.Path, IPAddress.Parse(local), CancellationToken.None);
        Assert.Equal((IcmpMode.Fping, false), (method.Mode, method.HasSocket));
        Assert.Equal([$"-C 1 -q -p 20 -t 200 {asked}"], fping.Calls);
    }

    [Theory]
    [InlineData("echo '127.0.0.1 : -' >&2", "fping hears nothing from 127.0.0.1 (no answer within 0.2 s)")]
    [InlineData("echo 'must run as root?' >&2; exit 3", "fping hears nothing from 127.0.0.1 (must run as root?)")]
    public async Task Fping_that_hears_nothing_is_not_used(string lines, string reason)
    {
        using var fping = new FakeProgram(lines);
        var method = await IcmpMethod.ChooseAsync(IcmpMode.Fping, fping.Path, IPAddress.Loopback, CancellationToken.None);
        Assert.Equal(IcmpMode.Off, method.Mode);
        Assert.Equal([reason], method.Reasons);
    }

    [Fact]
    public async Task Fping_that_does_not_end_is_killed_and_not_used()
    {
        using var fping = new FakeProgram("exec sleep 60");
        var method = await IcmpMethod.ChooseAsync(IcmpMode.Fping, fping.Path, IPAddress.Loopback, CancellationToken.None);
        Assert.Equal(IcmpMode.Off, method.Mode);
        Assert.Equal(["fping had not ended 3 s after its start"], method.Reasons);
        Assert.Empty(fping.Running);
    }

    [Fact]
    public async Task Fping_that_is_not_installed_is_not_used()
    {
        var method = await IcmpMethod.ChooseAsync(IcmpMode.Fping, "/nowhere/fping", IPAddress.Loopback, CancellationToken.None);
        Assert.Equal(IcmpMode.Off, method.Mode);
        Assert.Contains("'/nowhere/fping' cannot be started", Assert.Single(method.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_fping_is_heard_where_it_may_send()
    {
        if (!Command.Exists("fping")) Assert.Skip("not installed: fping");
        var method = await IcmpMethod.ChooseAsync(IcmpMode.Fping, "fping", IPAddress.Loopback, CancellationToken.None);
        if (method.Mode == IcmpMode.Off && !Environment.IsPrivilegedProcess) Assert.Skip(string.Join("; ", method.Reasons));
        Assert.Equal(IcmpMode.Fping, method.Mode);
        var outcome = await new Fping("fping", IPAddress.Loopback).RunAsync(IcmpTrain.Default, IPAddress.Loopback, CancellationToken.None);
        Assert.Equal((5, 0), (outcome.Times.Length, outcome.Failed));
        Assert.All(outcome.Times, time => Assert.InRange(time, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1)));
    }
}
