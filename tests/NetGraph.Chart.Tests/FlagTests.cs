using System.Text.RegularExpressions;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>What the chart starts the programs with is what they know.</summary>
public sealed partial class FlagTests
{
    public static TheoryData<string> Variants => Helm.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_programs_know_every_flag(string variant)
    {
        var unknown = new List<string>();
        foreach (var (name, arguments) in await CommandLinesAsync(variant))
        {
            var known = await FlagsAsync(arguments[0]);
            unknown.AddRange(arguments.Skip(1).Select(argument => argument.Split('=')[0]).Where(flag => !known.Contains(flag)).Select(flag => $"{name}: netgraph {arguments[0]} {flag}"));
        }

        Assert.True(unknown.Count == 0, $"netgraph does not know these: {string.Join("; ", unknown)}");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_programs_accept_every_value(string variant)
    {
        foreach (var (name, arguments) in await CommandLinesAsync(variant))
        {
            // An address that no machine has: whoever gets as far as to listen ends there.
            string[] more = arguments[0] == "api" ? ["--listen=192.0.2.1"] : [];
            if (arguments[0] == "analyze") continue;
            var run = await Command.RunAsync(Repository.NetGraph, [.. arguments, .. more], new Dictionary<string, string> { ["NETGRAPH_TOKEN"] = "" });

            // 2 is a wrong command line; 1 that files of a pod, or the address, are not here.
            Assert.True(run.ExitCode == 1, $"{name} ended with {run.ExitCode}: {run.Error}");
        }
    }

    // Name of the object, and the arguments of NetGraph's containers.
    private static async Task<IReadOnlyList<(string Name, string[] Arguments)>> CommandLinesAsync(string variant)
    {
        if (!File.Exists(Repository.NetGraph)) Assert.Skip($"{Repository.NetGraph} is not there: build with -c Release");
        var objects = await Helm.RenderAsync(Helm.Variant(variant));
        var lines = objects.Pods().SelectMany(pod => pod.Pod.List("containers").Where(container => container.Text("name") != "clock"), (pod, container) => (pod.Name, container.List("args").Select(argument => argument!.ToString()).ToArray())).ToList();
        Assert.NotEmpty(lines);
        return lines;
    }

    private static async Task<HashSet<string>> FlagsAsync(string verb)
    {
        var help = await Command.RunAsync(Repository.NetGraph, [verb, "--help"]);
        Assert.Equal(0, help.ExitCode);
        return [.. Flag().Matches(help.Output).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"^  (?:-\S+, )*(--[a-z0-9-]+)", RegexOptions.Multiline)]
    private static partial Regex Flag();
}
