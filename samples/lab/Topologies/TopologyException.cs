namespace NetGraph.Lab.Topologies;

/// <summary>A topology file cannot be used.</summary>
/// <param name="origin">The file.</param>
/// <param name="errors">One sentence for each problem.</param>
public sealed class TopologyException(string origin, IReadOnlyList<string> errors)
    : Exception(string.Join('\n', errors.Select(error => $"{origin}: {error}")))
{
    /// <summary>One sentence for each problem: what is wrong, what is allowed, what to do.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
