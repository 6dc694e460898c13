using System.Globalization;
namespace NetGraph.Measurements;

/// <summary>Every metric that NetGraph publishes or reads. No other file spells a metric's name.</summary>
public static class Metrics
{
    private static readonly string[] Pair = [Labels.SourceNode, Labels.DestinationNode];
    private static readonly string[] PairAndProtocol = [Labels.SourceNode, Labels.DestinationNode, Labels.Protocol];
    private static readonly string[] TargetAndProbe = [Labels.SourceNode, Labels.Target, Labels.Probe];
    private static readonly string[] SuspectLabels = [Labels.Kind, Labels.Node, Labels.Group, Labels.SourceNode, Labels.DestinationNode];

    /// <summary>Inherited from iperf3-monitor: throughput in Mbit/s.</summary>
    public static MetricFamily IperfBandwidth { get; } = new(
        "iperf_network_bandwidth_mbps", MetricKind.Gauge,
        "Payload received per second in the last throughput test, in Mbit/s; absent when it failed.", PairAndProtocol);

    /// <summary>Inherited from iperf3-monitor: 1 or 0.</summary>
    public static MetricFamily IperfSuccess { get; } = new(
        "iperf_test_success", MetricKind.Gauge, "Whether the last throughput test succeeded (1) or failed (0).", PairAndProtocol);

    /// <summary>Inherited from iperf3-monitor: jitter of datagrams in milliseconds.</summary>
    public static MetricFamily IperfJitter { get; } = new(
        "iperf_network_jitter_ms", MetricKind.Gauge, "Jitter of the datagrams at the receiver in the last UDP test (RFC 3550), in ms; absent when it failed.", PairAndProtocol);

    /// <summary>Inherited from iperf3-monitor: datagrams of the last test. A gauge there and here, whatever its name says.</summary>
    public static MetricFamily IperfPackets { get; } = new(
        "iperf_network_packets_total", MetricKind.Gauge, "Datagrams sent in the last UDP test, a gauge; absent when it failed.", PairAndProtocol);

    /// <summary>Inherited from iperf3-monitor: lost datagrams of the last test. A gauge there and here, whatever its name says.</summary>
    public static MetricFamily IperfLostPackets { get; } = new(
        "iperf_network_lost_packets_total", MetricKind.Gauge, "Datagrams of the last UDP test that did not arrive, a gauge; absent when it failed.", PairAndProtocol);

    /// <summary>Transactions of netperf.</summary>
    public static MetricFamily Transactions { get; } = new(
        "netgraph_netperf_transactions_per_second", MetricKind.Gauge,
        "Requests of one byte answered one after the other in the last netperf TCP_RR test, per second; absent for other tests and when it failed.", PairAndProtocol);

    /// <summary>TCP segments sent again in the last test.</summary>
    public static MetricFamily Retransmits { get; } = new(
        "netgraph_throughput_retransmitted_segments", MetricKind.Gauge, "TCP segments sent again in the last successful throughput test.", PairAndProtocol);

    /// <summary>Trust in the last result.</summary>
    public static MetricFamily Quality { get; } = new(
        "netgraph_throughput_quality", MetricKind.Gauge,
        "Trust in the last throughput result: 0 ok, 1 host_limited, 2 capped, 3 interfered, 4 clock_unsynced.", PairAndProtocol);

    /// <summary>Why the last test failed: the reason as a label, and as a number (<see cref="ProbeFailureNames.ToCode"/>).</summary>
    public static MetricFamily FailedFor { get; } = new(
        "netgraph_throughput_failure", MetricKind.Gauge,
        "Why the last throughput test failed, absent when it succeeded: "
        + string.Join(", ", ProbeFailureNames.All.Select(failure => string.Create(CultureInfo.InvariantCulture, $"{failure.ToCode()} {failure.ToReason()}"))) + ".",
        [.. PairAndProtocol, Labels.Reason]);

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

    /// <summary>Smoothed variation of the echoes' times.</summary>
    public static MetricFamily ProbeJitter { get; } = new(
        "netgraph_probe_jitter_seconds", MetricKind.Gauge,
        "Smoothed difference of consecutive round-trip times of a source port (RFC 3550, 6.4.1), in seconds; at pair detail all.", Pair);

    /// <summary>Distribution of round-trip times over all peers of a node.</summary>
    public static MetricFamily ProbeRoundTripHistogram { get; } = new(
        "netgraph_probe_round_trip_seconds", MetricKind.Histogram, "Round-trip times of echoes to all peers of the node, in seconds.", Labels.SourceNode);

