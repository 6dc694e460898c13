using System.Net;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Kubernetes.Tests.Watching;

/// <summary>The real API server behind a network that fails. Whatever happens, the cache ends at the truth.</summary>
public sealed class FaultTests(SharedControlPlane shared)
{
    [Fact]
    public async Task A_watch_that_is_cut_in_the_middle_of_a_line_goes_on_without_a_new_list()
    {
        await using var lab = await Lab.StartAsync(shared);
        lab.Proxy.NextWatch(new Fault.CutAfterLines(1));
        await lab.RunAsync();
        foreach (var name in new[] { "a", "b", "c" }) await lab.MakePodAsync(name);
        await lab.SeesAsync("a", "b", "c");
        Assert.Equal(1, lab.Proxy.Lists);
        Assert.True(lab.Proxy.Watches >= 2);
        Assert.Equal(["a", "b", "c"], lab.Changes.Select(change => change.Key.Name));
    }

    [Fact]
    public async Task A_watch_whose_version_is_gone_is_followed_by_a_new_list_that_tells_only_differences()
    {
        await using var lab = await Lab.StartAsync(shared);
        await lab.MakePodAsync("kept");
        await lab.MakePodAsync("removed");
        lab.Proxy.NextWatch(new Fault.Status(410, "Expired"));
        lab.Proxy.NextWatch(new Fault.Silence());
        await lab.RunAsync();
        await lab.SeesAsync("kept", "removed");
        await Wait.UntilAsync(() => lab.Proxy.Watches == 2 && lab.Cache.AwaySince is null, "the second watch stands");
        Assert.Equal((2, 2), (lab.Proxy.Lists, lab.Changes.Count));

        // What happens while the watch is deaf is found by the list after the next 410.
        await lab.RemovePodAsync("removed");
        await lab.MakePodAsync("made");
        lab.Proxy.NextWatch(new Fault.Status(410, "Expired"));
        lab.Proxy.HangUp();
        await lab.SeesAsync("kept", "made");
        Assert.Equal(4, lab.Changes.Count);
        Assert.Equal(["made", "removed"], lab.Changes.Skip(2).Select(change => change.Key.Name).Order());
    }

    [Fact]
    public async Task A_silent_watch_is_cut_and_begun_anew()
    {
        await using var lab = await Lab.StartAsync(shared, new WatchOptions { SilenceLimit = TimeSpan.FromMilliseconds(300) });
        lab.Proxy.NextWatch(new Fault.Silence());
        await lab.RunAsync();
        await lab.MakePodAsync("a");
        await lab.SeesAsync("a");
        Assert.True(lab.Proxy.Watches >= 2);
    }

