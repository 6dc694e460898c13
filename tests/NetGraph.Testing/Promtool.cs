using Xunit;

namespace NetGraph.Testing;

/// <summary>Prometheus' own judge of metrics.</summary>
public static class Promtool
{
    private const string Program = "promtool";

    /// <summary>Runs <c>promtool check metrics</c>; skips the test where it is not installed.</summary>
    /// <returns>Its complaints, a line each; empty when it has none.</returns>
    public static async Task<IReadOnlyList<string>> CheckMetricsAsync(string exposition)
    {
        Assert.SkipUnless(Command.Exists(Program), "promtool, which judges the metrics, is not installed: it comes with Prometheus.");
        var outcome = await Command.RunAsync(Program, ["check", "metrics"], input: exposition);
        string[] complaints = [.. (outcome.Output + outcome.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        Assert.True(outcome.ExitCode == 0 || complaints.Length > 0, $"promtool ended with {outcome.ExitCode} and said nothing.");
        return complaints;
    }
}
