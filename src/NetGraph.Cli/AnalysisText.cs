using System.Globalization;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Changes;
using NetGraph.Graphs.Clusters;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary>Says to people what an analysis found: the verdict in the first line, then the evidence in tables.</summary>
internal static class AnalysisText
{
    private const int WidthOfFile = 200;

    /// <summary>Writes all of it.</summary>
    /// <param name="analysis">What was found.</param>
    /// <param name="difference">What changed, or <see langword="null"/> when nothing was compared.</param>
    /// <param name="limit">At most how many changed links are listed.</param>
    /// <param name="terminal">What it is written for: tables and lists are as wide as a terminal; without one tables are as wide as it takes, and the verdict has no colour.</param>
    /// <param name="output">Where to.</param>
    public static void Write(MeshAnalysis analysis, MeshDifference? difference, int limit, Terminal terminal, TextWriter output)
    {
        string[] names = [.. analysis.Mesh.Nodes.Select(node => node.Name)];
        var (table, width) = (terminal.Width, terminal.Width ?? WidthOfFile);
        WriteLines(Verdict(analysis), terminal.Width ?? int.MaxValue, Paint(analysis, terminal), output);
        WriteLines(Extent(analysis), terminal.Width ?? int.MaxValue, "", output);
        WriteSuspects(analysis, table, names, output);
        WriteWorstLinks(analysis, table, names, output);
        WriteBottlenecks(analysis, table, names, output);
        WriteClusters(analysis, width, output);
        WriteReachability(analysis, table, names, width, output);
        WriteDetours(analysis, table, names, output);
        if (difference is not null) WriteDifference(difference, limit, table, names, output);
    }

    private static void WriteLines(string text, int width, string paint, TextWriter output)
    {
        foreach (var line in Words.Wrap(text, width)) output.Write(paint.Length > 0 ? $"{paint}{line}\u001b[0m\n" : line + "\n");
    }

    // Colour says nothing that the words do not.
    private static string Paint(MeshAnalysis analysis, Terminal terminal)
    {
        if (!terminal.HasColor) return "";
        var color = analysis.Suspects.Any(suspect => suspect.IsSaid) || analysis.Mesh.Links.Any(link => link.State == LinkState.Down) ? 31
            : analysis.Mesh.Links.All(link => double.IsNaN(link.ThroughputBitsPerSecond)) ? 33 : 32;
        return string.Create(CultureInfo.InvariantCulture, $"\u001b[1;{color}m");
    }

    private static string Verdict(MeshAnalysis analysis)
    {
        var said = analysis.Suspects.Where(suspect => suspect.IsSaid).ToList();
        if (said.Count > 0) return $"{Count(said.Count, "suspect")}: {Sentence(said[0])}{(said.Count > 1 ? $", and {said.Count - 1} more" : "")}";
        var failed = analysis.Mesh.Links.Count(link => link.State == LinkState.Down);
        var measured = analysis.Mesh.Links.Count(link => !double.IsNaN(link.ThroughputBitsPerSecond));
        if (measured + failed == 0) return "Nothing is known: no throughput was measured on any link.";
        return failed == 0
            ? $"No suspects: {Count(measured, "measured link")} between {Count(analysis.Mesh.Nodes.Length, "node")}, and none points to a fault."
            : $"No suspects, but {Count(failed, "link")} failed: see the worst links.";
    }

    private static string Extent(MeshAnalysis analysis)
    {
        var mesh = analysis.Mesh;
        var groups = analysis.Group == GroupKey.None ? 0 : mesh.Nodes.Select(node => node.GroupBy(analysis.Group)).Where(group => group.Length > 0).Distinct().Count();
        var measured = mesh.Links.Count(link => !double.IsNaN(link.ThroughputBitsPerSecond));
        var text = Count(mesh.Nodes.Length, "node");
        if (groups > 0) text += $" in {Count(groups, "group")}";
        text += $", {measured} of {Count(mesh.Nodes.Length * (mesh.Nodes.Length - 1), "directed link")} measured";
        if (mesh.Links.Count(link => link.State == LinkState.Down) is > 0 and var failed) text += $", {failed} failed";
        if (mesh.Links.Count(link => link.Quality != MeasurementQuality.Ok) is > 0 and var doubtful) text += $", {doubtful} doubtful";
        return text + mesh.MeasuredAt.ToUniversalTime().ToString("'; as of 'yyyy-MM-dd HH:mm:ss' UTC'", CultureInfo.InvariantCulture);
    }

