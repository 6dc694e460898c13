using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NetGraph.Agent.Iperf3;
using NetGraph.Agent.Netperf;
using NetGraph.Agent.Throttling;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Orders;

/// <summary>The servers that this agent has ready for tests of others; each holds the node's slot while it lives.</summary>
internal sealed partial class GrantedServers(AgentOptions options, TestSlot slot, ThrottleMeter throttling, ILogger<GrantedServers> log) : IAsyncDisposable
{
    // Servers mostly end by themselves before they are released: what they saw is kept until then.
    private const int MaxReports = 64;

    private static readonly TimeSpan ReleaseWait = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, Granted> _granted = new(StringComparer.Ordinal);
    private readonly SharedNetserver _netserver = new(options.Netserver, options.NetserverPort, options.BindAddress);
    private readonly Queue<(string TestId, ServerReport Report)> _reports = new();
    private readonly Lock _ports = new();
    private readonly HashSet<int> _portsInUse = [];
    private volatile bool _isClosed;

    /// <summary>Starts a server for a test.</summary>
    /// <returns>Its port, or why there is none.</returns>
    public async Task<ServerOutcome> StartAsync(ServerOrder order, CancellationToken cancellation)
    {
        if (_isClosed) return new ServerOutcome.Failed("The agent is stopping.");
        // Tests of one aggregate share the slot, but not a name: the second would take the first one's server out of sight.
        if (_granted.ContainsKey(order.TestId)) return new ServerOutcome.Busy(order.TestId);
        if (slot.TryTake(order.TestId, order.Isolation, sends: false, order.AggregateId) is not { } grant) return new ServerOutcome.Busy(slot.Describe());
        IGrantedServer? server = null;
        try
        {
            var watch = throttling.Start();
            var limit = TimeSpan.FromSeconds(order.DurationSeconds) + options.Overrun;
            (server, var error) = order.Tool == TestTool.Iperf3
                ? await StartIperfAsync(limit, cancellation).ConfigureAwait(false)
                : await _netserver.AcquireAsync(cancellation).ConfigureAwait(false);
            if (server is null) return new ServerOutcome.Failed(error);
            var granted = new Granted(server, grant, limit, watch, order.Tool == TestTool.Iperf3);
            if (!_granted.TryAdd(order.TestId, granted))
            {
                await server.DisposeAsync().ConfigureAwait(false);
                FreePort(server.Port);
                server = null;
                return new ServerOutcome.Busy(order.TestId);
            }

            granted.Ended = SuperviseAsync(order.TestId, granted);
            return new ServerOutcome.Started(server.Port);
        }
        catch (ToolMissingException exception)
        {
            return new ServerOutcome.ToolMissing(exception.Message);
        }
        finally
        {
            if (server is null) grant.Dispose();
        }
    }

    /// <summary>Ends a test's server: waits a moment for it to end by itself, then kills it. Nothing happens when it is gone already.</summary>
    /// <returns>What this host was like for the test.</returns>
    public async Task<ServerReport> ReleaseAsync(string testId)
    {
        if (_granted.TryGetValue(testId, out var granted))
        {
            if (granted.EndsByItself) granted.Release.CancelAfter(ReleaseWait);
            else await granted.Release.CancelAsync().ConfigureAwait(false);
            await granted.Ended.ConfigureAwait(false);
        }

        lock (_reports) return _reports.LastOrDefault(entry => entry.TestId == testId).Report ?? new ServerReport();
    }

    /// <summary>Ends all servers and starts none from now on. May be called again, for one that was just being started.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        foreach (var granted in _granted.Values) await granted.Release.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_granted.Values.Select(granted => granted.Ended)).ConfigureAwait(false);
        await _netserver.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<(IGrantedServer? Server, string Error)> StartIperfAsync(TimeSpan limit, CancellationToken cancellation)
    {
        OneOffServer? server = null;
        var port = 0;
        try
        {
            for (port = TakePort(); port != 0; port = TakePort())
            {
                (server, var error) = await OneOffServer.StartAsync(options.Iperf3, port, options.BindAddress, limit, cancellation).ConfigureAwait(false);
                if (server is not null) return (server, "");
                // Somebody else's program may sit on the port: it stays marked as in use, and the next is tried.
                Log.PortRefused(log, port, error);
            }

            lock (_ports)
            {
                // Those of other servers of an aggregate stay taken.
                _portsInUse.Clear();
                _portsInUse.UnionWith(_granted.Values.Select(granted => granted.Server.Port));
            }

            return (null, $"No iperf3 server could be started on ports {options.FirstServerPort} to {options.LastServerPort}.");
        }
        finally
        {
            if (server is null && port != 0) FreePort(port);
        }
    }

    private async Task SuperviseAsync(string testId, Granted granted)
    {
        var ends = granted.Server.EndsWithin(granted.Limit);
        var released = Task.Delay(Timeout.Infinite, granted.Release.Token);
        await Task.WhenAny(ends, released).ConfigureAwait(false);
        if (granted.EndsByItself && (!ends.IsCompleted || !await ends.ConfigureAwait(false))) Log.ServerKilled(log, testId);
        await granted.Server.DisposeAsync().ConfigureAwait(false);
        lock (_reports)
        {
            if (_reports.Count == MaxReports) _reports.Dequeue();
            _reports.Enqueue((testId, granted.Watch.End()));
        }

        FreePort(granted.Server.Port);
        _granted.TryRemove(testId, out _);
        granted.Grant.Dispose();
    }

    private int TakePort()
    {
        lock (_ports)
        {
            for (var port = options.FirstServerPort; port <= options.LastServerPort; port++)
            {
                if (_portsInUse.Add(port)) return port;
            }

            return 0;
        }
    }

    private void FreePort(int port)
    {
        lock (_ports) _portsInUse.Remove(port);
    }

    private sealed class Granted(IGrantedServer server, IDisposable grant, TimeSpan limit, ThrottleMeter.Watch watch, bool endsByItself)
    {
        public IGrantedServer Server => server;

        public IDisposable Grant => grant;

        public TimeSpan Limit => limit;

        public ThrottleMeter.Watch Watch => watch;

        /// <summary>Whether the server ends once it has served its client, and is given a moment for that.</summary>
        public bool EndsByItself => endsByItself;

        public CancellationTokenSource Release { get; } = new();

        public Task Ended { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "No iperf3 server on port {Port}: {Error}")]
        public static partial void PortRefused(ILogger log, int port, string error);

        [LoggerMessage(Level = LogLevel.Information, Message = "The server of test {TestId} did not end by itself and was killed")]
        public static partial void ServerKilled(ILogger log, string testId);
    }
}

/// <summary>What became of an order for a server.</summary>
internal abstract record ServerOutcome
{
    public sealed record Started(int Port) : ServerOutcome;

    public sealed record Busy(string TestIds) : ServerOutcome;

    public sealed record ToolMissing(string Reason) : ServerOutcome;

    public sealed record Failed(string Reason) : ServerOutcome;
}
