using System.Globalization;
using NetGraph.Collector;
using NetGraph.Graphs.Layout;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetGraph.Cli;

/// <summary>A mesh while it is measured, for a terminal: a bar with the time left, and below it the matrix as far as it is known and fits.</summary>
/// <remarks>
/// A cell is a digit, tenths of the best throughput so far, so that it says the same without colour; <c>x</c> failed, <c>.</c> not yet measured.
/// </remarks>
internal static class MeshScreen
{
    /// <summary>Lines above the matrix, and the one that the cursor needs.</summary>
    private const int OtherLines = 5;

    /// <summary>Draws it.</summary>
    /// <param name="cycle">The cycle, or <see langword="null"/> before it begins.</param>
    /// <param name="tests">Tests that have ended.</param>
    /// <param name="width">Width of the terminal in characters.</param>
    /// <param name="height">Its height in lines.</param>
    public static IRenderable Draw(RunningCycle? cycle, IReadOnlyList<TestReport> tests, int width, int height)
    {
        // Spectre.Console goes up a line too many to write a single line anew, over what the user typed: there are always two.
        if (cycle is null) return new Rows(new Text(tests.Count == 0 ? "Waiting for the collector to plan" : "Waiting for the last echoes"), new Text(""));
        return new Rows([Bar(cycle), new Text(""), .. Matrix(tests, width, height)]);
    }

    /// <summary>The same in one line without a terminal's means.</summary>
    public static string Line(RunningCycle cycle) =>
        $"{Done(cycle)} of {cycle.TestsPlanned} tests done{Losses(cycle)}; about {TimeLeft(cycle)} left";

    /// <summary>Tests that have ended, one way or another.</summary>
    public static long Done(RunningCycle cycle) => cycle.TestsSucceeded + cycle.TestsFailed + cycle.TestsSkipped;

    private static Markup Bar(RunningCycle cycle) => new($"{Activity.Bar(cycle.Slots == 0 ? 1 : (double)cycle.SlotsDone / cycle.Slots)} {Markup.Escape(Line(cycle))}");

    private static IEnumerable<IRenderable> Matrix(IReadOnlyList<TestReport> tests, int width, int height)
    {
        string[] names = [.. tests.SelectMany(test => (string[])[test.Source, test.Destination]).Distinct(StringComparer.Ordinal).OrderBy(name => name, NaturalOrder.Instance)];
        var shown = ShortNames.Of(names, Math.Max(1, width - 1 - (2 * names.Length)));
        var nameWidth = shown.Values.Select(name => name.Length).DefaultIfEmpty().Max();
        if (names.Length == 0 || names.Length + OtherLines > height || nameWidth + 1 + (2 * names.Length) > width) yield break;
        var best = tests.Max(test => test.ThroughputBitsPerSecond) ?? 0;
        var cells = tests.ToDictionary(test => (test.Source, test.Destination), test => Cell(test, best));
        foreach (var source in names)
        {
            var row = names.Select(destination => source == destination ? " " : cells.GetValueOrDefault((source, destination), "[grey].[/]"));
            yield return new Markup($"{Markup.Escape(TextTable.Plain(shown[source]).PadLeft(nameWidth))} {string.Join(' ', row)}");
        }

        yield return new Markup($"[grey]{Markup.Escape($"row sends to column; 9 is {Measurements.Quantities.Rate(best)}, x failed, . not yet")}[/]");
    }

    private static string Cell(TestReport test, double best)
    {
        if (test.ThroughputBitsPerSecond is not { } throughput) return "[red]x[/]";
        var tenths = best > 0 ? (int)Math.Clamp(throughput / best * 10, 0, 9) : 0;
        var color = tenths >= 8 ? "green" : tenths >= 4 ? "yellow" : "red";
        return $"[{color}]{tenths.ToString(CultureInfo.InvariantCulture)}[/]";
    }

    private static string Losses(RunningCycle cycle) => string.Concat(
        cycle.TestsFailed > 0 ? $", {cycle.TestsFailed} failed" : "",
        cycle.TestsSkipped > 0 ? $", {cycle.TestsSkipped} skipped" : "",
        cycle.TestsPutOff > 0 ? $", {cycle.TestsPutOff} put off" : "");

    private static string TimeLeft(RunningCycle cycle)
    {
        var left = TimeSpan.FromSeconds(Math.Ceiling(cycle.SecondsLeft));
        return left.TotalHours >= 1 ? $"{(int)left.TotalHours} h {left.Minutes} min" : left.TotalMinutes >= 2 ? $"{(int)left.TotalMinutes} min {left.Seconds} s" : $"{left.TotalSeconds:0} s";
    }
}
