namespace NetGraph.Measurements;

/// <summary>Every metric that NetGraph publishes or reads. No other file spells a metric's name.</summary>
public static class Metrics
{
    private static readonly string[] Pair = [Labels.SourceNode, Labels.DestinationNode];
    private static readonly string[] PairAndProtocol = [Labels.SourceNode, Labels.DestinationNode, Labels.Protocol];
    private static readonly string[] SuspectLabels = [Labels.Kind, Labels.Node, Labels.Group, Labels.SourceNode, Labels.DestinationNode];

    /// <summary>Inherited from iperf3-monitor: throughput in Mbit/s.</summary>
    public static MetricFamily IperfBandwidth { get; } = new(
        "iperf_network_bandwidth_mbps", MetricKind.Gauge,
        "Payload received per second in the last throughput test, in Mbit/s; absent when it failed.", PairAndProtocol);

    /// <summary>Inherited from iperf3-monitor: 1 or 0.</summary>
    public static MetricFamily IperfSuccess { get; } = new(
        "iperf_test_success", MetricKind.Gauge, "Whether the last throughput test succeeded (1) or failed (0).", PairAndProtocol);

    /// <summary>TCP segments sent again in the last test.</summary>
    public static MetricFamily Retransmits { get; } = new(
        "netgraph_throughput_retransmitted_segments", MetricKind.Gauge, "TCP segments sent again in the last successful throughput test.", PairAndProtocol);

    /// <summary>Trust in the last result.</summary>
    public static MetricFamily Quality { get; } = new(
        "netgraph_throughput_quality", MetricKind.Gauge,
        "Trust in the last throughput result: 0 ok, 1 host_limited, 2 capped, 3 interfered, 4 clock_unsynced.", PairAndProtocol);

    /// <summary>End of the last successful test.</summary>
    public static MetricFamily LastSuccess { get; } = new(
        "netgraph_throughput_last_success_timestamp_seconds", MetricKind.Gauge,
        "When the last successful throughput test ended, in seconds since 1970-01-01 UTC.", PairAndProtocol);

    /// <summary>Echo requests whose outcome is known.</summary>
    public static MetricFamily ProbesSent { get; } = new(
        "netgraph_probes_sent_total", MetricKind.Counter, "UDP echo requests sent whose answer came or is overdue.", Pair);

    /// <summary>Echo answers in time.</summary>
    public static MetricFamily ProbesReceived { get; } = new(
        "netgraph_probes_received_total", MetricKind.Counter, "UDP echo answers received in time.", Pair);

    /// <summary>Sum of round-trip times.</summary>
    public static MetricFamily ProbeRoundTripTime { get; } = new(
        "netgraph_probe_rtt_seconds_total", MetricKind.Counter,
        "Sum of the round-trip times of the echo answers received, without the responder's dwell time, in seconds.", Pair);

    /// <summary>Distribution of round-trip times over all peers of a node.</summary>
    public static MetricFamily ProbeRoundTripHistogram { get; } = new(
        "netgraph_probe_round_trip_seconds", MetricKind.Histogram, "Round-trip times of echoes to all peers of the node, in seconds.", Labels.SourceNode);

    /// <summary>Throughput tests run by an agent.</summary>
    public static MetricFamily AgentTests { get; } = new(
        "netgraph_agent_throughput_tests_total", MetricKind.Counter, "Throughput tests that this agent ran as a client.", Labels.SourceNode);

    /// <summary>Failed throughput tests of an agent.</summary>
    public static MetricFamily AgentFailures { get; } = new(
        "netgraph_agent_throughput_failures_total", MetricKind.Counter, "Throughput tests that this agent ran and that failed.", Labels.SourceNode, Labels.Reason);

    /// <summary>Orders that an agent turned away.</summary>
    public static MetricFamily AgentOrdersRejected { get; } = new(
        "netgraph_agent_orders_rejected_total", MetricKind.Counter, "Orders that this agent rejected, by reason.", Labels.SourceNode, Labels.Reason);

    /// <summary>Echo requests that an agent answered.</summary>
    public static MetricFamily AgentEchoesAnswered { get; } = new(
        "netgraph_agent_echoes_answered_total", MetricKind.Counter, "UDP echo requests of other agents that this agent answered.", Labels.SourceNode);

    /// <summary>What a node is and where it stands.</summary>
    public static MetricFamily NodeInfo { get; } = new(
        "netgraph_node_info", MetricKind.Gauge, "1 for each node of the mesh, with its place; kind is target for a node without an agent.",
        Labels.Node, Labels.Zone, Labels.Region, Labels.Rack, Labels.InstanceType, Labels.Kind);

    /// <summary>Finished cycles.</summary>
    public static MetricFamily CollectorCycles { get; } = new(
        "netgraph_collector_cycles_total", MetricKind.Counter, "Mesh cycles finished.");

    /// <summary>Finished rounds.</summary>
    public static MetricFamily CollectorRounds { get; } = new(
        "netgraph_collector_rounds_total", MetricKind.Counter, "Rounds finished.");

