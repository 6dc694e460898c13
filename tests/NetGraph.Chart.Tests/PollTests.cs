using System.Globalization;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Chart.Tests;

/// <summary>In place of iperf3-monitor's exporter, with its variables and the rights that its chart gives: iperf3 servers in pods are found by their labels, and followed. The pods' addresses are loopback's, with real servers behind them.</summary>
[Collection("small cluster")]
public sealed class PollTests(SmallCluster shared)
{
    [Fact]
    public async Task Servers_in_pods_are_found_by_iperf3_monitor_s_variables_and_followed()
    {
        var plane = await shared.GetAsync();
        if (!Command.Exists("iperf3")) Assert.Skip("not installed: iperf3");
        await plane.CreateNamespaceAsync("servers");
        await plane.CreateServiceAccountAsync("servers", "exporter");
        await plane.CreateAsync("apis/rbac.authorization.k8s.io/v1/clusterroles", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"exporter"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list","watch"]}]}""");
        await plane.CreateAsync("apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"exporter"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"exporter"},
             "subjects":[{"kind":"ServiceAccount","name":"exporter","namespace":"servers"}]}
            """);
        int serverPort = Repository.FreePort(), listenPort = Repository.FreePort();
        await using var server = await GuardedProcess.StartAsync("iperf3", ["-s", "-B", "127.0.0.31", "-p", Text(serverPort)], Path.Combine(plane.Folder, "iperf3.log"));
        await AddServerAsync(plane, "worker-1", "127.0.0.30");
        await AddServerAsync(plane, "worker-2", "127.0.0.31");
        var log = Path.Combine(plane.Folder, "poll.log");
        await using var poll = await GuardedProcess.StartAsync(Repository.NetGraph, ["poll"], log, new Dictionary<string, string>
        {
            ["KUBECONFIG"] = plane.KubeconfigFor(await plane.CreateTokenAsync("servers", "exporter"), "servers"),
            ["SOURCE_NODE_NAME"] = "worker-1",
            ["IPERF_SERVER_NAMESPACE"] = "servers",
            ["IPERF_SERVER_LABEL_SELECTOR"] = "app=iperf3-server",
            ["IPERF_SERVER_PORT"] = Text(serverPort),
            ["IPERF_TEST_INTERVAL"] = "3",
            ["IPERF_TEST_DURATION"] = "1",
            ["LISTEN_PORT"] = Text(listenPort),
        });
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        Func<Task<string>> metrics = async () =>
        {
            try
            {
                return await http.GetStringAsync(new Uri($"http://127.0.0.1:{listenPort}/metrics"));
            }
            catch (HttpRequestException) when (!poll.HasExited)
            {
                return "";
            }
        };

        // The server on the own node is none: worker-1's would fail, since nobody answers there.
        foreach (var labels in new[] { "source_node=\"worker-1\",destination_node=\"worker-2\"", "source_node=\"worker-2\",destination_node=\"worker-1\"" })
            await Wait.UntilAsync(async () => (await metrics()).Contains($"iperf_test_success{{{labels},protocol=\"tcp\"}} 1\n", StringComparison.Ordinal), () => $"{labels} is measured: {File.ReadAllText(log)}", TimeSpan.FromSeconds(60));
        Assert.Contains($"worker-1 polls pods of namespace servers with app=iperf3-server every 3 s; metrics: port {listenPort}, /metrics\n", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
        Assert.Equal(2, (await metrics()).Split("\nnetgraph_node_info{").Length - 1);

        await plane.DeleteAsync("api/v1/namespaces/servers/pods/server-worker-2?gracePeriodSeconds=0");
        await Wait.UntilAsync(async () => !(await metrics()).Contains("worker-2", StringComparison.Ordinal), "the series of a server that is gone are gone", TimeSpan.FromSeconds(30));
        await AddServerAsync(plane, "worker-3", "127.0.0.31");
        await Wait.UntilAsync(async () => (await metrics()).Contains("iperf_test_success{source_node=\"worker-1\",destination_node=\"worker-3\",protocol=\"tcp\"} 1\n", StringComparison.Ordinal), () => $"a server that came is measured: {File.ReadAllText(log)}", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Without_the_right_to_list_pods_it_ends_with_the_rule_to_add()
    {
        var plane = await shared.GetAsync();
        await plane.CreateNamespaceAsync("denied");
        await plane.CreateServiceAccountAsync("denied", "exporter");
        var kubeconfig = plane.KubeconfigFor(await plane.CreateTokenAsync("denied", "exporter"), "denied");
        var run = await Command.RunAsync(Repository.NetGraph, ["poll", "--kubeconfig", kubeconfig, "--server-namespace", "denied", "--listen-port", Text(Repository.FreePort())]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("netgraph: The API server refuses 'list' of 'pods'", run.Error, StringComparison.Ordinal);
        Assert.Contains("Role in namespace 'denied'", run.Error, StringComparison.Ordinal);
    }

    private static async Task AddServerAsync(ControlPlane plane, string node, string address)
    {
        await plane.CreateAsync("api/v1/namespaces/servers/pods", $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"server-{{{node}}}","labels":{"app":"iperf3-server"}},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"server","image":"none"}]}}
            """);
        await plane.PatchAsync($"api/v1/namespaces/servers/pods/server-{node}/status", $$$"""
            {"status":{"phase":"Running","podIP":"{{{address}}}","podIPs":[{"ip":"{{{address}}}"}],"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
            """);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
