using Microsoft.Extensions.Logging;
using NetGraph.Collector.Discovery;

namespace NetGraph.Collector.Running;

/// <summary>Runs cycles, one after the other, for as long as it lives: those of its own mesh when they are due or somebody asks, and scheduled ones in turn with them.</summary>
/// <param name="services">What all meshes share.</param>
/// <param name="meshes">Its own mesh; of several networks of the same nodes one each, which take turns.</param>
/// <param name="aggregate">Runs after each cycle.</param>
/// <param name="requests">Orders to run a cycle now.</param>
/// <param name="options">Settings of its own mesh.</param>
/// <param name="scheduled">The other cycles, if there are any.</param>
/// <param name="log">Where it logs.</param>
internal sealed partial class CycleRunner(
    MeshServices services, IReadOnlyList<TestMesh> meshes, AggregateTest aggregate, CycleRequests requests, CollectorOptions options, IScheduledCycles? scheduled, ILogger<CycleRunner> log)
{
    // A hold may last longer than timers can, and the nodes may be fewer by then.
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private CycleHold _wait = new("interval", "The first cycle is due.", TimeSpan.Zero);
    private TimeSpan _dueAfter;
    private long _waitsSince = services.Clock.GetTimestamp();
    private bool _wasOwn;
    private int _turn;

    private TimeSpan OwnWait => _dueAfter - services.Clock.GetElapsedTime(_waitsSince);

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var ownWait = options.OnRequestOnly ? Timeout.InfiniteTimeSpan : OwnWait;
            if (options.OnRequestOnly) services.State.Wait("request", "A cycle runs when it is asked for.", null);
            else services.State.Wait(_wait.Reason, _wait.Detail, _wait.Time - services.Clock.GetElapsedTime(_waitsSince));
            if (await WaitAsync(ownWait, cancellation).ConfigureAwait(false)) await RunOwnAsync(isAsked: true, cancellation).ConfigureAwait(false);
            // Whichever ran last lets the other go first: none starves, however long the other's cycles are.
            else if (!options.OnRequestOnly && OwnWait <= TimeSpan.Zero && !(_wasOwn && scheduled?.UntilDue <= TimeSpan.Zero)) await RunOwnAsync(isAsked: false, cancellation).ConfigureAwait(false);
            else if (scheduled?.UntilDue <= TimeSpan.Zero) await RunScheduledAsync(scheduled, cancellation).ConfigureAwait(false);
        }
    }

    private async Task RunOwnAsync(bool isAsked, CancellationToken cancellation)
    {
        _wasOwn = true;
        var start = services.Clock.GetTimestamp();
        var mesh = meshes[_turn % meshes.Count];
        var current = await mesh.ReadNodesAsync(cancellation).ConfigureAwait(false);
        var lack = NodeWatch.FindLack([.. current.Select(member => member.Node)]);
        if (lack is null)
        {
            var cycle = mesh.Plan(current);
            // Who asks for a cycle knows what it costs.
            if (!isAsked && services.Budget.FindHold(cycle.Plan, cycle.Nodes) is { } hold)
            {
                Log.Waits(log, hold.Time.TotalSeconds, hold.Detail);
                (_wait, _dueAfter, _waitsSince) = (hold, hold.Time < LongestHold ? hold.Time : LongestHold, services.Clock.GetTimestamp());
                return;
            }

            _turn++;
            requests.Begin();
            try
            {
                await mesh.RunAsync(cycle, cancellation).ConfigureAwait(false);
                await aggregate.RunAsync([.. current.OfType<AgentNode>()], Guid.NewGuid().ToString("N")[..12], cancellation).ConfigureAwait(false);
            }
            finally
            {
                requests.End();
            }
        }
        else
        {
            // The other networks may have what this one lacks.
            _turn++;
            requests.End();
            Log.NoMesh(log, lack);
        }

        _wait = lack is null ? new CycleHold("interval", "The next cycle is not due yet.", options.Interval) : new CycleHold("nodes", lack, options.Interval);
        (_dueAfter, _waitsSince) = (options.Interval, start);
    }

    private async Task RunScheduledAsync(IScheduledCycles cycles, CancellationToken cancellation)
    {
        _wasOwn = false;
        if (!requests.TryBegin()) return;
        try
        {
            await cycles.RunDueAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            requests.End();
        }
    }

    /// <summary>Waits until something may be due.</summary>
    /// <returns>Whether a cycle of the own mesh was asked for.</returns>
    private async Task<bool> WaitAsync(TimeSpan ownWait, CancellationToken cancellation)
    {
        if (scheduled is null) return await requests.WaitAsync(ownWait, cancellation).ConfigureAwait(false);
        var wait = scheduled.UntilDue is { } until && (ownWait == Timeout.InfiniteTimeSpan || until < ownWait) ? until : ownWait;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = requests.WaitAsync(wait, stop.Token);
        var changed = scheduled.WaitForChangeAsync(stop.Token);
        await Task.WhenAny(asked, changed).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(asked, changed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return asked.IsCompletedSuccessfully && await asked.ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Lack} Waiting for the next cycle.")]
        public static partial void NoMesh(ILogger log, string lack);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The next cycle waits {Seconds:0} s: {Detail}")]
        public static partial void Waits(ILogger log, double seconds, string detail);
    }
}
