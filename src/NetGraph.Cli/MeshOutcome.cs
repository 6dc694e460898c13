using NetGraph.Collector;
using NetGraph.Collector.Links;

namespace NetGraph.Cli;

/// <summary>What a mesh run by <c>netgraph mesh</c> found.</summary>
/// <param name="Summary">The cycle.</param>
/// <param name="Tests">Its tests.</param>
/// <param name="Echoes">Echoes since its beginning, of links that had any.</param>
internal sealed record MeshOutcome(CycleSummary Summary, IReadOnlyList<TestReport> Tests, IReadOnlyDictionary<(string Source, string Destination), LinkEchoes> Echoes);