    /// <summary>Distribution of round-trip times during throughput tests.</summary>
    public static MetricFamily LoadedRoundTripHistogram { get; } = new(
        "netgraph_loaded_probe_round_trip_seconds", MetricKind.Histogram,
        "Round-trip times of the echoes sent to the other end of this node's throughput tests while those ran, in seconds.", Labels.SourceNode);

    /// <summary>What a throughput test adds to the round-trip time.</summary>
    public static MetricFamily LatencyUnderLoad { get; } = new(
        "netgraph_latency_under_load_seconds", MetricKind.Gauge,
        "Mean round-trip time during the last throughput test with a peer, less the median before it, in seconds: the largest over all peers.", Labels.SourceNode);

    /// <summary>Smallest round-trip time of a node.</summary>
    public static MetricFamily ProbeRoundTripMinimum { get; } = new(
        "netgraph_probe_round_trip_min_seconds", MetricKind.Gauge, "Smallest round-trip time of the last full echo interval over all peers of the node, in seconds.", Labels.SourceNode);

    /// <summary>Largest round-trip time of a node.</summary>
    public static MetricFamily ProbeRoundTripMaximum { get; } = new(
        "netgraph_probe_round_trip_max_seconds", MetricKind.Gauge, "Largest round-trip time of the last full echo interval over all peers of the node, in seconds.", Labels.SourceNode);

    /// <summary>Overtaken answers.</summary>
    public static MetricFamily ProbesReordered { get; } = new(
        "netgraph_probe_reordered_total", MetricKind.Counter, "Echo answers that came after one to a later echo of the same port (RFC 4737).", Labels.SourceNode);

    /// <summary>Second answers.</summary>
    public static MetricFamily ProbesDuplicated { get; } = new(
        "netgraph_probe_duplicates_total", MetricKind.Counter, "Echo answers that had come before.", Labels.SourceNode);

    /// <summary>Faults of one path among several.</summary>
    public static MetricFamily ProbeLostPorts { get; } = new(
        "netgraph_probe_ecmp_lost_ports_ratio", MetricKind.Gauge,
        "Share of the source ports whose last echoes to a peer were all lost while another port's were not, 0 to 1: the largest over all peers.", Labels.SourceNode);

    /// <summary>Echoes that do not count.</summary>
    public static MetricFamily ProbesDiscarded { get; } = new(
        "netgraph_probes_discarded_total", MetricKind.Counter, "Echoes that count neither as sent nor as lost, by reason.", Labels.SourceNode, Labels.Reason);
    /// <summary>ICMP echoes to peers.</summary>
    public static MetricFamily IcmpSent { get; } = new(
        "netgraph_icmp_sent_total", MetricKind.Counter, "ICMP echoes sent to all peers of the node whose answer came or is overdue.", Labels.SourceNode);

    /// <summary>ICMP echoes to peers without an answer.</summary>
    public static MetricFamily IcmpLost { get; } = new(
        "netgraph_icmp_lost_total", MetricKind.Counter, "ICMP echoes to all peers of the node that were not answered in time.", Labels.SourceNode);

    /// <summary>Distribution of ICMP round-trip times.</summary>
    public static MetricFamily IcmpRoundTrip { get; } = new(
        "netgraph_icmp_round_trip_seconds", MetricKind.Histogram, "Round-trip times of ICMP echoes to all peers of the node, in seconds.", Labels.SourceNode);

    /// <summary>Distribution of connect times.</summary>
    public static MetricFamily Connect { get; } = new(
        "netgraph_connect_seconds", MetricKind.Histogram,
        "Time to connect to peers of the node (tcp), or from connecting to the head of the answer (http), in seconds.", Labels.SourceNode, Labels.Probe);

    /// <summary>Connections that failed.</summary>
    public static MetricFamily ConnectFailures { get; } = new(
        "netgraph_connect_failures_total", MetricKind.Counter, "Connections and requests to peers of the node that failed.", Labels.SourceNode, Labels.Probe, Labels.Reason);

    /// <summary>One-way delay of a pair.</summary>
    public static MetricFamily OneWayDelay { get; } = new(
        "netgraph_one_way_delay_seconds", MetricKind.Gauge,
        "Median one-way delay of the last run, in seconds, right within the sum of both nodes' clock error bounds; absent when one of these is unknown.", Pair);

