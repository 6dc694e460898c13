namespace NetGraph.Collector.Running;

/// <summary>Cycles of other meshes, which take turns with those of the collector's own: never do two run at once.</summary>
internal interface IScheduledCycles
{
    /// <summary>Time until the next is due; zero or less when one is; <see langword="null"/> when none will be.</summary>
    TimeSpan? UntilDue { get; }

    /// <summary>Waits until <see cref="UntilDue"/> may have become less.</summary>
    /// <param name="cancellation">Gives up.</param>
    Task WaitForChangeAsync(CancellationToken cancellation);

    /// <summary>Runs the cycle that has been due the longest, if any is.</summary>
    /// <param name="cancellation">Ends it.</param>
    Task RunDueAsync(CancellationToken cancellation);
}
