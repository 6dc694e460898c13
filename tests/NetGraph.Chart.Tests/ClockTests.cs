using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>chrony beside the agent.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData("everything-values.yaml")]
    [InlineData("icmp-raw-values.yaml")]
    public async Task Chronyd_takes_its_settings(string variant)
    {
        Helm.Need("chronyd");
        var settings = (await Helm.RenderAsync(Helm.Variant(variant))).Find("ConfigMap", "netgraph-clock")["data"]!["chrony.conf"]!.ToString();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, settings);
            // Only prints what it read.
            var run = await Command.RunAsync("chronyd", ["-p", "-f", file]);

            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            Assert.Contains("server time", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task One_agent_of_a_node_has_it_with_the_two_capabilities_that_it_needs()
    {
        var sets = (await Helm.RenderAsync("--set", "agent.network=both,clock.enabled=true,clock.servers={time.example}")).OfKind("DaemonSet");

        Assert.Equal([("host", 2), ("pod", 1)], sets.Select(set => (set["spec"]!["selector"]!["matchLabels"]!["netgraph.io/network"]!.ToString(), set.List("spec.template.spec.containers").Count)));
        var security = sets[0].List("spec.template.spec.containers")[1].At("securityContext");
        Assert.Equal("""["SYS_TIME","NET_BIND_SERVICE"]""", security.Text("capabilities.add"));
        Assert.Equal(("""["ALL"]""", "false", ""), (security.Text("capabilities.drop"), security.Text("allowPrivilegeEscalation"), security.Text("privileged")));
    }
}
