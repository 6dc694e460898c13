using System.Globalization;
using NetGraph.Testing;

namespace NetGraph.Dashboards.Tests;

/// <summary>Dashboards and alerts on real measurements of a network in which a link is throttled and healed.</summary>
public sealed class WatchedMeshTests(WatchedMesh mesh) : IClassFixture<WatchedMesh>
{
    public static TheoryData<string> Files => DashboardTests.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_query_of_every_panel_and_variable_shows_something(string file)
    {
        Demand();
        Assert.True(mesh.Asked[file] > 0);
        Assert.True(mesh.Faults[file].Count == 0, string.Join('\n', mesh.Faults[file]));
    }

    [Fact]
    public void A_throttled_link_reaches_the_people_and_so_does_its_healing()
    {
        Demand();
        Repository.Report("alerts", string.Create(CultureInfo.InvariantCulture,
            $"alerts: a link throttled to a tenth was told after {mesh.Detected.TotalSeconds:0.0} s, its healing after {mesh.Resolved.TotalSeconds:0.0} s (rules each second, held for a second where it is a minute, analysed each 3 s; {mesh.Asked.Values.Sum()} queries of dashboards asked in between)"));

        var alert = Assert.Single(mesh.Sent, sent => (string)sent["labels"]!["alertname"]! == "NetGraphNodeEgressSuspect");
        Assert.Equal("h2", (string)alert["labels"]!["node"]!);
        Assert.Matches(@"^What h2 sends is at fault with a confidence of [\d.]+%: [\d.]+Mbit/s, expected [\d.]+Mbit/s", (string)alert["annotations"]!["description"]!);
        Assert.Equal("dashboards/runbook.md#netgraphnodeegresssuspect", (string)alert["annotations"]!["runbook_url"]!);
    }

    [Fact]
    public void One_culprit_is_one_alert()
    {
        Demand();
        string[] others = ["NetGraphLinkSuspect", "NetGraphNodeSuspect", "NetGraphNodeIngressSuspect", "NetGraphGroupUplinkSuspect", "NetGraphPartition", "NetGraphOneWay"];
        Assert.Empty(mesh.Sent.Select(sent => (string)sent["labels"]!["alertname"]!).Intersect(others));
    }

    private void Demand()
    {
        if (mesh.Lack is { } lack) Assert.Skip(lack);
    }
}
