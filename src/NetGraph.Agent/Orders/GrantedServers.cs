using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Orders;

/// <summary>The one-off servers that this agent started for tests of others; each holds the node's slot while it lives.</summary>
internal sealed partial class GrantedServers(AgentOptions options, TestSlot slot, ILogger<GrantedServers> log) : IAsyncDisposable
{
    private static readonly TimeSpan ReleaseWait = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, Granted> _granted = new(StringComparer.Ordinal);
    private readonly Lock _ports = new();
    private readonly HashSet<int> _portsInUse = [];
    private volatile bool _isClosed;

    /// <summary>Starts a server for a test.</summary>
    /// <returns>Its port, or why there is none.</returns>
    public async Task<ServerOutcome> StartAsync(ServerOrder order, CancellationToken cancellation)
    {
        if (_isClosed) return new ServerOutcome.Failed("The agent is stopping.");
        if (slot.TryTake(order.TestId, order.Isolation, sends: false) is not { } grant) return new ServerOutcome.Busy(slot.Describe());
        OneOffServer? server = null;
        var port = 0;
        try
        {
            var limit = TimeSpan.FromSeconds(order.DurationSeconds) + options.Overrun;
            for (port = TakePort(); port != 0; port = TakePort())
            {
                (server, var error) = await OneOffServer.StartAsync(options.Iperf3, port, options.BindAddress, limit, cancellation).ConfigureAwait(false);
                if (server is not null) break;
                // Somebody else's program may sit on the port: it stays marked as in use, and the next is tried.
                Log.PortRefused(log, port, error);
            }

            if (server is null)
            {
                lock (_ports) _portsInUse.Clear();
                return new ServerOutcome.Failed($"No iperf3 server could be started on ports {options.FirstServerPort} to {options.LastServerPort}.");
            }

            var granted = new Granted(server, grant, limit);
            _granted[order.TestId] = granted;
            granted.Ended = SuperviseAsync(order.TestId, granted);
            return new ServerOutcome.Started(server.Port);
        }
        catch (ToolMissingException exception)
        {
            return new ServerOutcome.Failed(exception.Message);
        }
        finally
        {
            if (server is null)
            {
                if (port != 0) FreePort(port);
                grant.Dispose();
            }
        }
    }

    /// <summary>Ends a test's server: waits a moment for it to end by itself, then kills it. Nothing happens when it is gone already.</summary>
    public async Task ReleaseAsync(string testId)
    {
        if (!_granted.TryGetValue(testId, out var granted)) return;
        granted.Release.CancelAfter(ReleaseWait);
        await granted.Ended.ConfigureAwait(false);
    }

    /// <summary>Ends all servers and starts none from now on. May be called again, for one that was just being started.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        foreach (var granted in _granted.Values) await granted.Release.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_granted.Values.Select(granted => granted.Ended)).ConfigureAwait(false);
    }

    private async Task SuperviseAsync(string testId, Granted granted)
    {
        var ends = granted.Server.EndsWithin(granted.Limit);
        var released = Task.Delay(Timeout.Infinite, granted.Release.Token);
        await Task.WhenAny(ends, released).ConfigureAwait(false);
        if (!ends.IsCompleted || !await ends.ConfigureAwait(false)) Log.ServerKilled(log, testId);
        await granted.Server.DisposeAsync().ConfigureAwait(false);
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

    private sealed class Granted(OneOffServer server, IDisposable grant, TimeSpan limit)
    {
        public OneOffServer Server => server;

        public IDisposable Grant => grant;

        public TimeSpan Limit => limit;

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

    public sealed record Failed(string Reason) : ServerOutcome;
}
