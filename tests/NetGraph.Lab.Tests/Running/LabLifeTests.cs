using System.Diagnostics;
using System.Text.Json;
using NetGraph.Lab.Building;
using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Running;

[Collection(Labs.Name)]
public sealed class LabLifeTests
{
    private const string Small =
        """
        { "name": "NAME", "mgmt": true, "hosts": ["h1", "h5"], "routers": ["r1", "r2"],
          "links": [ { "a": "h1", "b": "r1", "rate_mbit": 100 }, { "a": "r1", "b": "r2", "rate_mbit": 30 }, { "a": "h5", "b": "r2", "rate_mbit": 100 } ] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Comes_up_shows_its_status_and_leaves_nothing_behind()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);
        lab.Up();

        var status = lab.Netlab("status", lab.Name);
        var list = lab.Netlab("status");
        var nodes = JsonSerializer.Deserialize(lab.Netlab("nodes", lab.Name).Output, LabJson.Readable.NodeInventory)!.Nodes;
        var state = lab.State;

        Assert.Equal(0, status.ExitCode);
        Assert.Contains("to-r2           30 Mbit/s, sent ", status.Output, StringComparison.Ordinal);
        Assert.Contains(lab.Name, list.Output, StringComparison.Ordinal);
        Assert.True(state.IsComplete);
        Assert.Equal(["host", "host", "router", "router", "management"], state.Namespaces.Select(space => space.Kind));
        Assert.Equal(2, Truth.Read(lab.StatePath("truth.json")).Count);
        Assert.All(nodes, node => Assert.NotNull(node.ManagementAddress));

        var down = lab.Netlab("down", lab.Name);

        Assert.Equal((0, ""), (down.ExitCode, down.Error));
        Assert.Empty(lab.Traces());
    }

    [Fact]
    public void Carries_what_its_truth_says()
    {
        TestLab.DemandRoot("iperf3");
        using var lab = new TestLab(Small);
        lab.Up();
        var truth = Truth.Read(lab.StatePath("truth.json")).Single(pair => pair.Source == "h1");

        // Other work on the machine only takes away: the best of three tries tells what the link carries.
        var best = 0.0;
        for (var tries = 0; tries < 3 && best < truth.TcpGoodputBitsPerSecond * 0.95; tries++) best = Math.Max(best, Goodput(lab));

        Assert.InRange(best, truth.TcpGoodputBitsPerSecond * 0.95, truth.TcpGoodputBitsPerSecond * 1.05);
        Assert.All(FrameSizes(lab, "h1").Concat(FrameSizes(lab, "r1")), bytes => Assert.InRange(bytes, 60, 1514));
    }

    [Fact]
    public void Reaches_every_host_over_the_management_network_but_no_host_from_another()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);
        lab.Up();
        var hosts = lab.State.Namespaces.Where(space => space.Kind == "host").ToList();

        Assert.All(hosts, host => Assert.NotNull(Echo.RoundTrips(host.Name, Gateway(lab), 2)[^1]));
        Assert.Null(Echo.RoundTrips(hosts[0].Name, hosts[1].ManagementAddress!, 1)[0]);
    }

    [Fact]
    public void Changes_nothing_when_it_is_up_already()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);
        lab.Up();

        var again = lab.Netlab("up", lab.TopologyPath);

        Assert.Equal((3, $"netlab: {lab.Name} is up already: take it down first with netlab down {lab.Name}\n"), (again.ExitCode, again.Error));
        Assert.NotNull(Echo.RoundTrips($"{lab.Name}-h1", "10.77.0.2", 2)[^1]);
    }

    [Fact]
    public void Ends_with_3_when_asked_to_take_down_a_lab_that_is_not_up()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);

        var down = lab.Netlab("down", lab.Name);

        Assert.Equal((3, $"netlab: {lab.Name} is not up: netlab status lists the labs that are\n"), (down.ExitCode, down.Error));
    }

    [Fact]
    public void Shares_the_machine_with_another_lab()
    {
        TestLab.DemandRoot();
        using var one = new TestLab(Small);
        using var other = new TestLab(Small);
        one.Up();
        other.Up();

        Assert.NotEqual(one.State.ManagementNetwork, other.State.ManagementNetwork);
        Assert.Equal(0, one.Netlab("down", one.Name).ExitCode);
        Assert.NotNull(Echo.RoundTrips($"{other.Name}-h1", "10.77.0.2", 2)[^1]);
    }

    [Theory]
    [InlineData("exec sleep 600")]
    [InlineData("trap '' TERM; echo trapped; while :; do sleep 1; done")]
    public void Ends_what_runs_inside_it(string script)
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);
        lab.Up();
        var process = lab.StartInside("h1", "sh", "-c", $"echo ready; {script}");
        WaitForLine(process, script.StartsWith("trap", StringComparison.Ordinal) ? "trapped" : "ready");

        Assert.Equal(0, lab.Netlab("down", lab.Name).ExitCode);

        Assert.True(process.WaitForExit(Patience));
        Assert.Empty(lab.Traces());
    }

    [Fact]
    public void Removes_everything_when_a_tool_fails_midway()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);
        var folder = Directory.CreateTempSubdirectory("netlab-tools-");
        try
        {
            var tool = Path.Combine(folder.FullName, "tc");
            File.WriteAllText(tool, "#!/bin/sh\necho 'Error: Specified qdisc kind is unknown.' >&2\nexit 2\n");
            Assert.Equal(0, CommandRun.Of("chmod", "+x", tool).ExitCode);

            var run = lab.NetlabWithPath($"{folder.FullName}:/usr/sbin:/usr/bin:/sbin:/bin", "up", lab.TopologyPath);

            Assert.Equal(1, run.ExitCode);
            Assert.Equal($"netlab: tc failed: Error: Specified qdisc kind is unknown.; everything made for {lab.Name} was removed again\n", run.Error);
            Assert.Empty(lab.Traces());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(15, 143)]
    [InlineData(2, 130)]
    public void Removes_everything_when_interrupted(int signal, int exitCode)
    {
        TestLab.DemandRoot();
        var names = Enumerable.Range(1, 60).Select(number => $"\"h{number}\"").ToList();
        using var lab = new TestLab(
            $$"""
            { "name": "NAME", "mgmt": true, "hosts": [{{string.Join(',', names)}}], "routers": ["r"], "defaults": { "rate_mbit": 9 },
              "links": [{{string.Join(',', names.Select(name => $$"""{ "a": {{name}}, "b": "r" }"""))}}] }
            """);
        var up = lab.StartNetlab("up", lab.TopologyPath);
        Assert.True(SpinWait.SpinUntil(() => NetworkNamespace.Exists($"{lab.Name}-h1"), Patience));

        Assert.Equal(0, Kernel.Signal(up.Id, signal));
        var run = CommandRun.End(up);

        Assert.Equal((exitCode, "netlab: interrupted; everything made was removed again\n"), (run.ExitCode, run.Error));
        Assert.Empty(lab.Traces());
    }

    [Fact]
    public void Takes_down_what_a_killed_up_left_half_made()
    {
        TestLab.DemandRoot();
        using var lab = new TestLab(Small);
        var up = lab.StartNetlab("up", lab.TopologyPath);
        Assert.True(SpinWait.SpinUntil(() => NetworkNamespace.Exists($"{lab.Name}-h1"), Patience));
        up.Kill(entireProcessTree: true);
        Assert.True(up.WaitForExit(Patience));

        Assert.Equal(3, lab.Netlab("up", lab.TopologyPath).ExitCode);
        Assert.Equal(0, lab.Netlab("down", lab.Name).ExitCode);

        Assert.Empty(lab.Traces());
    }

    private static string Gateway(TestLab lab) => lab.State.ManagementNetwork!.Replace(".0.0/16", ".255.254", StringComparison.Ordinal);

    private static void WaitForLine(Process process, string word)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (process.StandardOutput.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult() is { } line)
        {
            if (line.Contains(word, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"{process.StartInfo.FileName} ended without saying {word}: {process.StandardError.ReadToEnd()}");
    }

    /// <summary>The mean size of the frames that each shaper of a node let through: above 1514 they were not real frames.</summary>
    /// <summary>What iperf3 gets from the first host to the last, in bits per second.</summary>
    private static double Goodput(TestLab lab)
    {
        var server = lab.StartInside("h5", "iperf3", "-s", "-1", "--forceflush");
        WaitForLine(server, "listening");
        using var report = JsonDocument.Parse(lab.Inside("h1", "iperf3", "-c", "10.77.0.2", "-t", "3", "-J").Output);
        return report.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }

    private static IEnumerable<double> FrameSizes(TestLab lab, string node)
    {
        using var document = JsonDocument.Parse(lab.Inside(node, "tc", "-s", "-j", "qdisc", "show").Output);
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(discipline => discipline.GetProperty("kind").GetString() == "tbf")
                .Select(discipline => discipline.GetProperty("bytes").GetDouble() / discipline.GetProperty("packets").GetDouble()),
        ];
    }
}
