namespace NetGraph.Lab.States;

/// <summary>A running relay. The start time tells it from a later process with the same number.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="StartTimeTicks">When it started, in clock ticks since boot (field 22 of /proc/PID/stat).</param>
public sealed record RelayProcess(int ProcessId, long StartTimeTicks);
