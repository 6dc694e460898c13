using System.CommandLine;
using System.CommandLine.Parsing;
using NetGraph.Collector;
using NetGraph.Collector.Planning;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary>Options of which tests there are and which may run at once: those of a collector, of a mesh that is run from here, and of the question what a schedule would do.</summary>
internal sealed class PlanSettings
{
    private readonly Option<PairSelection> _pairs = Options.Choice(
        "--pairs", PairSelection.Auto, "Pairs that a cycle tests; auto is full up to 100 nodes, then sampled",
        ("auto", PairSelection.Auto), ("full", PairSelection.Full), ("sampled", PairSelection.Sampled), ("zones", PairSelection.Zones));

    private readonly Option<int> _degree = Options.Whole("--degree", 8, 1, 1000, "Peers of each node in a sampled cycle, tested both ways", "count");

    private readonly Option<Isolation> _isolation = Options.Choice(
        "--isolation", Isolation.Pair, "What a test has of a node for itself; by direction a node sends and receives at once, which is faster, and disturbs results", ("pair", Isolation.Pair), ("direction", Isolation.Direction));

    private readonly Option<GroupKey> _capped = Options.Choice(
        "--capped-groups", GroupKey.Rack, "Which groups of nodes share an uplink", ("rack", GroupKey.Rack), ("zone", GroupKey.Zone), ("region", GroupKey.Region), ("none", GroupKey.None));

    private readonly Option<int> _crossings = Options.Whole("--crossings", 1, 1, 1000, "Tests that may cross the boundary of a group with a shared uplink at once", "count");
    private readonly Option<int?> _maxConcurrent = Options.OptionalWhole("--max-concurrent", 1, int.MaxValue, "Tests that may run at once", "count", "no limit");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_pairs, _degree, _isolation, _capped, _crossings, _maxConcurrent];

    public void AddTo(Verb command) => command.AddGroup("Mesh", All);

    /// <summary>Which groups of nodes share an uplink.</summary>
    public GroupKey CappedGroup(ParseResult parsed) => parsed.GetValue(_capped);

    /// <summary>Whether the groups were named on the command line.</summary>
    public bool NamesCappedGroup(CommandResult result) => result.GetResult(_capped) is { Implicit: false };

    /// <summary>What the planner is told.</summary>
    public PlanOptions Read(ParseResult parsed) => new()
    {
        Isolation = parsed.GetValue(_isolation),
        Pairs = parsed.GetValue(_pairs),
        Degree = parsed.GetValue(_degree),
        Limits = new PlanLimits { CrossingsPerGroup = parsed.GetValue(_crossings), MaxConcurrent = parsed.GetValue(_maxConcurrent) },
    };

    /// <summary>Settings of a collector with these.</summary>
    public CollectorOptions Apply(ParseResult parsed, CollectorOptions options) => options with
    {
        Isolation = parsed.GetValue(_isolation),
        Pairs = parsed.GetValue(_pairs),
        Degree = parsed.GetValue(_degree),
        CappedGroup = parsed.GetValue(_capped),
        CrossingsPerGroup = parsed.GetValue(_crossings),
        MaxConcurrent = parsed.GetValue(_maxConcurrent),
    };
}
