namespace NetGraph.Collector.Running;

/// <summary>Orders to run a cycle now instead of when it is due: one at a time. May be used from several threads at once.</summary>
internal sealed class CycleRequests(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _asked = New();
    private bool _isRunning;

    /// <summary>Asks for a cycle.</summary>
    /// <returns>Whether it will run; not when one runs or is asked for already.</returns>
    public bool TryAsk()
    {
        lock (_lock) return !_isRunning && _asked.TrySetResult();
    }

    /// <summary>Waits until a cycle is due or asked for.</summary>
    /// <param name="time">When it is due; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether it was asked for.</returns>
    public async Task<bool> WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        Task asked;
        lock (_lock) asked = _asked.Task;
        try
        {
            await asked.WaitAsync(time > TimeSpan.Zero || time == Timeout.InfiniteTimeSpan ? time : TimeSpan.Zero, clock, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A cycle begins: from now on none can be asked for.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _isRunning = true;
            _asked = New();
        }
    }

    /// <summary>A cycle begins that nobody can ask for; none can be asked for until it has ended.</summary>
    /// <returns>Whether it may: not when one was asked for meanwhile, which goes first.</returns>
    public bool TryBegin()
    {
        lock (_lock) return !_asked.Task.IsCompleted && (_isRunning = true);
    }

    /// <summary>The cycle has ended, or could not begin.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isRunning = false;
            // Asked for while it was found that there can be none.
            if (_asked.Task.IsCompleted) _asked = New();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
