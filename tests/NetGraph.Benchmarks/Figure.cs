namespace NetGraph.Benchmarks;

/// <summary>A line of the table.</summary>
/// <param name="Text">What was measured, with units and its bar.</param>
/// <param name="Fails">Whether the answer was wrong or the figure lies beyond its bar so far that a slow machine does not explain it.</param>
internal sealed record Figure(string Text, bool Fails = false);
