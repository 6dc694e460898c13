using System.Net;
using System.Text.Json.Nodes;
using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Events;
using NetGraph.Kubernetes.Leases;
using NetGraph.Kubernetes.Resources;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Chart.Tests;

/// <summary>The chart on a real API server.</summary>
[Collection("control plane")]
public sealed class ServerTests(SharedControlPlane shared)
{
    private const string Schedules = "apis/netgraph.io/v1alpha1/testschedules";

    public static TheoryData<string> Variants => Helm.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_server_would_take_every_variant(string variant)
    {
        var plane = await shared.GetAsync();
        // With the server at hand Helm asks it what it knows, as at an install.
        var run = await Helm.RunAsync(["template", "netgraph", Helm.Chart, "--namespace", "mesh", "--dry-run=server", .. Helm.Variant(variant)], plane.Kubeconfig);
        Assert.True(run.ExitCode == 0, run.Error);
        if (plane.Version < new Version(1, 21)) Assert.DoesNotContain("policy/v1\n", run.Output, StringComparison.Ordinal);

        var apply = await SharedControlPlane.KubectlAsync(plane, ["apply", "--dry-run=server", "-f", "-"], run.Output);

        Assert.Equal((0, ""), (apply.ExitCode, apply.Error));
        Assert.Equal(Yaml.ReadAll(run.Output).Count, apply.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Token_certificate_and_schedules_stay_at_upgrade_and_uninstalling_leaves_nothing_but_the_CRD()
    {
        var plane = await shared.GetAsync();
        await plane.CreateNamespaceAsync("life");
        var before = await Settled(plane, "life");
        string[] arguments = ["--namespace", "life", "--set", "tls.source=generated,collector.replicas=2,prometheus.url=http://prometheus"];
        await RunHelmAsync(plane, ["install", "mesh", Helm.Chart, .. arguments]);
        var (token, tls) = (await SecretAsync(plane, "mesh-netgraph-token"), await SecretAsync(plane, "mesh-netgraph-tls"));
        Assert.Equal(48, Convert.FromBase64String(token["token"]!.ToString()).Length);
        await plane.CreateAsync("apis/netgraph.io/v1alpha1/testschedules", """{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","metadata":{"name":"kept"},"spec":{"interval":"1h"}}""");

        // What the collector does with its Lease must not come between Helm and the next version.
        await plane.PatchAsync("apis/coordination.k8s.io/v1/namespaces/life/leases/mesh-netgraph-collector", """{"spec":{"holderIdentity":"pod-1","leaseDurationSeconds":15,"renewTime":"2026-01-01T00:00:00.000000Z"}}""");
        await RunHelmAsync(plane, ["upgrade", "mesh", Helm.Chart, .. arguments, "--set", "agent.network=both,logLevel=debug"]);
        Assert.True(JsonNode.DeepEquals(token, await SecretAsync(plane, "mesh-netgraph-token")));
        Assert.True(JsonNode.DeepEquals(tls, await SecretAsync(plane, "mesh-netgraph-tls")));
        Assert.Equal("1h", (await plane.SendAsync(HttpMethod.Get, "apis/netgraph.io/v1alpha1/testschedules/kept")).Text("spec.interval"));
        Assert.Equal("pod-1", (await plane.SendAsync(HttpMethod.Get, "apis/coordination.k8s.io/v1/namespaces/life/leases/mesh-netgraph-collector")).Text("spec.holderIdentity"));
        Assert.Equal(["mesh-netgraph-agent-host", "mesh-netgraph-agent-pod"], (await plane.SendAsync(HttpMethod.Get, "apis/apps/v1/namespaces/life/daemonsets"))["items"]!.AsArray().Select(set => set.Text("metadata.name")).Order());
        await plane.DeleteAsync("apis/netgraph.io/v1alpha1/testschedules/kept");

        await RunHelmAsync(plane, ["uninstall", "mesh", "--namespace", "life"]);

        // What other tests left behind may still be going away: it is no business of this one. Its namespace and the definitions of resources are as before, and nothing of the whole cluster is new.
        static bool IsOwn(string name) => name.Contains(" life/", StringComparison.Ordinal) || name.StartsWith("CustomResourceDefinition ", StringComparison.Ordinal);
        string[] left = [], gone = [];
        await Wait.UntilAsync(async () =>
        {
            var now = await SharedControlPlane.ListAllAsync(plane);
            left = [.. now.Except(before).Where(name => IsOwn(name) || name.Contains(" /", StringComparison.Ordinal))];
            gone = [.. before.Except(now).Where(IsOwn)];
            return left.Length + gone.Length == 0;
        }, () => $"all is as before, but there is {string.Join(", ", left)} and there is not {string.Join(", ", gone)}", TimeSpan.FromSeconds(90));
        Assert.Contains("CustomResourceDefinition /testschedules.netgraph.io", before);
    }

    [Fact]
    public async Task With_cert_manager_there_a_certificate_that_was_generated_is_kept()
    {
        var plane = await shared.GetAsync();
        await plane.CreateNamespaceAsync("certs");
        await RunHelmAsync(plane, ["install", "netgraph", Helm.Chart, "--namespace", "certs", "--set", "tls.source=generated"]);
        var run = await Helm.RunAsync(["template", "netgraph", Helm.Chart, "--namespace", "certs", "--dry-run=server"], plane.Kubeconfig);
        Assert.Empty(Yaml.ReadAll(run.Output).OfKind("Certificate"));

        await RunHelmAsync(plane, ["uninstall", "netgraph", "--namespace", "certs"]);
        run = await Helm.RunAsync(["template", "netgraph", Helm.Chart, "--namespace", "certs", "--dry-run=server"], plane.Kubeconfig);
        Assert.NotEmpty(Yaml.ReadAll(run.Output).OfKind("Certificate"));
    }

    [Fact]
    public async Task The_collector_s_account_may_do_what_the_README_lists_and_nothing_else_and_the_others_nothing()
    {
        var plane = await shared.GetAsync();
        foreach (var name in new[] { "rights", "rights-servers" }) await plane.CreateNamespaceAsync(name);
        await plane.CreateServiceAccountAsync("rights", "nobody");
        await RunHelmAsync(plane, ["install", "netgraph", Helm.Chart, "--namespace", "rights", "--set", "tls.source=generated,collector.servers.namespace=rights-servers,collector.servers.selector=app=iperf3"]);

        var nobody = await RightsAsync(plane, "nobody", "rights");
        Assert.Equal(nobody, await RightsAsync(plane, "netgraph-agent", "rights"));
        Assert.Equal(nobody, await RightsAsync(plane, "netgraph-api", "rights"));
        string[] everywhere = ["nodes [] [list watch]", "testschedules.netgraph.io [] [list watch]", "testschedules.netgraph.io/status [] [patch]"];
        Assert.Equal(everywhere.Concat(["leases.coordination.k8s.io [] [create]", "leases.coordination.k8s.io [netgraph-collector] [get update]", "pods [] [list watch]"]).Order(StringComparer.Ordinal),
            (await RightsAsync(plane, "netgraph-collector", "rights")).Except(nobody).Order(StringComparer.Ordinal));
        Assert.Equal(everywhere.Append("pods [] [list watch]").Order(StringComparer.Ordinal), (await RightsAsync(plane, "netgraph-collector", "rights-servers")).Except(nobody).Order(StringComparer.Ordinal));
        Assert.Equal(everywhere.Append("events [] [create patch]").Order(StringComparer.Ordinal), (await RightsAsync(plane, "netgraph-collector", "default")).Except(nobody).Order(StringComparer.Ordinal));
        Assert.Equal(everywhere, (await RightsAsync(plane, "netgraph-collector", "kube-system")).Except(nobody));
        await RunHelmAsync(plane, ["uninstall", "netgraph", "--namespace", "rights"]);
    }

    [Fact]
    public async Task The_collector_s_account_can_do_its_work_with_the_lease_that_the_chart_made()
    {
        var plane = await shared.GetAsync();
        await plane.CreateNamespaceAsync("work");
        await RunHelmAsync(plane, ["install", "netgraph", Helm.Chart, "--namespace", "work", "--set", "tls.source=generated"]);
        await plane.CreateAsync(Schedules, """{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","metadata":{"name":"work"},"spec":{"interval":"1h"}}""");
        var kubeconfig = plane.KubeconfigFor(await plane.CreateTokenAsync("work", "netgraph-collector"), "work");
        using var client = new KubernetesClient(KubernetesConfiguration.FromKubeconfig(kubeconfig));

        // It is there, held by nobody: taken at once, and given back.
        var election = new LeaderElection(client, new LeaderElectionOptions { Namespace = "work", Name = "netgraph-collector", Identity = "pod-1" });
        using var stop = new CancellationTokenSource();
        var hasLed = false;
        await election.RunAsync(async _ =>
        {
            hasLed = true;
            await stop.CancelAsync();
        }, stop.Token);
        Assert.True(hasLed);
        Assert.Equal("", (await plane.SendAsync(HttpMethod.Get, "apis/coordination.k8s.io/v1/namespaces/work/leases/netgraph-collector")).Text("spec.holderIdentity"));

        await client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None);
        await client.ListAsync(ResourceKinds.Pods, new ResourceQuery { Namespace = "work" }, CancellationToken.None);
        foreach (var path in new[] { "api/v1/nodes", "api/v1/namespaces/work/pods", Schedules })
        {
            var watch = await SharedControlPlane.KubectlAsync(plane, ["get", "--raw", $"/{path}?watch=true&timeoutSeconds=1"], kubeconfig: kubeconfig);
            Assert.True(watch.ExitCode == 0, watch.Error);
        }

        await client.PatchStatusAsync(new ResourceKind<Lease>("netgraph.io", "v1alpha1", "testschedules", "TestSchedule", isNamespaced: false, ResourceKinds.Leases.Json), null, "work", new JsonObject { ["verdict"] = "Met" }, CancellationToken.None);
        Assert.Equal("Met", (await plane.SendAsync(HttpMethod.Get, $"{Schedules}/work")).Text("status.verdict"));
        var events = new EventRecorder(client, "netgraph");
        var about = new ObjectReference { ApiVersion = "netgraph.io/v1alpha1", Kind = "TestSchedule", Name = "work" };
        Assert.True(await events.RecordAsync(about, isWarning: false, "Met", "twice", CancellationToken.None));
        Assert.True(await events.RecordAsync(about, isWarning: false, "Met", "twice", CancellationToken.None));

        // What it must not: secrets, pods elsewhere, schedules themselves, other leases, deleting anything.
        foreach (var path in new[] { "api/v1/namespaces/work/secrets", "api/v1/namespaces/kube-system/pods", "api/v1/pods", "apis/coordination.k8s.io/v1/namespaces/work/leases" })
        {
            var refused = await SharedControlPlane.KubectlAsync(plane, ["get", "--raw", "/" + path], kubeconfig: kubeconfig);
            Assert.Contains("Forbidden", refused.Error, StringComparison.Ordinal);
        }

        var fault = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync(ResourceKinds.Pods, ResourceQuery.All, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, fault.StatusCode);
        await plane.DeleteAsync($"{Schedules}/work");
        await RunHelmAsync(plane, ["uninstall", "netgraph", "--namespace", "work"]);
    }

    [Fact]
    public async Task Events_about_schedules_belong_to_the_namespace_default()
    {
        var plane = await shared.GetAsync();
        static string Event(string ns) => $$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"e-{{ns}}","namespace":"{{ns}}"},"involvedObject":{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","name":"x"},
             "reason":"Met","message":"m","type":"Normal","source":{"component":"netgraph"},"firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:00Z","count":1}
            """;

        await plane.CreateAsync("api/v1/namespaces/default/events", Event("default"));
        await Assert.ThrowsAsync<HttpRequestException>(() => plane.CreateAsync("api/v1/namespaces/mesh/events", Event("mesh")));
    }

    [Fact]
    public async Task Agents_of_both_networks_run_on_each_node_and_on_those_of_the_control_plane()
    {
        var plane = await shared.GetAsync();
        if (ControlPlane.FindLackOfHollowNodes() is { } lack) Assert.Skip(lack);
        // Other tests may have made some too.
        var nodes = await plane.AddHollowNodesAsync(3);
        await plane.PatchAsync($"api/v1/nodes/{nodes[0]}", """{"spec":{"taints":[{"key":"node-role.kubernetes.io/control-plane","effect":"NoSchedule"}]}}""");
        await plane.PatchAsync($"api/v1/nodes/{nodes[1]}", """{"metadata":{"labels":{"kubernetes.io/os":"windows"}}}""");
        await plane.CreateNamespaceAsync("nodes");

        // It returns when all are ready.
        await RunHelmAsync(plane, ["install", "netgraph", Helm.Chart, "--namespace", "nodes", "--wait", "--timeout", "110s", "--set", "agent.network=both,tls.source=generated,collector.replicas=2,prometheus.url=http://prometheus"]);

        var pods = (await plane.SendAsync(HttpMethod.Get, "api/v1/namespaces/nodes/pods?labelSelector=app.kubernetes.io/component%3Dagent"))["items"]!.AsArray();
        Assert.Equal([$"{nodes[0]} host true", $"{nodes[0]} pod ", $"{nodes[2]} host true", $"{nodes[2]} pod "],
            pods.Where(pod => nodes.Contains(pod.Text("spec.nodeName"))).Select(pod => $"{pod.Text("spec.nodeName")} {pod!["metadata"]!["labels"]!["netgraph.io/network"]} {pod.Text("spec.hostNetwork")}").Order(StringComparer.Ordinal));
        var collectors = (await plane.SendAsync(HttpMethod.Get, "api/v1/namespaces/nodes/pods?labelSelector=app.kubernetes.io/component%3Dcollector"))["items"]!.AsArray();
        Assert.Equal(2, collectors.Count);
        Assert.All(collectors, pod => Assert.DoesNotContain(pod.Text("spec.nodeName"), nodes[..2]));
        await RunHelmAsync(plane, ["uninstall", "netgraph", "--namespace", "nodes", "--wait", "--timeout", "110s"]);
    }

    private static async Task<IReadOnlyList<string>> Settled(ControlPlane plane, string ns)
    {
        // Each namespace gets its account, that account its token on old servers, and an authority.
        IReadOnlyList<string> all = [];
        await Wait.UntilAsync(async () =>
        {
            var now = await SharedControlPlane.ListAllAsync(plane);
            var isSettled = now.SequenceEqual(all) && now.Contains($"ServiceAccount {ns}/default") && now.Contains($"ConfigMap {ns}/kube-root-ca.crt")
                && (plane.Version >= new Version(1, 24) || now.Any(name => name.StartsWith($"Secret {ns}/default-token-", StringComparison.Ordinal)));
            all = now;
            return isSettled;
        }, "the cluster settles", TimeSpan.FromSeconds(30));
        return all;
    }

    private static async Task RunHelmAsync(ControlPlane plane, IEnumerable<string> arguments)
    {
        var run = await Helm.RunAsync(arguments, plane.Kubeconfig);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static async Task<JsonNode> SecretAsync(ControlPlane plane, string name) => (await plane.SendAsync(HttpMethod.Get, $"api/v1/namespaces/life/secrets/{name}"))["data"]!;

    // Resource, names and verbs, as "kubectl auth can-i --list" has them.
    private static async Task<IReadOnlyList<string>> RightsAsync(ControlPlane plane, string account, string ns)
    {
        var kubeconfig = plane.KubeconfigFor(await plane.CreateTokenAsync("rights", account));
        var run = await SharedControlPlane.KubectlAsync(plane, ["auth", "can-i", "--list", "--no-headers", "--namespace", ns], kubeconfig: kubeconfig);
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var parts = line.Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return parts.Length == 4 ? $"{parts[0]} {parts[2]} {parts[3]}" : string.Join(' ', parts);
        })];
    }
}