    /// <summary>How far a clock may be off.</summary>
    public static MetricFamily ClockErrorBound { get; } = new(
        "netgraph_clock_error_bound_seconds", MetricKind.Gauge, "Most that the node's clock differs from true time, in seconds; absent when unknown.", Labels.SourceNode);

    /// <summary>Path MTU of a pair.</summary>
    public static MetricFamily PathMtu { get; } = new(
        "netgraph_path_mtu_bytes", MetricKind.Gauge, "Largest IP packet that reached the peer in the last search, in bytes.", Pair);

    /// <summary>Paths that swallow large packets.</summary>
    public static MetricFamily PathMtuBlackHoles { get; } = new(
        "netgraph_path_mtu_black_holes", MetricKind.Gauge,
        "Peers that small packets reach and those of the local interface's full size do not, while nothing on the path says so.", Labels.SourceNode);

    /// <summary>Probes of a target.</summary>
    public static MetricFamily TargetProbes { get; } = new(
        "netgraph_target_probes_total", MetricKind.Counter, "Probes of a target outside the mesh that ended; each ICMP echo counts.", TargetAndProbe);

    /// <summary>Failed probes of a target.</summary>
    public static MetricFamily TargetFailures { get; } = new(
        "netgraph_target_failures_total", MetricKind.Counter, "Probes of a target that failed; reasons seen so far only.", Labels.SourceNode, Labels.Target, Labels.Probe, Labels.Reason);

    /// <summary>Sum of the times of a target.</summary>
    public static MetricFamily TargetTime { get; } = new(
        "netgraph_target_probe_seconds_total", MetricKind.Counter, "Sum of the times of a target's successful probes, in seconds.", TargetAndProbe);

    /// <summary>Whether a target answers.</summary>
    public static MetricFamily TargetUp { get; } = new(
        "netgraph_target_up", MetricKind.Gauge, "Whether the last probe of a target succeeded (1) or failed (0).", TargetAndProbe);

    /// <summary>Throughput over all peers.</summary>
    public static MetricFamily NodeThroughput { get; } = new(
        "netgraph_node_throughput_bytes_per_second", MetricKind.Gauge,
        "Percentiles, over all peers, of the payload per second that the node sent in its last TCP tests, in bytes per second.", Labels.SourceNode, Labels.Percentile);

    /// <summary>Round-trip times over all peers.</summary>
    public static MetricFamily NodeRoundTrip { get; } = new(
        "netgraph_node_round_trip_seconds", MetricKind.Gauge, "Percentiles, over all peers, of the mean round-trip time of the last five minutes' echoes, in seconds.", Labels.SourceNode, Labels.Percentile);

    /// <summary>Loss over all peers.</summary>
    public static MetricFamily NodeLoss { get; } = new(
        "netgraph_node_loss_ratio", MetricKind.Gauge, "Percentiles, over all peers, of the share of the last five minutes' echoes that was lost, 0 to 1.", Labels.SourceNode, Labels.Percentile);

    /// <summary>Pairs in a bad state.</summary>
    public static MetricFamily NodeBadPairs { get; } = new(
        "netgraph_node_bad_pairs", MetricKind.Gauge,
        "Links measured by the node whose last TCP test failed, that carry less than half of the node's median, or that lose more than 1 % of the echoes.", Labels.SourceNode);

    /// <summary>Throughput tests run by an agent.</summary>
    public static MetricFamily AgentTests { get; } = new(
        "netgraph_agent_throughput_tests_total", MetricKind.Counter, "Throughput tests that this agent ran as a client.", Labels.SourceNode);

    /// <summary>Failed throughput tests of an agent.</summary>
    public static MetricFamily AgentFailures { get; } = new(
        "netgraph_agent_throughput_failures_total", MetricKind.Counter, "Throughput tests that this agent ran and that failed.", Labels.SourceNode, Labels.Reason);

    /// <summary>Processor use of the last test.</summary>
    public static MetricFamily AgentTestCpu { get; } = new(
        "netgraph_agent_test_cpu_ratio", MetricKind.Gauge,
        "Processor share of the last throughput test that this agent ran, at its own (local) and the other (remote) end, 1 being one core.", Labels.SourceNode, Labels.End);

    /// <summary>Tests during which the agent was throttled.</summary>
    public static MetricFamily AgentThrottledTests { get; } = new(
        "netgraph_agent_throttled_tests_total", MetricKind.Counter,
        "Throughput tests, as a client or a server, during which this agent's control group was throttled for at least 1 % of the time.", Labels.SourceNode);

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

