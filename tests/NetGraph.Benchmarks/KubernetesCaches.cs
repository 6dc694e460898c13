using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetGraph.Kubernetes;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>What it costs the collector to know a cluster: memory and processor time of one list and one watch each of all nodes and of as many agents' pods. The client is a process of its own.</summary>
internal static class KubernetesCaches
{
    private const int Changes = 10_000;
    // Of 1,000 nodes.
    private const double BarLiveMegabytes = 8;
    private const double BarListMilliseconds = 600;
    private const double BarChangeMicroseconds = 200;

    /// <summary>Serves the cluster and has a process of its own follow it.</summary>
    public static async Task<Figure> MeasureAsync(int nodes)
    {
        await using var server = await FakeCluster.StartAsync(nodes);
        var outcome = await Command.RunAsync(Environment.ProcessPath!, ["kubernetes-once", server.Address, $"{nodes}"], patience: TimeSpan.FromMinutes(2));
        if (outcome.ExitCode != 0) return new Figure($"Kubernetes caches n={nodes}: failed: {outcome.Output}{outcome.Error}", Fails: true);
        double[] figures = [.. outcome.Output.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        var (live, peak, list, change) = (figures[0], figures[1], figures[2], figures[3]);
        var (liveBar, listBar) = (BarLiveMegabytes * nodes / 1000, BarListMilliseconds * nodes / 1000);
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Kubernetes caches of {nodes} nodes and {nodes} pods ({server.ListBytes / 1e6:0.0} MB of lists): {live:0.0} MB live (bar {liveBar:0} MB), resident memory grows by {peak:0} MB at its peak; lists {list:0} ms of processor time (bar {listBar:0} ms), a change {change:0} µs (bar {BarChangeMicroseconds:0} µs; {server.EventBytes / 1e3:0.0} kB each)"),
            Fails: live > liveBar || list > listBar * 3 || change > BarChangeMicroseconds * 3);
    }

    /// <summary>The process behind <see cref="MeasureAsync"/>: prints live and peak megabytes, milliseconds of processor time for the lists, and microseconds for a change.</summary>
    public static async Task<int> RunOnceAsync(string address, int nodes)
    {
        var (before, live) = (Resident("VmRSS:"), Live());
        using var client = new KubernetesClient(new KubernetesConfiguration { Server = new Uri(address) });
        using var end = new CancellationTokenSource();
        var start = Cpu();
        var (nodeCache, podCache) = (new ResourceCache<Node>(client, ResourceKinds.Nodes, ResourceQuery.All), new ResourceCache<Pod>(client, ResourceKinds.Pods, ResourceQuery.All));
        Task[] running = [nodeCache.RunAsync(end.Token), podCache.RunAsync(end.Token)];
        await Task.WhenAll(nodeCache.WaitForSyncAsync(end.Token), podCache.WaitForSyncAsync(end.Token));
        var list = Cpu() - start;
        if ((nodeCache.Count, podCache.Count) != (nodes, nodes)) return 1;

        // The server sends all changes at once, once it is asked to.
        using var http = new HttpClient();
        start = Cpu();
        await http.GetStringAsync($"{address}/go");
        await Wait.UntilAsync(() => nodeCache.Version == nodes + Changes, "all changes came");
        var change = (Cpu() - start) / Changes;
        var (after, kept) = (Resident("VmHWM:"), Live() - live);
        await end.CancelAsync();
        await Task.WhenAll(running);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kept / 1e6:0.00} {(after - before) / 1e6:0.0} {list.TotalMilliseconds:0.0} {change.TotalMicroseconds:0.0}"));
        return 0;
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    private static long Resident(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>An API server of a cluster whose objects are as large as real ones: kubelets list 50 images, and every object says who manages which field.</summary>
    private sealed class FakeCluster : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly string[] _nodes;
        private readonly string[] _pods;
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private FakeCluster(WebApplication app, int nodes)
        {
            _app = app;
            _nodes = [.. Enumerable.Range(0, nodes).Select(i => Node(i, i + 1))];
            _pods = [.. Enumerable.Range(0, nodes).Select(Pod)];
        }

        public string Address => _app.Urls.Single();

        public long ListBytes => _nodes.Sum(text => (long)text.Length) + _pods.Sum(text => (long)text.Length);

        public double EventBytes => _nodes.Average(text => text.Length);

        public static async Task<FakeCluster> StartAsync(int nodes)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            var cluster = new FakeCluster(app, nodes);
            app.Run(cluster.AnswerAsync);
            await app.StartAsync();
            return cluster;
        }

        public async ValueTask DisposeAsync()
        {
            using (var limit = new CancellationTokenSource(TimeSpan.Zero)) await _app.StopAsync(limit.Token);
            await _app.DisposeAsync();
        }

        private async Task AnswerAsync(HttpContext context)
        {
            var isNodes = context.Request.Path.Value!.EndsWith("/nodes", StringComparison.Ordinal);
            var query = context.Request.Query;
            if (context.Request.Path == "/go") _go.SetResult();
            else if (query.ContainsKey("watch")) await WatchAsync(context, isNodes);
            else await ListAsync(context, isNodes ? _nodes : _pods, int.Parse(query["limit"]!, CultureInfo.InvariantCulture), query.TryGetValue("continue", out var from) ? int.Parse(from!, CultureInfo.InvariantCulture) : 0);
        }

