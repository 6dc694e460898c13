using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Graphite;

namespace NetGraph.Collector.Tests.Graphite;

public sealed class GraphitePathsTests
{
    [Fact]
    public void Whatever_the_names_a_mesh_has_one_path_of_its_prefix_and_two_parts() => Prop.ForAll(ArbMap.Default.ArbFor<(NonNull<string>, NonNull<string>)>(), names =>
    {
        var path = GraphitePaths.Mesh("a.b")(names.Item1.Get, names.Item2.Get);
        return path.Split('.') is ["a", "b", { Length: > 0 }, { Length: > 0 }] && GraphitePaths.FindFault(path) is null && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("node-1", "node-1")]
    [InlineData("10.0.0.1", "10_0_0_1")]
    [InlineData("fd00::1", "fd00__1")]
    [InlineData("../a b\n*", "___a_b__")]
    [InlineData("", "_")]
    public void Dots_slashes_spaces_and_control_characters_become_underscores(string name, string part) => Assert.Equal(part, GraphitePaths.Part(name));

    [Theory]
    [InlineData(false, "me", "azure.east", "down.azure.east")]
    [InlineData(false, "azure.east", "me", "up.azure.east")]
    [InlineData(true, "me", "azure.east", "up.azure.east")]
    [InlineData(true, "azure.east", "me", "down.azure.east")]
    public void A_download_is_what_the_poller_sends_unless_the_direction_is_fixed(bool isFixed, string source, string destination, string path) =>
        Assert.Equal(path, GraphitePaths.Poller("me", "down", "up", isFixed)(source, destination));

    [Theory]
    [InlineData("", "must have 1 to 253 characters")]
    [InlineData("a b", "must have no white space, slash, backslash or semicolon")]
    [InlineData("a\nb 1 1", "must have no white space, slash, backslash or semicolon")]
    [InlineData("a/../b", "must have no white space, slash, backslash or semicolon")]
    [InlineData("a;tag=b", "must have no white space, slash, backslash or semicolon")]
    [InlineData(".a", "must have no dot at its ends, nor two side by side")]
    [InlineData("a..b", "must have no dot at its ends, nor two side by side")]
    [InlineData("bandwidth.download", null)]
    public void A_users_path_may_have_dots_but_stays_one_path_on_one_line(string path, string? fault) => Assert.Equal(fault, GraphitePaths.FindFault(path));
}
