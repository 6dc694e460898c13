using NetGraph.Collector.Graphite;
using NetGraph.Collector.Planning;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector;

/// <summary>Settings of a collector.</summary>
public sealed record CollectorOptions
{
    /// <summary>Time from the start of a mesh cycle to the start of the next; a cycle that takes longer is followed at once. Default 300 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Name of the TestSchedule whose settings these are; <see langword="null"/> for the collector's own mesh.</summary>
    public string? Schedule { get; init; }

    /// <summary>How much tests may cost. Default: without limits.</summary>
    public BudgetLimits Budget { get; init; } = BudgetLimits.None;

    /// <summary>Whether cycles run only when somebody asks for one. Default: no.</summary>
    public bool OnRequestOnly { get; init; }

    /// <summary>Whether agents are ordered nothing: nodes are found and schedules planned, but nothing is tested. Default: no.</summary>
    public bool IsOrderingOff { get; init; }

    /// <summary>Whether agents that have another list of echo peers get this collector's; else only those that have none. Default: yes.</summary>
    public bool ReplacesPeers { get; init; } = true;

    /// <summary>Least time from one reading of all agents' links to the next. Default 15 s.</summary>
    public TimeSpan LinksInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Length of a test in whole seconds, 1 to 3600. Default 5.</summary>
    public int DurationSeconds { get; init; } = 5;

    /// <summary>Parallel TCP streams of a test, 1 to 128. Default 1.</summary>
    public int ParallelStreams { get; init; } = 1;

    /// <summary>Limit of a test in bits per second; <see langword="null"/> for none.</summary>
    public long? BitrateBitsPerSecond { get; init; }

    /// <summary>What the tests send. Default TCP.</summary>
    public ProtocolChoice Protocol { get; init; }

    /// <summary>Rate of a UDP test in bits per second, at least 1000; a lower <see cref="BitrateBitsPerSecond"/> limits it. Default 10 Mbit/s: loss and jitter without a burden.</summary>
    public long UdpBitrateBitsPerSecond { get; init; } = 10_000_000;

    /// <summary>Whole seconds of traffic before each test that do not count, 0 to 60. Default 0.</summary>
    public int OmitSeconds { get; init; }

    /// <summary>Whether both ends send at once: half the slots, and results that disturb each other. Default no.</summary>
    public bool IsBidirectional { get; init; }

    /// <summary>TCP congestion control of the tests, such as <c>cubic</c>; <see langword="null"/> for the hosts' own.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Largest TCP segment of the tests in bytes, 88 to 9216; <see langword="null"/> for what the path allows.</summary>
    public int? MaximumSegmentBytes { get; init; }

    /// <summary>Differentiated services code point of the tests' packets, 0 to 63; <see langword="null"/> for none.</summary>
    public int? Dscp { get; init; }

    /// <summary>The program that runs the tests. Default iperf3.</summary>
    public TestTool Tool { get; init; }

    /// <summary>Node to which all others send at once after each cycle; <see langword="null"/> for none.</summary>
    public string? AggregateNode { get; init; }

    /// <summary>How long a test takes, with what is omitted.</summary>
    public int TestSeconds => OmitSeconds + DurationSeconds;

    /// <summary>How much of a node a test takes for itself. Default: a node takes part in one test at a time.</summary>
    public Isolation Isolation { get; init; } = Isolation.Pair;

    /// <summary>Which pairs a cycle tests. Default: all up to 100 nodes, a sample beyond.</summary>
    public PairSelection Pairs { get; init; } = PairSelection.Auto;

    /// <summary>Peers of a node in a sampled cycle, 1 or more. Default 8.</summary>
    public int Degree { get; init; } = 8;

    /// <summary>Which groups share an uplink. Default: racks.</summary>
    public GroupKey CappedGroup { get; init; } = GroupKey.Rack;

    /// <summary>How many tests may cross a group's boundary at once. Default 1.</summary>
    public int CrossingsPerGroup { get; init; } = 1;

    /// <summary>How many tests may run at once; <see langword="null"/> for no limit beyond the others.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>What a test moves if it reaches its limit, in bytes; <see langword="null"/> without one.</summary>
    internal double? BytesPerTest => (Protocol == ProtocolChoice.Udp ? UdpBitrateBitsPerSecond : BitrateBitsPerSecond) * TestSeconds / 8.0;

    /// <summary>What the planner is told.</summary>
    public PlanOptions Plan => new() { Isolation = Isolation, Pairs = Pairs, Degree = Degree, Limits = new PlanLimits { CrossingsPerGroup = CrossingsPerGroup, MaxConcurrent = MaxConcurrent } };

    /// <summary>Address to listen on; <see langword="null"/> for all.</summary>
    public System.Net.IPAddress? ListenAddress { get; init; }

    /// <summary>Port of <c>/metrics</c>, <c>/healthz</c> and the collector's JSON.</summary>
    public int MetricsPort { get; init; } = 9876;

    /// <summary>The secret that orders carry.</summary>
    public required SharedToken Token { get; init; }

    /// <summary>PEM file of the authority that signed the agents' certificates; without one, orders go by plain HTTP.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>What a slot may last beyond its test. Default 0.5 s.</summary>
    public TimeSpan SlotMargin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How much longer than a test its agent's answer may take. Default 6 s: the agent ends a test that takes 3 s longer than its own time, and needs up to 2.3 s for that.</summary>
    public TimeSpan AnswerMargin { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Where results are written as Graphite's lines; <see langword="null"/> for nowhere.</summary>
    public GraphiteOptions? Graphite { get; init; }
}
