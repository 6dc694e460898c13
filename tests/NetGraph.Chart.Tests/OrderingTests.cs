using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Chart.Tests;

/// <summary>Orders on a real API server: agents behind pods that the test writes, and collectors that may do what the chart lets them.</summary>
[Collection("small cluster")]
public sealed class OrderingTests(SmallCluster shared, ITestOutputHelper output)
{
    private static readonly TimeSpan HandOverBar = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_schedule_runs_on_real_agents_and_its_verdict_is_told_in_status_and_event()
    {
        Helm.Need("iperf3");
        var plane = await shared.GetAsync();
        await SmallCluster.InstallAsync(plane, "real");
        var token = Path.Combine(plane.Folder, "real-token");
        await File.WriteAllTextAsync(token, await SmallCluster.OrderTokenAsync(plane, "real"));
        var agents = new List<GuardedProcess>();
        try
        {
            foreach (var i in Enumerable.Range(1, 3))
            {
                var (address, orders, echo, metrics) = (IPAddress.Parse($"127.0.1.{i}"), Repository.FreePort(), Repository.FreePort(), Repository.FreePort());
                agents.Add(await GuardedProcess.StartAsync(Repository.NetGraph,
                    ["agent", "--node", $"real-{i}", "--bind", address.ToString(), "--orders-port", Text(orders), "--echo-port", Text(echo), "--metrics-port", Text(metrics), "--icmp", "off", "--token-file", token],
                    Path.Combine(plane.Folder, $"agent-{i}.log")));
                await SmallCluster.AddAgentAsync(plane, "real", $"real-{i}", address, orders, echo, metrics);
            }

            await using var collector = await CollectorProcess.StartAsync(plane, "real", "c", "--schedules-only", "--max-duty-cycle", "100%");
            await CreateScheduleAsync(plane, "real", """{"interval":"1h","duration":"1s","iperf3":{"bitrate":"20M"},"expectations":{"minBandwidth":"10M"}}""");
            await Wait.UntilAsync(async () => await VerdictAsync(plane, "real") != "Unknown", "the schedule ran", TimeSpan.FromSeconds(60));
            var status = (await plane.SendAsync(HttpMethod.Get, "apis/netgraph.io/v1alpha1/testschedules/real"))["status"];
            Assert.True((status.Text("verdict"), status.Text("pairsSucceeded"), status.Text("pairsFailed")) == ("Met", "6", "0"), status!.ToJsonString() + collector.Log);
            Assert.InRange(long.Parse(status.Text("spentBytes"), CultureInfo.InvariantCulture), 6 * 1_500_000, 6 * 5_000_000);

            // Asked for again, with more expected than there is.
            await plane.PatchAsync("apis/netgraph.io/v1alpha1/testschedules/real", """{"metadata":{"annotations":{"netgraph.io/run-now":"again"}},"spec":{"expectations":{"minBandwidth":"1G"}}}""");
            await Wait.UntilAsync(async () => await VerdictAsync(plane, "real") == "NotMet", "it ran again", TimeSpan.FromSeconds(60));
            await Wait.UntilAsync(async () => (await EventsAsync(plane, "real")).SequenceEqual(["Normal ExpectationsMet", "Warning ExpectationsNotMet"]), "both verdicts are events", TimeSpan.FromSeconds(30));
        }
        finally
        {
            foreach (var agent in agents) await agent.DisposeAsync();
            await RemoveAsync(plane, "real");
        }
    }

    [Fact]
    public async Task Of_two_collectors_one_leads_the_other_takes_over_when_it_is_killed_and_no_order_is_sent_twice()
    {
        var plane = await shared.GetAsync();
        await SmallCluster.InstallAsync(plane, "two");
        var token = await SmallCluster.OrderTokenAsync(plane, "two");
        var agents = new List<FakeAgent>();
        var tests = new ConcurrentQueue<string>();
        var isHeld = false;
        var held = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        try
        {
            foreach (var i in Enumerable.Range(1, 3))
            {
                var agent = await FakeAgent.StartAsync(i, token, null);
                agents.Add(agent);
                agent.WhileTesting = async order =>
                {
                    tests.Enqueue((string)order.Body!["testId"]!);
                    if (!Volatile.Read(ref isHeld)) return;
                    held.TrySetResult();
                    await release.Task;
                };
                await SmallCluster.AddAgentAsync(plane, "two", $"two-{i}", agent.Address, agent.Port);
            }

            string[] arguments = ["--interval", "1s", "--duration", "1s", "--max-duty-cycle", "100%", "--bytes-per-day", "unlimited"];
            var first = await CollectorProcess.StartAsync(plane, "two", "first", arguments);
            await Wait.UntilAsync(first.LeadsAsync, "the first leads", TimeSpan.FromSeconds(30));
            await using var second = await CollectorProcess.StartAsync(plane, "two", "second", arguments);
            await Wait.UntilAsync(() => Task.FromResult(tests.Count >= 12), "two cycles of the first ran", TimeSpan.FromSeconds(60));
            Assert.Equal((true, false), (await first.LeadsAsync(), await second.LeadsAsync()));
            Assert.DoesNotContain("node_info", await second.MetricsAsync(), StringComparison.Ordinal);
            var refused = await AskAsync(second, token);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "Another collector leads, and this one stands by: ask 'first'."), refused);

