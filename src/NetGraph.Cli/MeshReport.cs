using System.Globalization;
using System.Text.Json;
using NetGraph.Collector;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary>Says what a mesh found, to people and to programs.</summary>
internal static class MeshReport
{
    private const int MostBroken = 20;

    /// <summary>Writes it for people.</summary>
    /// <param name="outcome">What was found.</param>
    /// <param name="expectations">What was expected.</param>
    /// <param name="broken">Links that are not so.</param>
    /// <param name="limit">At most how many worst links.</param>
    /// <param name="width">Width of the terminal in characters; <see langword="null"/> for lines as long as they are.</param>
    /// <param name="output">Where to.</param>
    public static void WriteText(MeshOutcome outcome, MeshExpectations expectations, IReadOnlyList<BrokenLink> broken, int limit, int? width, TextWriter output)
    {
        var summary = outcome.Summary;
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{summary.TestsSucceeded} of {summary.TestsPlanned} links measured, {summary.TestsFailed} failed, {summary.TestsSkipped} skipped, in {summary.DurationSeconds:0.0} s.\n"));
        var worst = outcome.Tests.Where(test => test.Failure is null).OrderBy(test => test.ThroughputBitsPerSecond).ThenBy(test => test.Source, StringComparer.Ordinal).ThenBy(test => test.Destination, StringComparer.Ordinal).Take(limit).ToList();
        if (worst.Count > 0)
        {
            output.Write("Worst links:\n");
            var table = new TextTable("@source", "@destination", ">throughput", ">round trip", ">loss", "quality") { Names = [.. outcome.Tests.SelectMany(test => (string[])[test.Source, test.Destination]).Distinct(StringComparer.Ordinal)] };
            foreach (var test in worst)
            {
                var echoes = outcome.Echoes.GetValueOrDefault((test.Source, test.Destination));
                table.Add(
                    test.Source, test.Destination, Quantities.Rate(test.ThroughputBitsPerSecond ?? 0),
                    echoes?.RttSeconds is { } rtt ? Quantities.Duration(rtt) : "",
                    echoes is { Sent: > 0 } ? Quantities.Share(1 - ((double)echoes.Received / echoes.Sent)) : "",
                    test.Quality is null or "ok" ? "" : test.Quality);
            }

            table.WriteTo(output, width);
        }

        if (!expectations.HasAny)
        {
            WriteList("Failed or skipped:", [.. outcome.Tests.Where(test => test.Failure is not null).Select(test => $"{test.Source} -> {test.Destination}: {test.Failure}")], output);
            return;
        }

        if (broken.Count == 0) output.Write("All links are as expected.\n");
        WriteList($"Not as expected: {broken.Count} of {outcome.Tests.Count} links.", [.. broken.Select(link => $"{link.Source} -> {link.Destination}: {string.Join("; ", link.Reasons)}")], output);
    }

    /// <summary>Writes it as one JSON object.</summary>
    public static void WriteJson(MeshOutcome outcome, IReadOnlyList<BrokenLink> broken, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            var summary = outcome.Summary;
            json.WriteStartObject();
            json.WriteNumber("cycle", summary.Cycle);
            json.WriteString("startedAt", summary.StartedAt);
            json.WriteNumber("durationSeconds", summary.DurationSeconds);
            json.WriteNumber("testsPlanned", summary.TestsPlanned);
            json.WriteNumber("testsSucceeded", summary.TestsSucceeded);
            json.WriteNumber("testsFailed", summary.TestsFailed);
            json.WriteNumber("testsSkipped", summary.TestsSkipped);
            json.WriteStartArray("broken");
            foreach (var link in broken)
            {
                json.WriteStartObject();
                json.WriteString("source", link.Source);
                json.WriteString("destination", link.Destination);
                json.WriteStartArray("reasons");
                foreach (var reason in link.Reasons) json.WriteStringValue(reason);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteLinks(outcome, json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteLinks(MeshOutcome outcome, Utf8JsonWriter json)
    {
        json.WriteStartArray("links");
        foreach (var test in outcome.Tests.OrderBy(test => test.Source, StringComparer.Ordinal).ThenBy(test => test.Destination, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("source", test.Source);
            json.WriteString("destination", test.Destination);
            if (test.ThroughputBitsPerSecond is { } throughput) json.WriteNumber("throughputBitsPerSecond", throughput);
            if (test.Quality is { } quality) json.WriteString("quality", quality);
            if (test.Failure is { } failure) json.WriteString("failure", failure);
            if (outcome.Echoes.GetValueOrDefault((test.Source, test.Destination)) is { Sent: > 0 } echoes)
            {
                if (echoes.RttSeconds is { } rtt) json.WriteNumber("rttSeconds", rtt);
                json.WriteNumber("lossRatio", 1 - ((double)echoes.Received / echoes.Sent));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteList(string heading, IReadOnlyList<string> lines, TextWriter output)
    {
        if (lines.Count == 0) return;
        output.Write(heading + "\n");
        foreach (var line in lines.Take(MostBroken)) output.Write($"  {TextTable.Plain(line)}\n");
        if (lines.Count > MostBroken) output.Write($"  and {lines.Count - MostBroken} more\n");
    }
}
