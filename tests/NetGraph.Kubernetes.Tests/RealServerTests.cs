using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Events;
using NetGraph.Kubernetes.Leases;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;

namespace NetGraph.Kubernetes.Tests;

/// <summary>What only the real API server can say: who may do what, what it takes, and what it calls things.</summary>
public sealed class RealServerTests(SharedControlPlane shared)
{
    [Fact]
    public async Task A_service_account_is_refused_by_the_rule_until_the_rule_is_there()
    {
        var (admin, plane, ns) = await shared.GetClientAsync();
        admin.Dispose();
        await plane.CreateServiceAccountAsync(ns, "collector");
        var kubeconfig = plane.KubeconfigFor(await plane.CreateTokenAsync(ns, "collector"), ns);
        using var client = new KubernetesClient(KubernetesConfiguration.FromKubeconfig(kubeconfig));
        Assert.Equal(ns, client.Configuration.Namespace);
        var query = new ResourceQuery { Namespace = ns };
        using var end = new CancellationTokenSource();
        var cache = new ResourceCache<Pod>(client, ResourceKinds.Pods, query);
        var running = cache.RunAsync(end.Token);
        async Task RefusesAsync(string verb)
        {
            await Wait.UntilAsync(() => cache.Fault?.MissingRule?.Contains($"'{verb}'", StringComparison.Ordinal) == true, $"'{verb}' is refused");
            Assert.Equal($"The API server refuses '{verb}' of 'pods' in namespace '{ns}': add to a Role in namespace '{ns}': apiGroups [\"\"], resources [pods], verbs [{verb}]", cache.Fault!.MissingRule);
            Assert.Contains($"system:serviceaccount:{ns}:collector", cache.Fault.Message, StringComparison.Ordinal);
        }

        await RefusesAsync("list");
        await plane.CreateAsync($"apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}]}""");
        await plane.CreateAsync($"apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings", $$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"collector","namespace":"{{ns}}"}]}""");
        await RefusesAsync("watch");
        await plane.PatchAsync($"apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles/r", """{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["list","watch"]}]}""");
        await Wait.UntilAsync(() => cache.AwaySince is null, "the watch stands");
        await end.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_wrong_token_a_client_certificate_and_a_wrong_authority_are_told_apart()
    {
        var plane = await shared.GetAsync();
        using var wrong = new KubernetesClient(KubernetesConfiguration.FromKubeconfig(plane.KubeconfigFor("nonsense")));
        var unknown = await Assert.ThrowsAsync<KubernetesException>(() => wrong.GetAsync(ResourceKinds.Nodes, null, "n", CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Contains("does not know who asks", unknown.Message, StringComparison.Ordinal);

        var good = KubernetesConfiguration.FromKubeconfig(plane.Kubeconfig);
        var path = Path.Combine(plane.Folder, $"kubeconfig-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(path, $$$"""
            clusters: [{name: c, cluster: {server: "{{{plane.Server}}}", certificate-authority: {{{plane.AuthorityFile}}} }}]
            users: [{name: u, user: {client-certificate: {{{plane.AdminCertificateFile}}}, client-key: {{{plane.AdminKeyFile}}} }}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
        using var byCertificate = new KubernetesClient(KubernetesConfiguration.FromKubeconfig(path));
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => byCertificate.GetAsync(ResourceKinds.Nodes, null, "none", CancellationToken.None))).IsNotFound);

        // The client's certificate signed nothing.
        using var distrusting = new KubernetesClient(good with { Authorities = KubernetesConfiguration.ReadAuthorities(plane.AdminCertificateFile) });
        Assert.Contains("No secure connection", (await Assert.ThrowsAsync<KubernetesException>(() => distrusting.GetAsync(ResourceKinds.Nodes, null, "n", CancellationToken.None))).Message, StringComparison.Ordinal);
        using var otherName = new KubernetesClient(good with { ServerName = "elsewhere" });
        Assert.Contains("No secure connection", (await Assert.ThrowsAsync<KubernetesException>(() => otherName.GetAsync(ResourceKinds.Nodes, null, "n", CancellationToken.None))).Message, StringComparison.Ordinal);
        using var sameName = new KubernetesClient(good with { ServerName = "kubernetes.default.svc" });
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => sameName.GetAsync(ResourceKinds.Nodes, null, "none", CancellationToken.None))).IsNotFound);
        using var careless = new KubernetesClient(good with { Authorities = null, SkipsVerification = true });
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => careless.GetAsync(ResourceKinds.Nodes, null, "none", CancellationToken.None))).IsNotFound);
    }

    [Fact]
    public async Task The_status_of_an_own_kind_is_patched_and_an_unknown_kind_is_named()
    {
        var (client, plane, _) = await shared.GetClientAsync();
        using (client)
        {
            var unknown = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync(Widget.Resource, ResourceQuery.All, CancellationToken.None));
            Assert.Contains("is its CustomResourceDefinition installed?", unknown.Message, StringComparison.Ordinal);
            await plane.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.test.netgraph.io"},
                 "spec":{"group":"test.netgraph.io","scope":"Cluster","names":{"plural":"widgets","kind":"Widget"},
                  "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
                   "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"x-kubernetes-preserve-unknown-fields":true}}},"status":{"type":"object","properties":{"phase":{"type":"string"},"runs":{"type":"integer"}}}}}}}]}}
                """);
            await Wait.UntilAsync(async () =>
            {
                try
                {
                    await client.ListAsync(Widget.Resource, ResourceQuery.All, CancellationToken.None);
                    return true;
                }
                catch (KubernetesException exception) when (exception.IsNotFound)
                {
                    return false;
                }
            }, "the kind is served", TimeSpan.FromSeconds(30));
            using var end = new CancellationTokenSource();
            var cache = new ResourceCache<Widget>(client, Widget.Resource, ResourceQuery.All);
            var running = cache.RunAsync(end.Token);
            await cache.WaitForSyncAsync(TestContext.Current.CancellationToken);
            var made = await client.CreateAsync(Widget.Resource, null, new Widget { Metadata = new ObjectMeta { Name = "w" }, Spec = new WidgetSpec { Size = 3 } }, CancellationToken.None);
            await client.PatchStatusAsync(Widget.Resource, null, "w", new JsonObject { ["phase"] = "Going", ["runs"] = 1 }, CancellationToken.None);
            var patched = await client.PatchStatusAsync(Widget.Resource, null, "w", new JsonObject { ["phase"] = null, ["runs"] = 2 }, CancellationToken.None);
            Assert.Equal((null, 2, 1L, made.Metadata.Uid), (patched.Status.Phase, patched.Status.Runs, patched.Metadata.Generation!.Value, patched.Metadata.Uid));
            await Wait.UntilAsync(() => cache.Find(null, "w")?.Status.Runs == 2, "the cache follows the status");
            var stale = await Assert.ThrowsAsync<KubernetesException>(() => client.ReplaceAsync(Widget.Resource, null, made, CancellationToken.None));
            Assert.True(stale.IsConflict);

            // One that the type cannot hold hides nothing: neither in the watch nor in a list.
            await plane.CreateAsync("apis/test.netgraph.io/v1/widgets", """{"apiVersion":"test.netgraph.io/v1","kind":"Widget","metadata":{"name":"odd"},"spec":{"size":"huge"}}""");
            await client.PatchAsync(Widget.Resource, null, "w", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["netgraph.io/run-now"] = "1" } } }, CancellationToken.None);
            await Wait.UntilAsync(() => cache.Find(null, "w")?.Metadata.Annotations.ContainsKey("netgraph.io/run-now") == true, "the watch went on");
            var list = await client.ListAsync(Widget.Resource, ResourceQuery.All, CancellationToken.None);
            Assert.StartsWith("'odd' is passed over", Assert.Single(list.Unreadable), StringComparison.Ordinal);
            Assert.Single(list.Items);
            await end.CancelAsync();
            await running;
        }
    }

    [Fact]
    public async Task Events_are_counted_and_those_of_cluster_scoped_objects_must_be_in_default()
    {
        var (client, plane, ns) = await shared.GetClientAsync();
        using (client)
        {
            var about = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n-" + ns, Uid = "u" };
            var recorder = new EventRecorder(client, "netgraph-collector", "n1");
            Assert.True(await recorder.RecordAsync(about, true, "Degraded", "3 of 90 pairs failed", CancellationToken.None));
            Assert.True(await recorder.RecordAsync(about, true, "Degraded", "3 of 90 pairs failed", CancellationToken.None));
            Assert.True(await recorder.RecordAsync(about, false, "Accepted", new string('x', 5000), CancellationToken.None));
            var found = (await client.ListAsync(ResourceKinds.Events, new ResourceQuery { Namespace = "default", FieldSelector = $"involvedObject.name=n-{ns}" }, CancellationToken.None)).Items.OrderBy(one => one.Reason).ToList();
            Assert.Equal([("Accepted", 1), ("Degraded", 2)], found.Select(one => (one.Reason!, one.Count!.Value)));
            Assert.Equal(("Warning", "netgraph-collector", "n1"), (found[1].Type, found[1].Source!.Component, found[1].Source!.Host));

            // The one that is counted is gone: the next is a new one.
            await plane.DeleteAsync($"api/v1/namespaces/default/events/{found[1].Metadata.Name}");
            Assert.True(await recorder.RecordAsync(about, true, "Degraded", "3 of 90 pairs failed", CancellationToken.None));

            // Why it is so: the server takes no other namespace.
            var elsewhere = new KubernetesEvent { Metadata = new ObjectMeta { Name = "e", Namespace = ns }, InvolvedObject = about, Reason = "R", Message = "m", Type = "Normal" };
            var refused = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(ResourceKinds.Events, ns, elsewhere, CancellationToken.None));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("does not match event.namespace", refused.Message, StringComparison.Ordinal);

            var namespaced = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = ns, Name = "p" };
            Assert.True(await recorder.RecordAsync(namespaced, false, "Seen", "m", CancellationToken.None));
            Assert.Single((await client.ListAsync(ResourceKinds.Events, new ResourceQuery { Namespace = ns }, CancellationToken.None)).Items);
            Assert.False(await recorder.RecordAsync(namespaced with { Namespace = "no-such-namespace" }, false, "Seen", "m", CancellationToken.None));
        }
    }

    [Fact]
    public async Task The_lease_passes_from_one_to_the_next()
    {
        var (client, plane, ns) = await shared.GetClientAsync();
        using (client)
        using (var end = new CancellationTokenSource())
        using (var stopFirst = new CancellationTokenSource())
        {
            var options = new LeaderElectionOptions { Namespace = ns, Name = "netgraph-collector", Identity = "first", LeaseDuration = TimeSpan.FromSeconds(4), RenewDeadline = TimeSpan.FromSeconds(3), RetryPeriod = TimeSpan.FromMilliseconds(200) };
            var first = new LeaderElection(client, options);
            var second = new LeaderElection(client, options with { Identity = "second" });
            var firstRuns = first.RunAsync(stop => Task.Delay(Timeout.Infinite, stop), stopFirst.Token);
            await Wait.UntilAsync(() => first.IsLeader, "the first leads");
            var secondRuns = second.RunAsync(stop => Task.Delay(Timeout.Infinite, stop), end.Token);
            await Wait.UntilAsync(() => second.Leader == "first", "the second sees the first");
            var before = (await plane.SendAsync(HttpMethod.Get, $"apis/coordination.k8s.io/v1/namespaces/{ns}/leases/netgraph-collector"))["spec"]!;
            Assert.Equal(("first", 4), (before["holderIdentity"]!.GetValue<string>(), before["leaseDurationSeconds"]!.GetValue<int>()));
            await stopFirst.CancelAsync();
            await firstRuns;
            await Wait.UntilAsync(() => second.IsLeader, "the second leads");
            var after = await client.GetAsync(ResourceKinds.Leases, ns, "netgraph-collector", CancellationToken.None);
            Assert.Equal(("second", 1), (after.Spec.HolderIdentity, after.Spec.LeaseTransitions));
            await end.CancelAsync();
            await secondRuns;
        }
    }
}

/// <summary>An own kind, as the collector has one.</summary>
internal sealed record Widget : IResource
{
    public static ResourceKind<Widget> Resource { get; } = new("test.netgraph.io", "v1", "widgets", "Widget", isNamespaced: false, WidgetContext.Default.Widget);

    public ObjectMeta Metadata { get => field ??= new(); init; }

    public WidgetSpec Spec { get => field ??= new(); init; }

    public WidgetStatus Status { get => field ??= new(); init; }
}

internal sealed record WidgetSpec
{
    public int Size { get; init; }
}

internal sealed record WidgetStatus
{
    public string? Phase { get; init; }

    public int? Runs { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Widget))]
internal sealed partial class WidgetContext : JsonSerializerContext;