            // It is killed in the middle of a test.
            Volatile.Write(ref isHeld, true);
            await held.Task.WaitAsync(TimeSpan.FromSeconds(60));
            var killed = Stopwatch.StartNew();
            await first.DisposeAsync();
            Volatile.Write(ref isHeld, false);
            release.SetResult();
            var before = tests.Count;
            await Wait.UntilAsync(second.LeadsAsync, "the second leads", HandOverBar * 3);
            output.WriteLine(FormattableString.Invariant($"the second leads {killed.Elapsed.TotalSeconds:0.0} s after the first was killed (bar {HandOverBar.TotalSeconds:0} s)"));
            await Wait.UntilAsync(() => Task.FromResult(tests.Count >= before + 12), "the second runs cycles", TimeSpan.FromSeconds(60));
            Assert.False(string.IsNullOrEmpty(await second.MetricsAsync()));

            var ids = tests.ToArray();
            Assert.Equal(ids.Length, ids.Distinct().Count());
            // A cycle's orders have a name in common: once another began, none of an older one came.
            string[] cycles = [.. ids.Select(id => id.Split('-')[0])];
            var changes = cycles.Zip(cycles.Skip(1)).Count(pair => pair.First != pair.Second);
            Assert.Equal(cycles.Distinct().Count() - 1, changes);
        }
        finally
        {
            foreach (var agent in agents) await agent.DisposeAsync();
            await RemoveAsync(plane, "two");
        }
    }

    /// <summary>What the chart lets the collector do, taken away one by one: each lack is named in the log as the rule to add.</summary>
    [Theory]
    [InlineData("clusterroles/rights-netgraph-collector", "nodes", "list", "The API server refuses 'list' of 'nodes'", "apiGroups [\"\"], resources [nodes], verbs [list")]
    [InlineData("clusterroles/rights-netgraph-collector", "nodes", "watch", "The API server refuses 'watch' of 'nodes'", "watch")]
    [InlineData("clusterroles/rights-netgraph-collector", "testschedules", "list", "The API server refuses 'list' of 'testschedules", "resources [testschedules]")]
    [InlineData("clusterroles/rights-netgraph-collector", "testschedules", "watch", "The API server refuses 'watch' of 'testschedules", "resources [testschedules]")]
    [InlineData("clusterroles/rights-netgraph-collector", "testschedules/status", "patch", "The API server refuses 'patch' of 'testschedules/status", "resources [testschedules/status]")]
    [InlineData("namespaces/rights/roles/netgraph-collector", "pods", "list", "The API server refuses 'list' of 'pods'", "Role in namespace 'rights'")]
    [InlineData("namespaces/rights/roles/netgraph-collector", "pods", "watch", "The API server refuses 'watch' of 'pods'", "Role in namespace 'rights'")]
    [InlineData("namespaces/rights/roles/netgraph-collector", "leases", "get", "The API server refuses 'get' of 'leases", "Role in namespace 'rights'")]
    [InlineData("namespaces/rights/roles/netgraph-collector", "leases", "update", "The API server refuses 'update' of 'leases", "Role in namespace 'rights'")]
    [InlineData("namespaces/rights/roles/netgraph-collector", "leases", "create", "The API server refuses 'create' of 'leases", "Role in namespace 'rights'")]
    [InlineData("namespaces/default/roles/rights-netgraph-collector-events", "events", "patch", "The API server refuses 'patch' of 'events", "Role in namespace 'default'")]
    [InlineData("namespaces/default/roles/rights-netgraph-collector-events", "events", "create", "The API server refuses 'create' of 'events'", "Role in namespace 'default'")]
    public async Task A_right_that_is_missing_is_named_in_the_log_with_the_rule_to_add(string role, string resource, string verb, params string[] words)
    {
        var plane = await shared.GetAsync();
        if (!await ExistsAsync(plane, "api/v1/namespaces/rights")) await PrepareRightsAsync(plane);
        var path = $"apis/rbac.authorization.k8s.io/v1/{role}";
        var rules = (await plane.SendAsync(HttpMethod.Get, path))["rules"]!.AsArray();
        var fewer = rules.DeepClone().AsArray();
        foreach (var rule in fewer.Where(rule => rule!["resources"]!.AsArray().Any(name => name!.ToString() == resource)))
        {
            var verbs = rule!["verbs"]!.AsArray();
            if (verbs.FirstOrDefault(name => name!.ToString() == verb) is { } found) verbs.Remove(found);
        }

        Assert.False(JsonNode.DeepEquals(rules, fewer));
        fewer = [.. fewer.Where(rule => rule!["verbs"]!.AsArray().Count > 0).Select(rule => rule!.DeepClone())];
        var agents = new[] { await FakeAgent.StartAsync(7, await SmallCluster.OrderTokenAsync(plane, "rights"), null), await FakeAgent.StartAsync(8, await SmallCluster.OrderTokenAsync(plane, "rights"), null) };
        try
        {
            foreach (var (agent, i) in agents.Select((agent, i) => (agent, i)))
            {
                var pod = $"api/v1/namespaces/rights/pods/agent-rights-{i}";
                if (await ExistsAsync(plane, pod)) await plane.DeleteAsync(pod + "?gracePeriodSeconds=0");
                if (await ExistsAsync(plane, $"api/v1/nodes/rights-{i}")) await plane.DeleteAsync($"api/v1/nodes/rights-{i}");
                await SmallCluster.AddAgentAsync(plane, "rights", $"rights-{i}", agent.Address, agent.Port);
            }

            await plane.PatchAsync(path, new JsonObject { ["rules"] = fewer }.ToJsonString());
            // A lease that is there is taken without being made.
            const string Lease = "apis/coordination.k8s.io/v1/namespaces/rights/leases/netgraph-collector";
            if ((resource, verb) == ("leases", "create")) await plane.DeleteAsync(Lease);
            await using var collector = await CollectorProcess.StartAsync(plane, "rights", $"c-{resource.Replace('/', '-')}-{verb}", "--schedules-only", "--max-duty-cycle", "100%");
            await Wait.UntilAsync(async () =>
            {
                if (words.All(word => collector.Log.Contains(word, StringComparison.Ordinal))) return true;
                // Asked for again and again: an event that is told the second time is changed, not made.
                await RunAgainAsync(plane);
                return false;
            }, $"the log names '{string.Join("' and '", words)}'", TimeSpan.FromSeconds(40));
            if ((resource, verb) == ("leases", "create")) await plane.CreateAsync("apis/coordination.k8s.io/v1/namespaces/rights/leases", """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"netgraph-collector"}}""");
        }
        finally
        {
            await plane.PatchAsync(path, new JsonObject { ["rules"] = rules.DeepClone() }.ToJsonString());
            foreach (var agent in agents) await agent.DisposeAsync();
        }
    }

    /// <summary>Asks for a run of the schedule, unless one was asked for that no collector has taken.</summary>
    private static async Task RunAgainAsync(ControlPlane plane)
    {
        const string Path = "apis/netgraph.io/v1alpha1/testschedules/rights";
        var schedule = await plane.SendAsync(HttpMethod.Get, Path);
        var asked = schedule["metadata"]!["annotations"]?["netgraph.io/run-now"]?.ToString() ?? "";
        if (asked != schedule.Text("status.lastRunNow")) return;
        await plane.PatchAsync(Path, $$$"""{"metadata":{"annotations":{"netgraph.io/run-now":"{{{Guid.NewGuid()}}}"} } }""");
    }

    private static async Task PrepareRightsAsync(ControlPlane plane)
    {
        await SmallCluster.InstallAsync(plane, "rights");
        await CreateScheduleAsync(plane, "rights", """{"interval":"1h","duration":"1s","expectations":{"minBandwidth":"1G"}}""");
    }

    private static async Task RemoveAsync(ControlPlane plane, string ns)
    {
        await Helm.RunAsync(["uninstall", "netgraph", "--namespace", ns], plane.Kubeconfig);
        foreach (var i in Enumerable.Range(1, 3))
        {
            if (await ExistsAsync(plane, $"api/v1/nodes/{ns}-{i}")) await plane.DeleteAsync($"api/v1/nodes/{ns}-{i}");
        }

        if (await ExistsAsync(plane, $"apis/netgraph.io/v1alpha1/testschedules/{ns}")) await plane.DeleteAsync($"apis/netgraph.io/v1alpha1/testschedules/{ns}");
    }

    private static Task<JsonNode> CreateScheduleAsync(ControlPlane plane, string name, string spec) =>
        plane.CreateAsync("apis/netgraph.io/v1alpha1/testschedules", $$$"""{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}} }""");

    private static async Task<string> VerdictAsync(ControlPlane plane, string name) =>
        (await plane.SendAsync(HttpMethod.Get, $"apis/netgraph.io/v1alpha1/testschedules/{name}")).Text("status.verdict") is { Length: > 0 } verdict ? verdict : "Unknown";

    private static async Task<string[]> EventsAsync(ControlPlane plane, string schedule) =>
        [.. (await plane.SendAsync(HttpMethod.Get, "api/v1/namespaces/default/events"))["items"]!.AsArray()
            .Where(item => item.Text("involvedObject.kind") == "TestSchedule" && item.Text("involvedObject.name") == schedule).Select(item => $"{item.Text("type")} {item.Text("reason")}").Distinct().Order(StringComparer.Ordinal)];

    private static async Task<bool> ExistsAsync(ControlPlane plane, string path)
    {
        using var answer = await plane.Http.GetAsync(path);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<(HttpStatusCode Status, string Detail)> AskAsync(CollectorProcess collector, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{collector.Port}/api/v1/cycle");
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()).Text("detail"));
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