    /// <summary>Tests not ordered.</summary>
    public static MetricFamily CollectorTestsSkipped { get; } = new(
        "netgraph_collector_tests_skipped_total", MetricKind.Counter,
        "Throughput tests planned but not ordered, since a node left (node_left) or its agent did not answer (agent_unreachable).", Labels.Reason);

    /// <summary>Tests tried again.</summary>
    public static MetricFamily CollectorTestsPutOff { get; } = new(
        "netgraph_collector_tests_put_off_total", MetricKind.Counter,
        "Throughput tests put off to the end of their cycle, since an agent was away, stopped or busy.");

    /// <summary>Traffic of the tests.</summary>
    public static MetricFamily CollectorTestBytes { get; } = new(
        "netgraph_collector_test_bytes_total", MetricKind.Counter, "Payload that throughput tests moved, in bytes.");

    /// <summary>What a node receives from many at once.</summary>
    public static MetricFamily AggregateThroughput { get; } = new(
        "netgraph_aggregate_throughput_bytes_per_second", MetricKind.Gauge,
        "Payload that the node received per second from all sources of the last aggregate test together, in bytes per second; absent when it failed.", Labels.DestinationNode);

    /// <summary>How many sent to it.</summary>
    public static MetricFamily AggregateSources { get; } = new(
        "netgraph_aggregate_sources", MetricKind.Gauge, "Sources that sent in the last aggregate test of the node.", Labels.DestinationNode);

    /// <summary>Price of the tests.</summary>
    public static MetricFamily CollectorTestCost { get; } = new(
        "netgraph_collector_test_cost_total", MetricKind.Counter, "What bytes of throughput tests between zones cost, in the currency of the price; absent without a price.");

    /// <summary>Traffic that tests may cause.</summary>
    public static MetricFamily CollectorBudget { get; } = new(
        "netgraph_collector_budget_bytes", MetricKind.Gauge, "Bytes that throughput tests may move in 24 hours; absent when there is no limit.");

    /// <summary>How long the budget holds the next cycle back.</summary>
    public static MetricFamily CollectorBudgetWait { get; } = new(
        "netgraph_collector_budget_wait_seconds", MetricKind.Gauge, "How long the next cycle still waits for bytes or its duty cycle, in seconds; 0 when it does not.");

    /// <summary>Whether the budget is spent.</summary>
    public static MetricFamily CollectorBudgetExhausted { get; } = new(
        "netgraph_collector_budget_exhausted", MetricKind.Gauge, "Whether the next cycle waits for bytes (1) or not (0).");

    /// <summary>Share of pairs with a recent result.</summary>
    public static MetricFamily CollectorCoverage { get; } = new(
        "netgraph_collector_coverage_ratio", MetricKind.Gauge,
        "Share of all ordered pairs of the mesh that have a result of the last two cycles, or where cycles are samples of the last two times as many cycles as it takes to cover all pairs; 0 to 1.");

    /// <summary>Age of the pair not measured for longest.</summary>
    public static MetricFamily CollectorOldestPair { get; } = new(
        "netgraph_collector_oldest_pair_age_seconds", MetricKind.Gauge,
        "Time since the pair measured longest ago was measured, or since its first test was due, in seconds; of all pairs of which a test was due.");

    /// <summary>Length of the last cycle.</summary>
    public static MetricFamily CollectorCycleDuration { get; } = new(
        "netgraph_collector_cycle_duration_seconds", MetricKind.Gauge, "How long the last finished cycle took, in seconds.");

    /// <summary>Time from one cycle's start to the next one's.</summary>
    public static MetricFamily CollectorCycleInterval { get; } = new(
        "netgraph_collector_cycle_interval_seconds", MetricKind.Gauge, "Time from the start of a cycle to the start of the next, in seconds.");

    /// <summary>Whether the node list could be read.</summary>
    public static MetricFamily CollectorDiscoveryErrors { get; } = new(
        "netgraph_collector_discovery_errors_total", MetricKind.Counter, "Times that the node list could not be read and the last good one was kept.");

    /// <summary>Nodes that take no part.</summary>
    public static MetricFamily CollectorNodesLeftOut { get; } = new(
        "netgraph_collector_left_out_nodes", MetricKind.Gauge, "Nodes of the cluster that take no part in the mesh, by why.", [Labels.Reason]);

    /// <summary>Whether this collector leads.</summary>
    public static MetricFamily CollectorLeader { get; } = new(
        "netgraph_collector_leader", MetricKind.Gauge, "1 for the collector that plans and orders, 0 for one that stands by.");