    private static string Sentence(Suspect suspect) =>
        $"{Describe(suspect)} ({SuspectCause.NameOf(suspect.Cause.Kind)}, {Count(suspect.Pairs, "pair")}, confidence {Confidence(suspect)})";

    private static string Describe(Suspect suspect)
    {
        string Name(string? name) => TextTable.Plain(name ?? "");
        var cause = suspect.Cause;
        var (observed, expected) = (suspect.ObservedBitsPerSecond > 0 ? Quantities.Rate(suspect.ObservedBitsPerSecond) : "nothing", suspect.ExpectedBitsPerSecond > 0 ? $", expected {Quantities.Rate(suspect.ExpectedBitsPerSecond)}" : "");
        return cause.Kind switch
        {
            SuspectKind.Node => $"{Name(cause.Node)} sends and receives {observed}{expected}",
            SuspectKind.NodeEgress => $"{Name(cause.Node)} sends {observed}{expected}",
            SuspectKind.NodeIngress => $"{Name(cause.Node)} receives {observed}{expected}",
            SuspectKind.GroupEgress => $"{observed} leaves group {Name(cause.Group)}{expected}",
            SuspectKind.GroupIngress => $"{observed} enters group {Name(cause.Group)}{expected}",
            SuspectKind.Link => $"{Name(cause.Source)} to {Name(cause.Destination)} carries {observed}{expected}",
            SuspectKind.Partition => cause.Group is not null ? $"group {Name(cause.Group)} is cut off from the rest"
                : suspect.Nodes.Length > 1 ? $"{Name(cause.Node)} and {Count(suspect.Nodes.Length - 1, "other node")} are cut off from the rest"
                : $"{Name(cause.Node)} is cut off from the rest",
            _ => $"{Name(cause.Source)} reaches {Name(cause.Destination)}, but not the other way round",
        };
    }

    private static void WriteSuspects(MeshAnalysis analysis, int? tableWidth, IReadOnlyList<string> names, TextWriter output)
    {
        if (analysis.Suspects.IsEmpty) return;
        output.Write("\nSuspects\n");
        var table = new TextTable("KIND", "@WHERE", ">OBSERVED", ">EXPECTED", ">PAIRS", ">CONFIDENCE", "~OR ELSE") { Names = names };
        foreach (var suspect in analysis.Suspects)
        {
            var isOfRates = suspect.Cause.Kind is not (SuspectKind.Partition or SuspectKind.OneWay);
            table.Add(
                SuspectCause.NameOf(suspect.Cause.Kind), Where(suspect.Cause),
                isOfRates ? Quantities.Rate(suspect.ObservedBitsPerSecond) : "", isOfRates && suspect.ExpectedBitsPerSecond > 0 ? Quantities.Rate(suspect.ExpectedBitsPerSecond) : "",
                suspect.Pairs.ToString(CultureInfo.InvariantCulture), Confidence(suspect),
                string.Join(", ", suspect.AmbiguousWith.Select(cause => $"{SuspectCause.NameOf(cause.Kind)} {Where(cause)}")));
        }

        table.WriteTo(output, tableWidth);
    }