    [Fact]
    public async Task A_busy_server_is_left_alone_as_long_as_it_asks()
    {
        var clock = new ManualClock();
        await using var lab = await Lab.StartAsync(shared, clock: clock);
        lab.Proxy.NextOther(new Fault.Status(429, "TooManyRequests", "60"));
        lab.Run();
        await Wait.UntilAsync(() => lab.Cache.Fault is not null && clock.TimerCount > 0, "the cache waits");
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(1)), (lab.Cache.Fault!.StatusCode, lab.Cache.Fault.RetryAfter));
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, lab.Proxy.Lists);
        clock.Advance(TimeSpan.FromSeconds(1));
        await lab.Cache.WaitForSyncAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, lab.Proxy.Lists);
        await Wait.UntilAsync(() => lab.Cache.AwaySince is null && lab.Cache.Fault is null, "the watch stands");
    }

    [Fact]
    public async Task The_last_state_stays_while_the_server_fails_and_the_cache_says_since_when()
    {
        await using var lab = await Lab.StartAsync(shared);
        await lab.MakePodAsync("a");
        await lab.RunAsync();
        await Wait.UntilAsync(() => lab.Cache.AwaySince is null, "the watch stands");
        var before = DateTimeOffset.UtcNow;
        lab.Proxy.Always = new Fault.Status(503, "ServiceUnavailable");
        lab.Proxy.HangUp();
        await Wait.UntilAsync(() => lab.Cache.AwaySince is not null, "the cache knows that it is old");
        Assert.InRange(lab.Cache.AwaySince!.Value, before, DateTimeOffset.UtcNow);
        Assert.Equal(["a"], lab.Names());
        await Wait.UntilAsync(() => lab.Proxy.Watches >= 3, "it is tried again and again");
        await lab.MakePodAsync("b");
        lab.Proxy.Always = null;
        await lab.SeesAsync("a", "b");
        Assert.Null(lab.Cache.AwaySince);
        Assert.Equal(1, lab.Proxy.Lists);
    }

    [Fact]
    public async Task The_first_list_may_fail_in_any_way()
    {
        var clock = new ManualClock();
        await using var lab = await Lab.StartAsync(shared, clock: clock);
        await lab.MakePodAsync("a");
        lab.Proxy.NextOther(new Fault.Hangup());
        lab.Proxy.NextOther(new Fault.Nonsense("<html>login</html>"));
        lab.Proxy.NextOther(new Fault.CutAfterLines(0));
        lab.Proxy.NextOther(new Fault.ByteByByte());
        lab.Proxy.NextWatch(new Fault.Nonsense("<html>login</html>\n"));
        lab.Proxy.NextWatch(new Fault.ByteByByte());
        lab.Run();
        await Wait.UntilAsync(() =>
        {
            // Only the pauses between attempts pass quickly.
            if (lab.Cache.Fault is not null) clock.Advance(TimeSpan.FromSeconds(1));
            return lab.Cache.AwaySince is null;
        }, "the watch stands");
        await lab.MakePodAsync("b");
        await lab.SeesAsync("a", "b");
        Assert.Equal(4, lab.Proxy.Lists);
    }

    [Fact]
    public async Task A_list_in_pages_finds_all()
    {
        await using var lab = await Lab.StartAsync(shared);
        for (var i = 0; i < 7; i++) await lab.MakePodAsync($"p{i}");
        using var client = lab.Proxy.Connect();
        var query = new ResourceQuery { Namespace = lab.Namespace, PageSize = 3 };
        var list = await client.ListAsync(ResourceKinds.Pods, query, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"p{i}"), list.Items.Select(pod => pod.Metadata.Name));
        Assert.Equal(3, lab.Proxy.Lists);
        lab.Proxy.NextOther(new Fault.ByteByByte());
        lab.Proxy.NextOther(new Fault.Status(410, "Expired"));
        Assert.Equal(7, (await client.ListAsync(ResourceKinds.Pods, query, CancellationToken.None)).Items.Count);
        Assert.Equal(8, lab.Proxy.Lists);
    }

    /// <summary>A namespace, the proxy, and a cache of the namespace's pods behind it.</summary>
    private sealed class Lab : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly KubernetesClient _client;
        private readonly ControlPlane _plane;
        private Task _running = Task.CompletedTask;

        private Lab(ControlPlane plane, FaultProxy proxy, string ns, WatchOptions? options, TimeProvider? clock)
        {
            _plane = plane;
            Proxy = proxy;
            Namespace = ns;
            _client = proxy.Connect(clock);
            Cache = new ResourceCache<Pod>(_client, ResourceKinds.Pods, new ResourceQuery { Namespace = ns }, options);
            Cache.Changed += Changes.Add;
        }

        public FaultProxy Proxy { get; }

        public string Namespace { get; }

        public ResourceCache<Pod> Cache { get; }

        public List<ResourceChange<Pod>> Changes { get; } = [];

        public static async Task<Lab> StartAsync(SharedControlPlane shared, WatchOptions? options = null, TimeProvider? clock = null)
        {
            var (client, plane, ns) = await shared.GetClientAsync();
            client.Dispose();
            return new Lab(plane, await FaultProxy.StartAsync(plane), ns, options, clock);
        }

        public void Run() => _running = Cache.RunAsync(_end.Token);

        public Task RunAsync()
        {
            Run();
            return Cache.WaitForSyncAsync(TestContext.Current.CancellationToken);
        }

        public async Task MakePodAsync(string name) => await _plane.CreateAsync($"api/v1/namespaces/{Namespace}/pods", Objects.Pod(name, "n"));

        public async Task RemovePodAsync(string name) => await _plane.DeleteAsync($"api/v1/namespaces/{Namespace}/pods/{name}?gracePeriodSeconds=0");

        public IEnumerable<string> Names() => Cache.Snapshot().Select(pod => pod.Metadata.Name).Order();

        public Task SeesAsync(params string[] names) => Wait.UntilAsync(() => Names().SequenceEqual(names), $"the cache has {string.Join(", ", names)}");

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _running;
            _client.Dispose();
            await Proxy.DisposeAsync();
            _end.Dispose();
        }
    }
}
