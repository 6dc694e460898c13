using System.Text.Json.Serialization;
using NetGraph.Collector.Links;

namespace NetGraph.Collector;

/// <summary>Answer of <c>/api/v1/cycle</c>.</summary>
/// <param name="Running">The cycle that runs; <see langword="null"/> between cycles.</param>
/// <param name="Last">The last that has ended.</param>
/// <param name="Waiting">What the next one waits for; <see langword="null"/> while one runs.</param>
public sealed record CycleProgress(RunningCycle? Running, CycleSummary? Last, CycleWait? Waiting);

/// <summary>The cycle that runs now. Tests that are put off to its end count as none of succeeded, failed and skipped yet.</summary>
/// <param name="Cycle">Its number, from 1.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="TestsPlanned">Tests that it has.</param>
/// <param name="TestsSucceeded">Tests with a result.</param>
/// <param name="TestsFailed">Tests that were ordered and gave no result.</param>
/// <param name="TestsSkipped">Tests that were not ordered and will not be.</param>
/// <param name="TestsPutOff">Tests that were put off so far, whatever became of them since.</param>
/// <param name="Slots">Slots that it has; more once tests are tried again.</param>
/// <param name="SlotsDone">Slots that have ended.</param>
/// <param name="LowerBoundSlots">Slots that no plan of the same tests can do with less of.</param>
/// <param name="SecondsLeft">How long it will still take, in seconds: an estimate.</param>
/// <param name="Schedule">Name of the TestSchedule that it belongs to; <see langword="null"/> for the collector's own mesh.</param>
public sealed record RunningCycle(
    long Cycle, DateTimeOffset StartedAt, long TestsPlanned, long TestsSucceeded, long TestsFailed, long TestsSkipped, long TestsPutOff,
    int Slots, int SlotsDone, int LowerBoundSlots, double SecondsLeft, string? Schedule = null);

/// <summary>A cycle that has ended: its tests succeeded, failed or were skipped, and those put off once were tried again.</summary>
/// <param name="Cycle">Its number, from 1.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="DurationSeconds">How long it took, in seconds.</param>
/// <param name="Slots">Slots that it had, with those for tests tried again.</param>
/// <param name="TestsPlanned">Tests that it had: the sum of the next three.</param>
/// <param name="TestsSucceeded">Tests with a result.</param>
/// <param name="TestsFailed">Tests that were ordered and gave no result.</param>
/// <param name="TestsSkipped">Tests that were not ordered.</param>
/// <param name="TestsPutOff">Tests that were put off to its end.</param>
/// <param name="BusyRetries">Orders sent again in the same slot because an agent was busy.</param>
/// <param name="Bytes">Payload that its tests moved, in bytes.</param>
/// <param name="Schedule">Name of the TestSchedule that it belongs to; <see langword="null"/> for the collector's own mesh.</param>
public sealed record CycleSummary(
    long Cycle, DateTimeOffset StartedAt, double DurationSeconds, int Slots, long TestsPlanned, long TestsSucceeded, long TestsFailed, long TestsSkipped, long TestsPutOff, int BusyRetries, long Bytes, string? Schedule = null);

/// <summary>What the next cycle waits for.</summary>
/// <param name="Reason"><c>interval</c>, <c>budget</c>, <c>duty_cycle</c>, <c>nodes</c> or <c>request</c>.</param>
/// <param name="Detail">The same for people.</param>
/// <param name="SecondsLeft">How long it will still wait; <see langword="null"/> when nobody knows.</param>
public sealed record CycleWait(string Reason, string Detail, double? SecondsLeft);

/// <summary>What became of a planned test.</summary>
/// <param name="Source">Name of the node that sends.</param>
/// <param name="Destination">Name of the node that receives.</param>
/// <param name="ThroughputBitsPerSecond">Payload received per second; <see langword="null"/> when there is no result.</param>
/// <param name="Quality">Trust in the result, as in <c>/graph.json</c>; <see langword="null"/> when there is none.</param>
/// <param name="Failure">Why there is no result; <see langword="null"/> when there is one.</param>
public sealed record TestReport(string Source, string Destination, double? ThroughputBitsPerSecond, string? Quality, string? Failure);

/// <summary>Answer of <c>/api/v1/cycle/tests</c>: tests of a cycle, the newest if none is named, in the order in which they ended.</summary>
/// <param name="Cycle">Number of the cycle.</param>
/// <param name="From">How many come before the first one here.</param>
/// <param name="Tests">The tests; fewer than there are when they are many.</param>
public sealed record TestReports(long Cycle, int From, IReadOnlyList<TestReport> Tests);

/// <summary>Answer to an order to run a cycle now.</summary>
/// <param name="Cycle">The number that it will have.</param>
public sealed record RequestedCycle(long Cycle);

/// <summary>JSON form of the answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CycleProgress))]
[JsonSerializable(typeof(TestReports))]
[JsonSerializable(typeof(RequestedCycle))]
[JsonSerializable(typeof(IReadOnlyList<LinkEchoes>))]
public sealed partial class ProgressJsonContext : JsonSerializerContext;