    private static void WriteWorstLinks(MeshAnalysis analysis, int? tableWidth, IReadOnlyList<string> names, TextWriter output)
    {
        if (analysis.WorstLinks.IsEmpty) return;
        var mesh = analysis.Mesh;
        output.Write("\nWorst links\n");
        var table = new TextTable("@SOURCE", "@DESTINATION", ">THROUGHPUT", ">RTT", ">LOSS", "QUALITY") { Names = names };
        foreach (var link in analysis.WorstLinks.Select(i => mesh.Links[i]))
        {
            table.Add(
                mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name,
                link.State == LinkState.Down ? "failed" : Quantities.Rate(link.ThroughputBitsPerSecond),
                double.IsNaN(link.RoundTripTimeSeconds) ? "" : Quantities.Duration(link.RoundTripTimeSeconds),
                double.IsNaN(link.LossRatio) ? "" : Quantities.Share(link.LossRatio),
                link.Quality == MeasurementQuality.Ok ? "" : link.Quality.ToName());
        }

        table.WriteTo(output, tableWidth);
    }

    private static void WriteBottlenecks(MeshAnalysis analysis, int? tableWidth, IReadOnlyList<string> names, TextWriter output)
    {
        if (analysis.Bottlenecks.IsEmpty) return;
        var mesh = analysis.Mesh;
        output.Write("\nBottlenecks: between so many pairs no way is wider\n");
        var table = new TextTable("@SOURCE", "@DESTINATION", ">THROUGHPUT", ">PAIRS") { Names = names };
        foreach (var bottleneck in analysis.Bottlenecks)
        {
            var link = mesh.Links[bottleneck.Link];
            table.Add(mesh.Nodes[link.Source].Name, mesh.Nodes[link.Destination].Name, Quantities.Rate(link.ThroughputBitsPerSecond), bottleneck.Pairs.ToString(CultureInfo.InvariantCulture));
        }

        table.WriteTo(output, tableWidth);
    }

    private static void WriteClusters(MeshAnalysis analysis, int width, TextWriter output)
    {
        if (analysis.Clusters is not { Children.IsEmpty: false } all) return;
        output.Write("\nClusters: nodes behind a common bottleneck\n");
        foreach (var cluster in all.Children) WriteCluster(analysis, cluster, width, "  ", output);
    }

    private static void WriteCluster(MeshAnalysis analysis, Cluster cluster, int width, string indent, TextWriter output)
    {
        var mesh = analysis.Mesh;
        var known = GroupOf(analysis, cluster) is { } group ? $"group {TextTable.Plain(group)}, " : "";
        output.Write($"{indent}{known}{Count(cluster.Nodes.Length, "node")}: inside {Quantities.Rate(cluster.InsideBitsPerSecond)}, out {Quantities.Rate(cluster.EgressBitsPerSecond)}, in {Quantities.Rate(cluster.IngressBitsPerSecond)}\n");
        output.Write($"{indent}  {Names([.. cluster.Nodes.Select(node => mesh.Nodes[node].Name)], width - indent.Length - 2)}\n");
        foreach (var child in cluster.Children) WriteCluster(analysis, child, width, indent + "  ", output);
    }

    /// <summary>The group that consists of just these nodes, if there is one.</summary>
    private static string? GroupOf(MeshAnalysis analysis, Cluster cluster)
    {
        foreach (var key in new[] { analysis.Group, GroupKey.Rack, GroupKey.Zone, GroupKey.Region })
        {
            var name = analysis.Mesh.Nodes[cluster.Nodes[0]].GroupBy(key);
            var members = Enumerable.Range(0, analysis.Mesh.Nodes.Length).Where(i => analysis.Mesh.Nodes[i].GroupBy(key) == name);
            if (name.Length > 0 && members.SequenceEqual(cluster.Nodes)) return name;
        }

        return null;
    }

    private static void WriteReachability(MeshAnalysis analysis, int? tableWidth, IReadOnlyList<string> names, int width, TextWriter output)
    {
        string Name(int node) => analysis.Mesh.Nodes[node].Name;
        if (!analysis.Reachability.Partitions.IsEmpty)
        {
            output.Write("\nPartitions: no working link joins these parts\n");
            foreach (var part in analysis.Reachability.Partitions) output.Write($"  {Count(part.Length, "node")}: {Names([.. part.Select(Name)], width - 12)}\n");
        }

        if (analysis.Reachability.OneWay.IsEmpty) return;
        output.Write("\nOne way only: tests the other way round fail\n");
        var table = new TextTable("@SOURCE", "@DESTINATION") { Names = names };
        foreach (var (source, destination) in analysis.Reachability.OneWay) table.Add(Name(source), Name(destination));
        table.WriteTo(output, tableWidth);
    }

