using System.Text.Json;
using NetGraph.Lab.States;

namespace NetGraph.Lab.Tests.Running;

public sealed class CommandLineTests
{
    [Fact]
    public void Shows_its_verbs_when_asked_for_help()
    {
        var run = Netlab("--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(["up", "down", "status", "truth", "nodes"], verb => Assert.Contains($"netlab {verb} ", run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "netlab makes a small, real network")]
    [InlineData("fly", "netlab: there is no verb fly: see netlab --help")]
    [InlineData("up", "netlab: up takes one topology file: see netlab --help")]
    [InlineData("down a b", "netlab: down takes one name: see netlab --help")]
    [InlineData("status a b", "netlab: status takes one name or none: see netlab --help")]
    public void Says_how_it_is_used_and_ends_with_2(string arguments, string sentence)
    {
        var run = Netlab(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Prints_the_truth_without_making_anything()
    {
        var run = Netlab("truth", Samples.PathOf("racks8"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(56, JsonSerializer.Deserialize(run.Output, LabJson.Readable.IReadOnlyListTruth)!.Count);
    }

    [Fact]
    public void Prints_the_nodes_of_a_topology()
    {
        var run = Netlab("nodes", Samples.PathOf("star16"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(16, JsonSerializer.Deserialize(run.Output, LabJson.Readable.NodeInventory)!.Nodes.Count);
        Assert.DoesNotContain("managementAddress", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("truth")]
    [InlineData("nodes")]
    [InlineData("up")]
    public void Names_a_missing_file_and_ends_with_1(string verb)
    {
        var run = Netlab(verb, "missing.json");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("netlab: missing.json: There is no such file: give the path of a topology file.\n", run.Error);
    }

    [Fact]
    public void Ends_with_3_when_asked_for_the_status_of_a_lab_that_is_not_up()
    {
        var run = Netlab("status", "nolab");

        Assert.Equal((3, "netlab: nolab is not up: netlab status lists the labs that are\n"), (run.ExitCode, run.Error));
    }

    private static CommandRun Netlab(params string[] arguments) =>
        CommandRun.Of(Path.Combine(AppContext.BaseDirectory, "netlab"), arguments);
}
