using FsCheck;
using FsCheck.Fluent;
using NetGraph.Cli.Polling;

namespace NetGraph.Cli.Tests.Polling;

public sealed class PolledServerTests
{
    [Theory]
    [InlineData("10.0.0.1:azure", "10.0.0.1", "azure")]
    [InlineData("10.0.0.1:azure.east", "10.0.0.1", "azure.east")]
    [InlineData("10.0.0.1", "10.0.0.1", "10_0_0_1")]
    [InlineData("10.0.0.1:", "10.0.0.1", "10_0_0_1")]
    [InlineData("iperf.example:home", "iperf.example", "home")]
    [InlineData("iperf.example", "iperf.example", "iperf_example")]
    [InlineData("[fd00::1]:home", "fd00::1", "home")]
    [InlineData("[fd00::1]", "fd00::1", "fd00__1")]
    [InlineData("fd00::1", "fd00::1", "fd00__1")]
    [InlineData("fd00::1:beef", "fd00::1:beef", "fd00__1_beef")]
    [InlineData("fd00::1:home", "fd00::1", "home")]
    public void An_item_is_an_address_with_or_without_a_name(string item, string host, string name)
    {
        var server = Assert.Single(PolledServer.ReadList(item));

        Assert.Equal((host, name), (server.Host, server.Name));
        Assert.Null(server.FindFault());
    }

    [Fact]
    public void Items_are_parted_by_commas_and_empty_ones_do_not_count() =>
        Assert.Equal([new("10.0.0.1", "a"), new("fd00::2", "b")], PolledServer.ReadList(" 10.0.0.1:a, ,[fd00::2]:b,"));

    [Theory]
    [InlineData("10.0.0.256:a")]
    [InlineData("10.0.1:a")]
    [InlineData("-c:a")]
    [InlineData("a b:c")]
    [InlineData(":a")]
    [InlineData("[fd00::1:a")]
    [InlineData("10.0.0.1:a:b")]
    [InlineData("10.0.0.1;reboot")]
    public void What_is_no_address_is_refused(string item) =>
        Assert.Contains("is no address of an iperf3 server: it must be an IP address or a host name", Assert.Single(PolledServer.ReadList(item)).FindFault(), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.1:a b")]
    [InlineData("10.0.0.1:a/b")]
    [InlineData("10.0.0.1:a..b")]
    public void A_name_that_would_break_a_line_is_refused(string item) =>
        Assert.StartsWith("The name 'a", Assert.Single(PolledServer.ReadList(item)).FindFault(), StringComparison.Ordinal);

    [Fact]
    public void Any_text_is_read_or_refused_but_never_throws() => Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        PolledServer.ReadList(text.Get).All(server => server.FindFault() is not null || !server.Name.Any(char.IsWhiteSpace))).QuickCheckThrowOnFailure();
}