    private static void WriteDetours(MeshAnalysis analysis, int? tableWidth, IReadOnlyList<string> names, TextWriter output)
    {
        if (analysis.Detours.IsEmpty) return;
        string Name(int node) => analysis.Mesh.Nodes[node].Name;
        output.Write("\nDetours: the direct way is slower than over a third node, so the fault lies in the direct way\n");
        var table = new TextTable("@SOURCE", "@DESTINATION", ">RTT", "@OVER", ">RTT") { Names = names };
        foreach (var detour in analysis.Detours)
            table.Add(Name(detour.Direct.Source), Name(detour.Direct.Destination), Quantities.Duration(detour.Direct.Weight), Name(detour.Relay), Quantities.Duration(detour.RelayedSeconds));
        table.WriteTo(output, tableWidth);
    }

    private static void WriteDifference(MeshDifference difference, int limit, int? tableWidth, IReadOnlyList<string> names, TextWriter output)
    {
        var kinds = difference.Links.CountBy(change => change.Kind).OrderBy(kind => kind.Key).Select(kind => $"{kind.Value} {kind.Key.ToString().ToLowerInvariant()}");
        output.Write($"\nChanges in throughput: {string.Join(", ", kinds.DefaultIfEmpty("none"))}; {Count(difference.Unchanged, "link")} unchanged\n");
        if (!difference.AppearedNodes.IsEmpty) output.Write($"  New nodes: {Names(difference.AppearedNodes, int.MaxValue)}\n");
        if (!difference.VanishedNodes.IsEmpty) output.Write($"  Gone nodes: {Names(difference.VanishedNodes, int.MaxValue)}\n");
        if (difference.Links.IsEmpty) return;
        var table = new TextTable("@SOURCE", "@DESTINATION", "CHANGE", ">BEFORE", ">NOW", ">NOISE") { Names = names };
        foreach (var change in difference.Links.OrderByDescending(Strength).Take(limit))
        {
            table.Add(
                change.Source, change.Destination, change.Kind.ToString().ToLowerInvariant(),
                double.IsNaN(change.Before) ? "" : Quantities.Rate(change.Before), double.IsNaN(change.After) ? "" : Quantities.Rate(change.After),
                double.IsNaN(change.Threshold) ? "" : Quantities.Share(change.Threshold));
        }

        table.WriteTo(output, tableWidth);
        if (difference.Links.Length > limit) output.Write($"  and {difference.Links.Length - limit} more: raise --limit to list them\n");
    }

    // What vanished first, then the largest factors; what is worse before what is better.
    private static (int, double) Strength(LinkChange change) => change.Kind switch
    {
        LinkChangeKind.Vanished => (3, 0),
        LinkChangeKind.Worse => (2, change.Before / change.After),
        LinkChangeKind.Better => (1, change.After / change.Before),
        _ => (0, 0),
    };

    private static string Where(SuspectCause cause) => TextTable.Plain(cause.Node ?? cause.Group ?? $"{cause.Source} to {cause.Destination}");

    private static string Confidence(Suspect suspect) => suspect.Confidence.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private static string Names(IReadOnlyList<string> names, int width)
    {
        var text = "";
        for (var i = 0; i < names.Count; i++)
        {
            var next = (i == 0 ? "" : ", ") + TextTable.Plain(names[i]);
            var rest = i == names.Count - 1 ? "" : $" and {names.Count - i - 1} more";
            if (i > 0 && text.Length + next.Length + rest.Length > width) return $"{text} and {names.Count - i} more";
            text += next;
        }

        return text;
    }
}
