using System.Text.Json.Serialization;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Collector.Schedules;

/// <summary>A resource <c>testschedules.netgraph.io</c>: a mesh of tests with times, nodes and settings of its own. As written; <see cref="ScheduleReader"/> says what it means.</summary>
public sealed record TestSchedule : IResource
{
    /// <summary>How the API knows these.</summary>
    public static ResourceKind<TestSchedule> Kind { get; } = new("netgraph.io", "v1alpha1", "testschedules", "TestSchedule", isNamespaced: false, ScheduleJsonContext.Default.TestSchedule);

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What is wanted.</summary>
    public TestScheduleSpec Spec { get => field ??= new(); init; }

    /// <summary>What a collector said of it.</summary>
    public TestScheduleStatus Status { get => field ??= new(); init; }
}

/// <summary>What is wanted of a schedule, as written. Numbers are wide: what the API let through is judged by the reader, not by the JSON parser.</summary>
public sealed record TestScheduleSpec
{
    /// <summary>What runs: <c>throughput</c>.</summary>
    public string? Probe { get; init; }

    /// <summary>Time from one run to the next, such as <c>30m</c>.</summary>
    public string? Interval { get; init; }

    /// <summary>Times of the runs as a cron expression of five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>IANA name of the time zone of <see cref="Cron"/> and <see cref="Windows"/>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Length of a test.</summary>
    public string? Duration { get; init; }

    /// <summary>Nodes that send.</summary>
    public LabelSelector? Sources { get; init; }

    /// <summary>Nodes that receive.</summary>
    public LabelSelector? Destinations { get; init; }

    /// <summary>Which pairs a run tests.</summary>
    public string? Pairs { get; init; }

    /// <summary>Peers of a node in a sampled run.</summary>
    public long? Degree { get; init; }

    /// <summary>How much of a node a test takes for itself.</summary>
    public string? Isolation { get; init; }

    /// <summary>Settings of iperf3.</summary>
    public TestScheduleIperf3? Iperf3 { get; init; }

    /// <summary>When runs may begin.</summary>
    public IReadOnlyList<TestScheduleWindow?>? Windows { get; init; }

    /// <summary>Whether nothing runs for now.</summary>
    public bool Suspend { get; init; }

    /// <summary>What every link must be like.</summary>
    public TestScheduleExpectations? Expectations { get; init; }
}

/// <summary>Settings of iperf3, as written.</summary>
public sealed record TestScheduleIperf3
{
    /// <summary><c>tcp</c>, <c>udp</c> or <c>both</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>Parallel streams.</summary>
    public long? Streams { get; init; }

    /// <summary>Limit of a test, such as <c>1G</c>.</summary>
    public string? Bitrate { get; init; }

    /// <summary>Rate of a UDP test.</summary>
    public string? UdpBitrate { get; init; }

    /// <summary>Traffic before each test that does not count.</summary>
    public string? Omit { get; init; }

    /// <summary>Whether both ends send at once.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>TCP congestion control.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Largest TCP segment in bytes.</summary>
    public long? Mss { get; init; }

    /// <summary>Differentiated services code point.</summary>
    public long? Dscp { get; init; }
}

/// <summary>A time of the day in which runs may begin, as written.</summary>
public sealed record TestScheduleWindow
{
    /// <summary>Days on which it begins: <c>Mon</c> to <c>Sun</c>.</summary>
    public IReadOnlyList<string?>? Days { get; init; }

    /// <summary>When it begins, <c>HH:MM</c>.</summary>
    public string? From { get; init; }

    /// <summary>When it ends, <c>HH:MM</c>; on the next day when that is not after the beginning.</summary>
    public string? To { get; init; }
}

/// <summary>What every link must be like, as written.</summary>
public sealed record TestScheduleExpectations
{
    /// <summary>Least throughput, such as <c>900M</c>.</summary>
    public string? MinBandwidth { get; init; }

    /// <summary>Longest round-trip time, such as <c>2ms</c>.</summary>
    public string? MaxRtt { get; init; }

    /// <summary>Largest share of lost echoes, such as <c>0.1%</c>.</summary>
    public string? MaxLoss { get; init; }
}

/// <summary>What a collector says of a schedule.</summary>
public sealed record TestScheduleStatus
{
    /// <summary>Generation of the resource that this tells of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary><c>Accepted</c>, <c>Running</c> and <c>Degraded</c>.</summary>
    public IReadOnlyList<ScheduleCondition>? Conditions { get; init; }

    /// <summary>When the last run began.</summary>
    public DateTimeOffset? LastRunTime { get; init; }

    /// <summary>When the next one is due.</summary>
    public DateTimeOffset? NextRunTime { get; init; }

    /// <summary>The value of the annotation that asks for a run now which was obeyed last.</summary>
    public string? LastRunNow { get; init; }

    /// <summary>Directed pairs of the last run, or of the next one while none ran.</summary>
    public long? PairsPlanned { get; init; }

    /// <summary>Those with a result.</summary>
    public long? PairsSucceeded { get; init; }

    /// <summary>Those without one: failed or skipped.</summary>
    public long? PairsFailed { get; init; }

    /// <summary>Slots of the plan.</summary>
    public long? Slots { get; init; }

    /// <summary>Slots that no plan of the same tests can do with less of.</summary>
    public long? LowerBoundSlots { get; init; }

    /// <summary>What a run is expected to move, in bytes; absent while nobody knows.</summary>
    public long? EstimatedBytes { get; init; }

    /// <summary>What the last run moved, in bytes.</summary>
    public long? SpentBytes { get; init; }

    /// <summary><c>Met</c>, <c>NotMet</c> or <c>Unknown</c>.</summary>
    public string? Verdict { get; init; }

    /// <summary>The same for people.</summary>
    public string? VerdictMessage { get; init; }
}

/// <summary>A condition as <c>kubectl wait --for=condition</c> knows it.</summary>
/// <param name="Type"><c>Accepted</c>, <c>Running</c> or <c>Degraded</c>.</param>
/// <param name="Status"><c>True</c> or <c>False</c>.</param>
/// <param name="Reason">One word for programs.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record ScheduleCondition(string Type, string Status, string Reason, string Message)
{
    /// <summary>When the status changed last.</summary>
    public DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>Generation of the resource that it tells of.</summary>
    public long? ObservedGeneration { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(TestSchedule))]
internal sealed partial class ScheduleJsonContext : JsonSerializerContext;
