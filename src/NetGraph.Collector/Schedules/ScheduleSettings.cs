namespace NetGraph.Collector.Schedules;

/// <summary>What a schedule means.</summary>
/// <param name="Options">Settings of its mesh.</param>
/// <param name="Timing">When its runs are due.</param>
/// <param name="Sources">Nodes that send.</param>
/// <param name="Destinations">Nodes that receive.</param>
/// <param name="IsSuspended">Whether nothing runs for now.</param>
/// <param name="Expectations">What every link must be like.</param>
internal sealed record ScheduleSettings(
    CollectorOptions Options, ScheduleTiming Timing, LabelSelector Sources, LabelSelector Destinations, bool IsSuspended, MeshExpectations Expectations);