    /// <summary>Planned tests.</summary>
    public static MetricFamily CollectorTestsPlanned { get; } = new(
        "netgraph_collector_tests_planned_total", MetricKind.Counter, "Throughput tests planned.");

    /// <summary>Successful tests.</summary>
    public static MetricFamily CollectorTestsSucceeded { get; } = new(
        "netgraph_collector_tests_succeeded_total", MetricKind.Counter, "Throughput tests ordered that gave a result.");

    /// <summary>Failed tests.</summary>
    public static MetricFamily CollectorTestsFailed { get; } = new(
        "netgraph_collector_tests_failed_total", MetricKind.Counter, "Throughput tests ordered that gave no result.", Labels.Reason);

    /// <summary>Orders sent again.</summary>
    public static MetricFamily CollectorBusyRetries { get; } = new(
        "netgraph_collector_busy_retries_total", MetricKind.Counter, "Orders sent again in the same slot because an agent was busy.");

    /// <summary>Length of the plan.</summary>
    public static MetricFamily CollectorPlanSlots { get; } = new(
        "netgraph_collector_plan_slots", MetricKind.Gauge, "Slots of the current plan.");

    /// <summary>Lower bound of the plan's length.</summary>
    public static MetricFamily CollectorPlanLowerBound { get; } = new(
        "netgraph_collector_plan_lower_bound_slots", MetricKind.Gauge, "Slots that no plan of the same tests can do with less of.");

    /// <summary>Share of pairs with a recent result.</summary>
    public static MetricFamily CollectorCoverage { get; } = new(
        "netgraph_collector_coverage_ratio", MetricKind.Gauge, "Share of the ordered pairs that have a result of the last two cycles, 0 to 1.");

    /// <summary>Age of the pair not measured for longest.</summary>
    public static MetricFamily CollectorOldestPair { get; } = new(
        "netgraph_collector_oldest_pair_age_seconds", MetricKind.Gauge,
        "Time since the pair measured longest ago was measured, or since it joined, in seconds.");

    /// <summary>Length of the last cycle.</summary>
    public static MetricFamily CollectorCycleDuration { get; } = new(
        "netgraph_collector_cycle_duration_seconds", MetricKind.Gauge, "How long the last finished cycle took, in seconds.");

    /// <summary>Time from one cycle's start to the next one's.</summary>
    public static MetricFamily CollectorCycleInterval { get; } = new(
        "netgraph_collector_cycle_interval_seconds", MetricKind.Gauge, "Time from the start of a cycle to the start of the next, in seconds.");

    /// <summary>Whether the node list could be read.</summary>
    public static MetricFamily CollectorDiscoveryErrors { get; } = new(
        "netgraph_collector_discovery_errors_total", MetricKind.Counter, "Times that the node list could not be read and the last good one was kept.");

    /// <summary>Lines that Graphite took.</summary>
    public static MetricFamily CollectorGraphiteSent { get; } = new(
        "netgraph_collector_graphite_lines_sent_total", MetricKind.Counter, "Lines sent to Graphite.");

    /// <summary>Lines that Graphite never got.</summary>
    public static MetricFamily CollectorGraphiteDropped { get; } = new(
        "netgraph_collector_graphite_lines_dropped_total", MetricKind.Counter, "Lines for Graphite that were given up, since it was away or too slow for too long.");

    /// <summary>Time to build a snapshot.</summary>
    public static MetricFamily ApiSnapshotDuration { get; } = new(
        "netgraph_api_snapshot_duration_seconds", MetricKind.Histogram, "Time to read the measurements and build the graph, in seconds.");

    /// <summary>Nodes of the last graph.</summary>
    public static MetricFamily ApiGraphNodes { get; } = new(
        "netgraph_api_graph_nodes", MetricKind.Gauge, "Nodes in the newest graph.");

    /// <summary>Links of the last graph.</summary>
    public static MetricFamily ApiGraphLinks { get; } = new(
        "netgraph_api_graph_links", MetricKind.Gauge, "Directed links in the newest graph.");

    /// <summary>Failed reads.</summary>
    public static MetricFamily ApiSourceErrors { get; } = new(
        "netgraph_api_source_errors_total", MetricKind.Counter, "Times that the measurements could not be read.");

    /// <summary>How graph requests were answered.</summary>
    public static MetricFamily ApiSnapshotRequests { get; } = new(
        "netgraph_api_snapshot_requests_total", MetricKind.Counter,
        "Graphs asked for: hit (from memory), miss (read anew), stale (source away, last good one).", Labels.Outcome);

    /// <summary>Time of a query.</summary>
    public static MetricFamily ApiQueryDuration { get; } = new(
        "netgraph_api_query_duration_seconds", MetricKind.Histogram, "Time of a query to Prometheus, its answer read to the end, in seconds.");

    /// <summary>Length of the answers.</summary>
    public static MetricFamily ApiQueryBytes { get; } = new(
        "netgraph_api_query_answer_bytes_total", MetricKind.Counter, "Bytes of Prometheus' answers read.");

