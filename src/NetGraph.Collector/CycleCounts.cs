namespace NetGraph.Collector;

/// <summary>What is counted while a cycle runs.</summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="plan">What it runs.</param>
/// <param name="options">Settings of its mesh.</param>
/// <param name="startedAt">When it began.</param>
/// <param name="started">The same as a time stamp of the clock.</param>
internal sealed class CycleCounts(long number, Planning.MeshPlan plan, CollectorOptions options, DateTimeOffset startedAt, long started)
{
    public long Number => number;

    /// <summary>When it began, as a time stamp of the clock.</summary>
    public long Started => started;

    /// <summary>What it runs.</summary>
    public Planning.MeshPlan Plan => plan;

    /// <summary>Settings of its mesh.</summary>
    public CollectorOptions Options => options;

    public int Slots { get; set; } = plan.SlotCount;

    public int SlotsDone { get; set; }

    public long Succeeded { get; set; }

    public long Failed { get; set; }

    public long Skipped { get; set; }

    public long PutOff { get; set; }

    public int BusyRetries { get; set; }

    public long Bytes { get; set; }

    public RunningCycle Progress(double secondsLeft) =>
        new(number, startedAt, plan.TestCount, Succeeded, Failed, Skipped, PutOff, Slots, SlotsDone, plan.LowerBoundSlots, secondsLeft, options.Schedule);

    public CycleSummary Summary(double seconds) =>
        new(number, startedAt, seconds, Slots, plan.TestCount, Succeeded, Failed, Skipped, PutOff, BusyRetries, Bytes, options.Schedule);
}