        private static async Task ListAsync(HttpContext context, string[] items, int limit, int from)
        {
            var next = from + limit < items.Length ? $"{from + limit}" : "";
            await context.Response.WriteAsync($$$"""{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"5000","continue":"{{{next}}}"},"items":[{{{string.Join(',', items.Skip(from).Take(limit))}}}]}""");
        }

        private async Task WatchAsync(HttpContext context, bool isNodes)
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            if (isNodes)
            {
                await _go.Task.WaitAsync(context.RequestAborted);
                for (var i = 0; i < Changes; i++) await context.Response.WriteAsync("{\"type\":\"MODIFIED\",\"object\":" + Node(i % _nodes.Length, 6000 + i) + "}\n", context.RequestAborted);
            }

            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        private static string Managed(int fields) => string.Join(',', Enumerable.Range(0, fields).Select(i => $$$$$$$"""{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"C{{{{{{{i}}}}}}}\"}":{".":{},"f:lastHeartbeatTime":{},"f:message":{},"f:reason":{},"f:status":{},"f:type":{}}}}}}"""));

        private static string Condition(string type, string status) => $$"""{"type":"{{type}}","status":"{{status}}","lastHeartbeatTime":"2026-01-01T00:05:00Z","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Kubelet{{type}}","message":"kubelet has something to say about {{type}}"}""";

        private static string Node(int i, int version)
        {
            var labels = new StringBuilder();
            for (var label = 0; label < 12; label++) labels.Append(CultureInfo.InvariantCulture, $",\"node.example.com/label-{label}\":\"value-{label}\"");
            var images = string.Join(',', Enumerable.Range(0, 50).Select(image => $$"""{"names":["registry.example.com/team/image-{{image}}@sha256:{{new string('a', 64)}}","registry.example.com/team/image-{{image}}:v1.{{image}}"],"sizeBytes":123456789}"""));
            return $$$$$$$"""{"kind":"Node","apiVersion":"v1","metadata":{"name":"worker-{{{{{{{i:00000}}}}}}}.example.com","uid":"00000000-0000-4000-8000-{{{{{{{i:000000000000}}}}}}}","resourceVersion":"{{{{{{{version}}}}}}}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"kubernetes.io/hostname":"worker-{{{{{{{i:00000}}}}}}}","kubernetes.io/arch":"amd64","topology.kubernetes.io/zone":"zone-{{{{{{{i % 3}}}}}}}","topology.kubernetes.io/region":"region"{{{{{{{labels}}}}}}}},"annotations":{"node.alpha.kubernetes.io/ttl":"0","csi.volume.kubernetes.io/nodeid":"{\"driver\":\"worker-{{{{{{{i:00000}}}}}}}\"}"},"managedFields":[{{{{{{{Managed(4)}}}}}}}]},"spec":{"podCIDR":"10.0.0.0/24","providerID":"example://{{{{{{{i}}}}}}}"},"status":{"capacity":{"cpu":"8","memory":"32Gi","pods":"110"},"conditions":[{{{{{{{Condition("MemoryPressure", "False")}}}}}}},{{{{{{{Condition("DiskPressure", "False")}}}}}}},{{{{{{{Condition("PIDPressure", "False")}}}}}}},{{{{{{{Condition("Ready", "True")}}}}}}}],"addresses":[{"type":"InternalIP","address":"10.1.{{{{{{{i / 250}}}}}}}.{{{{{{{i % 250}}}}}}}"},{"type":"Hostname","address":"worker-{{{{{{{i:00000}}}}}}}"}],"images":[{{{{{{{images}}}}}}}]}}""";
        }

        private static string Pod(int i) =>
            $$$$$$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"netgraph-agent-{{{{{{{i:00000}}}}}}}","namespace":"netgraph","uid":"10000000-0000-4000-8000-{{{{{{{i:000000000000}}}}}}}","resourceVersion":"{{{{{{{i + 1}}}}}}}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app.kubernetes.io/name":"netgraph","app.kubernetes.io/component":"agent","controller-revision-hash":"abcdef","pod-template-generation":"1"},"managedFields":[{{{{{{{Managed(6)}}}}}}}]},"spec":{"nodeName":"worker-{{{{{{{i:00000}}}}}}}.example.com","hostNetwork":true,"containers":[{"name":"agent","image":"netgraph","ports":[{"name":"metrics","containerPort":9876},{"name":"orders","containerPort":9877},{"name":"echo","containerPort":9878,"protocol":"UDP"}],"env":[{"name":"NODE_NAME","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}],"resources":{"requests":{"cpu":"50m"}}}],"volumes":[{"name":"token","secret":{"secretName":"netgraph"}}]},"status":{"phase":"Running","podIP":"10.1.{{{{{{{i / 250}}}}}}}.{{{{{{{i % 250}}}}}}}","podIPs":[{"ip":"10.1.{{{{{{{i / 250}}}}}}}.{{{{{{{i % 250}}}}}}}"}],"hostIP":"10.1.{{{{{{{i / 250}}}}}}}.{{{{{{{i % 250}}}}}}}","conditions":[{{{{{{{Condition("Initialized", "True")}}}}}}},{{{{{{{Condition("Ready", "True")}}}}}}},{{{{{{{Condition("ContainersReady", "True")}}}}}}}]}}""";
    }
}