    /// <summary>Samples of the answers.</summary>
    public static MetricFamily ApiQuerySamples { get; } = new(
        "netgraph_api_query_samples_total", MetricKind.Counter, "Samples in Prometheus' answers read.");

    /// <summary>Queries sent again.</summary>
    public static MetricFamily ApiQueryRetries { get; } = new(
        "netgraph_api_query_retries_total", MetricKind.Counter, "Queries to Prometheus sent again after a failure that may pass.");

    /// <summary>When the mesh was analysed.</summary>
    public static MetricFamily AnalysisTime { get; } = new(
        "netgraph_analysis_timestamp_seconds", MetricKind.Gauge, "Time that the last analysis of the mesh shows, in seconds since 1970-01-01 UTC; the analysis is done every 60 s.");

    /// <summary>How many suspects there are.</summary>
    public static MetricFamily AnalysisSuspects { get; } = new(
        "netgraph_analysis_suspects", MetricKind.Gauge, "Suspects with a confidence of at least 0.5.", Labels.Kind);

    /// <summary>How sure a suspect is.</summary>
    public static MetricFamily AnalysisSuspectConfidence { get; } = new(
        "netgraph_analysis_suspect_confidence_ratio", MetricKind.Gauge, "How sure it is that this is at fault, 0.5 to 1.", SuspectLabels);

    /// <summary>What a suspect carries.</summary>
    public static MetricFamily AnalysisSuspectObserved { get; } = new(
        "netgraph_analysis_suspect_observed_bytes_per_second", MetricKind.Gauge, "Median throughput of the links that this suspect explains, in bytes per second; 0 when they failed.", SuspectLabels);

    /// <summary>What a suspect should carry.</summary>
    public static MetricFamily AnalysisSuspectExpected { get; } = new(
        "netgraph_analysis_suspect_expected_bytes_per_second", MetricKind.Gauge, "Median throughput that these links would have without the fault, in bytes per second.", SuspectLabels);

    /// <summary>Into how many parts the mesh is split.</summary>
    public static MetricFamily AnalysisPartitions { get; } = new(
        "netgraph_analysis_partitions", MetricKind.Gauge, "Parts into which failures split the mesh; 0 when it is whole.");

    /// <summary>Pairs that reach each other one way only.</summary>
    public static MetricFamily AnalysisOneWay { get; } = new(
        "netgraph_analysis_one_way_pairs", MetricKind.Gauge, "Ordered pairs of which the first node reaches the second, but not the other way round.");

    /// <summary>The narrowest widest path.</summary>
    public static MetricFamily AnalysisNarrowestPair { get; } = new(
        "netgraph_analysis_narrowest_pair_bytes_per_second", MetricKind.Gauge, "Width of the narrowest of all pairs' widest paths, in bytes per second: what the worst-off pair gets whichever way is taken.");

    /// <summary>Version of the program.</summary>
    public static MetricFamily BuildInfo { get; } = new(
        "netgraph_build_info", MetricKind.Gauge, "1, with the component and its version.", Labels.Component, Labels.Version);

    /// <summary>Resident memory.</summary>
    public static MetricFamily ProcessResidentMemory { get; } = new(
        "process_resident_memory_bytes", MetricKind.Gauge, "Resident memory of the process, in bytes.");

    /// <summary>Processor time.</summary>
    public static MetricFamily ProcessCpu { get; } = new(
        "process_cpu_seconds_total", MetricKind.Counter, "Processor time, user and system, in seconds.");

    /// <summary>Start of the process.</summary>
    public static MetricFamily ProcessStart { get; } = new(
        "process_start_time_seconds", MetricKind.Gauge, "When the process started, in seconds since 1970-01-01 UTC.");

    /// <summary>All of them, for documentation and checks.</summary>
    public static IReadOnlyList<MetricFamily> All { get; } =
    [
        IperfBandwidth, IperfSuccess, Retransmits, Quality, LastSuccess,
        ProbesSent, ProbesReceived, ProbeRoundTripTime, ProbeRoundTripHistogram,
        AgentTests, AgentFailures, AgentOrdersRejected, AgentEchoesAnswered,
        NodeInfo, CollectorCycles, CollectorRounds, CollectorTestsPlanned, CollectorTestsSucceeded, CollectorTestsFailed, CollectorBusyRetries,
        CollectorPlanSlots, CollectorPlanLowerBound, CollectorCoverage, CollectorOldestPair,
        CollectorCycleDuration, CollectorCycleInterval, CollectorDiscoveryErrors, CollectorGraphiteSent, CollectorGraphiteDropped,
        ApiSnapshotDuration, ApiGraphNodes, ApiGraphLinks, ApiSourceErrors, ApiSnapshotRequests,
        ApiQueryDuration, ApiQueryBytes, ApiQuerySamples, ApiQueryRetries,
        AnalysisTime, AnalysisSuspects, AnalysisSuspectConfidence, AnalysisSuspectObserved, AnalysisSuspectExpected, AnalysisPartitions, AnalysisOneWay, AnalysisNarrowestPair,
        BuildInfo, ProcessResidentMemory, ProcessCpu, ProcessStart,
    ];
}