    /// <summary>Whether the API server answers.</summary>
    public static MetricFamily CollectorClusterAge { get; } = new(
        "netgraph_collector_cluster_stale_seconds", MetricKind.Gauge, "How long what is known of an API resource has not been up to date, in seconds: 0 while it is watched.", [Labels.Resource]);

    /// <summary>Whether a TestSchedule can be run.</summary>
    public static MetricFamily ScheduleAccepted { get; } = new(
        "netgraph_schedule_accepted", MetricKind.Gauge, "1 for a TestSchedule that can be run, 0 for one that is wrong: its condition says how.", [Labels.Schedule]);

    /// <summary>What became of a run's pairs.</summary>
    public static MetricFamily SchedulePairs { get; } = new(
        "netgraph_schedule_pairs", MetricKind.Gauge, "Directed pairs of a TestSchedule's last run: planned, succeeded and failed.", [Labels.Schedule, Labels.State]);

    /// <summary>When a schedule ran.</summary>
    public static MetricFamily ScheduleLastRun { get; } = new(
        "netgraph_schedule_last_run_timestamp_seconds", MetricKind.Gauge, "When a TestSchedule's last run began, in seconds since 1970-01-01 UTC.", [Labels.Schedule]);

    /// <summary>What a schedule's tests moved.</summary>
    public static MetricFamily ScheduleBytes { get; } = new(
        "netgraph_schedule_test_bytes_total", MetricKind.Counter, "Payload that a TestSchedule's tests moved, in bytes.", [Labels.Schedule]);

    /// <summary>The verdict on a run.</summary>
    public static MetricFamily ScheduleExpectationsMet { get; } = new(
        "netgraph_schedule_expectations_met", MetricKind.Gauge, "1 when all links of a TestSchedule's last run were as it expects, else 0.", [Labels.Schedule]);

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
        "netgraph_analysis_timestamp_seconds", MetricKind.Gauge, "Time that the last analysis of the mesh shows, in seconds since 1970-01-01 UTC; by default there is one every 60 s.");

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
        IperfBandwidth, IperfSuccess, IperfJitter, IperfPackets, IperfLostPackets, Transactions, Retransmits, Quality, FailedFor, LastSuccess,
        ProbesSent, ProbesReceived, ProbeRoundTripTime, ProbeJitter, OneWayDelay, PathMtu, ProbeRoundTripHistogram,
        LoadedRoundTripHistogram, LatencyUnderLoad, ProbeRoundTripMinimum, ProbeRoundTripMaximum, ProbesReordered, ProbesDuplicated, ProbeLostPorts, ProbesDiscarded,
        IcmpSent, IcmpLost, IcmpRoundTrip, Connect, ConnectFailures, ClockErrorBound, PathMtuBlackHoles,
        TargetProbes, TargetFailures, TargetTime, TargetUp,
        NodeThroughput, NodeRoundTrip, NodeLoss, NodeBadPairs,
        AgentTests, AgentFailures, AgentTestCpu, AgentThrottledTests, AgentOrdersRejected, AgentEchoesAnswered,
        NodeInfo, CollectorCycles, CollectorRounds, CollectorTestsPlanned, CollectorTestsSucceeded, CollectorTestsFailed, CollectorTestsSkipped, CollectorTestsPutOff, CollectorBusyRetries, CollectorTestBytes, CollectorTestCost,
        CollectorBudget, CollectorBudgetWait, CollectorBudgetExhausted,
        CollectorPlanSlots, CollectorPlanLowerBound, AggregateThroughput, AggregateSources, CollectorCoverage, CollectorOldestPair,
        CollectorCycleDuration, CollectorCycleInterval, CollectorDiscoveryErrors, CollectorNodesLeftOut, CollectorLeader, CollectorClusterAge,
        ScheduleAccepted, SchedulePairs, ScheduleLastRun, ScheduleBytes, ScheduleExpectationsMet, CollectorGraphiteSent, CollectorGraphiteDropped,
        ApiSnapshotDuration, ApiGraphNodes, ApiGraphLinks, ApiSourceErrors, ApiSnapshotRequests,
        ApiQueryDuration, ApiQueryBytes, ApiQuerySamples, ApiQueryRetries,
        AnalysisTime, AnalysisSuspects, AnalysisSuspectConfidence, AnalysisSuspectObserved, AnalysisSuspectExpected, AnalysisPartitions, AnalysisOneWay, AnalysisNarrowestPair,
        BuildInfo, ProcessResidentMemory, ProcessCpu, ProcessStart,
    ];
}
