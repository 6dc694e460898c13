using System.Globalization;
using System.Text;
using NetGraph.Measurements;

namespace NetGraph.Scale;

/// <summary>Writes what the agents and the collector of a large mesh would have published: racks of 20 nodes, four racks a zone, and faults here and there.</summary>
/// <remarks>Nothing is random: the same size and time give the same bytes.</remarks>
/// <param name="nodes">Nodes of the mesh, 2 to 100,000.</param>
/// <param name="newest">Time of the newest sample, in seconds since 1970.</param>
internal sealed class MeshSamples(int nodes, long newest)
{
    private const int NodesOfRack = 20;
    private const int NodesOfZone = 80;
    private const int SamplesOfSeries = 4;
    private const int SecondsBetweenSamples = 60;
    private const int FlushBytes = 1 << 20;

    /// <summary>The families of one series a node.</summary>
    private const string OfNodes = "nodes";

    private static readonly MetricFamily[] OfPairs =
    [
        Metrics.IperfBandwidth, Metrics.IperfSuccess, Metrics.Quality, Metrics.LastSuccess, Metrics.Retransmits, Metrics.ProbesSent, Metrics.ProbesReceived, Metrics.ProbeRoundTripTime,
    ];

    private readonly string[] _names = nodes is >= 2 and <= 100_000
        ? [.. Enumerable.Range(1, nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"worker-{i:00000}"))]
        : throw new ArgumentException($"A mesh has 2 to 100000 nodes, not {nodes}.");

    /// <summary>What can be written: <c>nodes</c>, or the name of a metric of pairs.</summary>
    public static IReadOnlyList<string> Families { get; } = [OfNodes, .. OfPairs.Select(family => family.Name)];

    public void Write(string family, bool isOpenMetrics, Stream output)
    {
        var text = new StringBuilder(FlushBytes + 4096);
        foreach (var (series, value) in family == OfNodes ? NodeSeries() : PairSeries(OfPairs.Single(pair => pair.Name == family)))
        {
            for (var sample = SamplesOfSeries - 1; sample >= 0; sample--)
            {
                var time = newest - (sample * SecondsBetweenSamples);
                text.Append(series).Append(' ').Append(CultureInfo.InvariantCulture, $"{value(time):R}").Append(' ').Append(isOpenMetrics ? time : time * 1000).Append('\n');
            }

            if (text.Length >= FlushBytes) Flush(text, output);
        }

        if (isOpenMetrics) text.Append("# EOF\n");
        Flush(text, output);
    }

    private static void Flush(StringBuilder text, Stream output)
    {
        foreach (var chunk in text.GetChunks()) output.Write(Encoding.UTF8.GetBytes(chunk.ToArray()));
        text.Clear();
    }

    private IEnumerable<(string Series, Func<long, double> Value)> NodeSeries()
    {
        yield return ($"{Metrics.CollectorCycleInterval.Name}{{instance=\"collector:9876\",job=\"netgraph\"}}", _ => 300);
        for (var i = 0; i < nodes; i++)
        {
            yield return ($"{Metrics.NodeInfo.Name}{{{Labels.Node}=\"{_names[i]}\",{Labels.Zone}=\"z{i / NodesOfZone}\",{Labels.Rack}=\"r{i / NodesOfRack}\",instance=\"collector:9876\",job=\"netgraph\"}}", _ => 1);
            yield return ($"{Metrics.AgentTests.Name}{{{Labels.SourceNode}=\"{_names[i]}\",instance=\"{_names[i]}:9876\",job=\"netgraph\"}}", time => time / 10);
        }
    }

    private IEnumerable<(string Series, Func<long, double> Value)> PairSeries(MetricFamily family)
    {
        var protocol = family.Labels.Contains(Labels.Protocol) ? $",{Labels.Protocol}=\"tcp\"" : "";
        for (var source = 0; source < nodes; source++)
        {
            for (var destination = 0; destination < nodes; destination++)
            {
                if (source == destination || (family == Metrics.IperfBandwidth && IsDown(source, destination))) continue;
                int s = source, d = destination;
                yield return ($"{family.Name}{{{Labels.DestinationNode}=\"{_names[d]}\",instance=\"{_names[s]}:9876\",job=\"netgraph\"{protocol},{Labels.SourceNode}=\"{_names[s]}\"}}", time => Value(family, s, d, time));
            }
        }
    }

    private double Value(MetricFamily family, int source, int destination, long time)
    {
        var noise = Noise(source, destination);
        // Echoes: ten every ten seconds.
        var sent = (double)(time % 1_000_000_000);
        if (family == Metrics.IperfBandwidth) return Megabits(source, destination, noise);
        if (family == Metrics.IperfSuccess) return IsDown(source, destination) ? 0 : 1;
        if (family == Metrics.Quality) return noise % 97 == 0 ? 1 : 0;
        if (family == Metrics.LastSuccess) return newest - (noise % 300) + ((noise % 1000) / 1000.0);
        if (family == Metrics.Retransmits) return noise % 50;
        if (family == Metrics.ProbesSent) return sent;
        if (family == Metrics.ProbesReceived) return Math.Floor(sent * (noise % 53 == 0 ? 0.98 : 1));
        return sent * (0.0002 + (noise % 1000 * 1e-7));
    }

    /// <summary>10 Gbit/s in a rack, 4 between racks, 2 between zones; what the second node sends is a tenth of it.</summary>
    private static double Megabits(int source, int destination, uint noise)
    {
        var megabits = source / NodesOfRack == destination / NodesOfRack ? 9400 : source / NodesOfZone == destination / NodesOfZone ? 4000 : 2000;
        return Math.Round(megabits * (source == 1 ? 0.1 : 1) * (0.95 + (noise % 100_000 / 1e6)), 6);
    }

    private static bool IsDown(int source, int destination) => Noise(source, destination) % 4999 == 0;

    private static uint Noise(int source, int destination)
    {
        var mixed = ((uint)source * 2654435761u) ^ ((uint)destination * 2246822519u);
        mixed ^= mixed >> 15;
        mixed *= 2246822519u;
        return mixed ^ (mixed >> 13);
    }
}
