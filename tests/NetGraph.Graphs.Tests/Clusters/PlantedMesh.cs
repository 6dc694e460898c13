using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Clusters;

/// <summary>A mesh whose racks and zones are known, measured with noise and gaps.</summary>
public sealed class PlantedMesh
{
    public enum Kind { Racks, RacksInZones, UnequalRacks }

    /// <summary>Nodes of each rack and, in zones, of each zone; with what leaves and enters it, in bits per second.</summary>
    public sealed record Planted(IReadOnlyList<int> Nodes, double Out, double In, IReadOnlyList<Planted> Within);

    public required IReadOnlyList<Planted> Top { get; init; }

    public required Mesh Mesh { get; init; }

    /// <summary>Plants a hierarchy: what hosts do is <paramref name="factor"/> times what racks do or up to <paramref name="slack"/> times more, and that the same of what zones do.</summary>
    public static PlantedMesh Of(int seed, Kind kind, int maximum = 200, double factor = 1.5, double noise = 0.05, double slack = 4)
    {
        var random = new Random(seed);
        double Between(double low, double high) => low * Math.Pow(high / low, random.NextDouble());
        var count = 0;
        Planted Rack(double uplink) => new([.. Enumerable.Range(count, random.Next(3, 21)).Select(_ => count++)], uplink * Between(0.8, 1), uplink * Between(0.8, 1), []);
        double RackSpeed() => kind == Kind.UnequalRacks ? Between(1e9, 1e10) : 5e9;

        var top = new List<Planted>();
        while (top.Count < 2 || (count < maximum - 60 && random.Next(6) > 0))
        {
            if (kind != Kind.RacksInZones)
            {
                top.Add(Rack(RackSpeed()));
                continue;
            }

            Planted[] racks = [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => Rack(5e9))];
            var zone = racks.Min(rack => Math.Min(rack.Out, rack.In)) / Between(factor, slack * factor);
            top.Add(new([.. racks.SelectMany(rack => rack.Nodes)], zone * Between(0.8, 1), zone * Between(0.8, 1), racks));
        }

        var sends = new double[count];
        var receives = new double[count];
        foreach (var rack in top.SelectMany(item => item.Within.Count > 0 ? item.Within : [item]))
        {
            var speed = Math.Max(rack.Out, rack.In) * factor * Between(1, slack);
            foreach (var node in rack.Nodes) sends[node] = receives[node] = speed * (random.Next(4) == 0 ? Between(1, 3) : 1);
        }

        return new() { Top = top, Mesh = Measure(random, top, sends, receives, noise) };
    }

    private static Mesh Measure(Random random, List<Planted> top, double[] sends, double[] receives, double noise)
    {
        var count = sends.Length;
        // Sick hosts, each in one direction (of both, nothing would show the rack), and sick links: few of each.
        foreach (var sick in Enumerable.Range(0, random.Next(1 + (count / 20))).Select(_ => random.Next(count)).ToHashSet())
            (random.Next(2) == 0 ? sends : receives)[sick] /= 2 + (20 * random.NextDouble());
        var isBad = Enumerable.Range(0, random.Next(1 + (count / 10))).Select(_ => (random.Next(count), random.Next(count))).ToHashSet();
        var links =
            from a in Enumerable.Range(0, count)
            from b in Enumerable.Range(0, count)
            where a != b && random.Next(10) > 0
            let isGarbage = random.Next(20) == 0
            let truth = Math.Min(Math.Min(sends[a], receives[b]), Way(top, a, b)) / (isBad.Contains((a, b)) ? 5 : 1)
            select new LinkMeasurement(a, b)
            {
                ThroughputBitsPerSecond = isGarbage ? 2e10 * random.NextDouble() : truth * Math.Exp(noise * Gauss(random)),
                Quality = isGarbage ? MeasurementQuality.HostLimited : MeasurementQuality.Ok,
                State = LinkState.Up,
            };
        return new Mesh([.. Enumerable.Range(0, count).Select(i => new MeshNode($"n{i:000}"))], [.. links], default);
    }

    public static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Way(IReadOnlyList<Planted> sets, int a, int b)
    {
        Planted from = sets.Single(set => set.Nodes.Contains(a)), to = sets.Single(set => set.Nodes.Contains(b));
        if (ReferenceEquals(from, to)) return from.Within.Count > 0 ? Way(from.Within, a, b) : double.PositiveInfinity;
        var way = Math.Min(from.Out, to.In);
        if (from.Within.Count > 0) way = Math.Min(way, from.Within.Single(set => set.Nodes.Contains(a)).Out);
        return to.Within.Count > 0 ? Math.Min(way, to.Within.Single(set => set.Nodes.Contains(b)).In) : way;
    }
}
