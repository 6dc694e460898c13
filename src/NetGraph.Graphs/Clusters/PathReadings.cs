using NetGraph.Measurements;

namespace NetGraph.Graphs.Clusters;

/// <summary>What the trusted tests of a mesh say about the ways between its nodes, as keys of <see cref="CensoredSample"/>.</summary>
/// <remarks>
/// A test shows the least of what the sender can send, the receiver can receive, and the way between them carries. What the best tests of a node got is taken for
/// what its host can do; a test that got about as much as one of its two hosts can do says only that the way carries at least that.
/// So a slow host, sick or small, in one direction or both, neither hides a boundary nor makes one up.
/// </remarks>
internal sealed class PathReadings
{
    /// <summary>Tests of a host that got at least this share of what its best one got met the host's own limit: so much for noise.</summary>
    private const double HostIsTheLimit = 0.75;

    /// <summary>Below this share of what both hosts can do, the way was the limit: halfway, on the scale of ratios, to a limit of two thirds.</summary>
    private const double WayIsTheLimit = 0.82;

    private readonly ushort[] _keys;

    public PathReadings(Mesh mesh)
    {
        NodeCount = mesh.Nodes.Length;
        _keys = new ushort[NodeCount * NodeCount];
        LinkMeasurement[] trusted = [.. mesh.Links.Where(IsTrusted)];
        double[] sends = HostSpeeds(trusted, link => link.Source), receives = HostSpeeds(trusted, link => link.Destination);
        foreach (var link in trusted)
        {
            var hosts = Math.Min(sends[link.Source], receives[link.Destination]);
            var isBound = link.Quality == MeasurementQuality.Capped || link.ThroughputBitsPerSecond >= WayIsTheLimit * hosts;
            _keys[(link.Source * NodeCount) + link.Destination] = CensoredSample.Key(link.ThroughputBitsPerSecond, isBound);
        }
    }

    public int NodeCount { get; }

    /// <summary>The readings from one set of nodes to another, sorted.</summary>
    public ushort[] Between(IReadOnlyList<int> sources, IReadOnlyList<int> destinations)
    {
        var sample = new List<ushort>();
        foreach (var source in sources)
        {
            foreach (var destination in destinations)
            {
                var key = _keys[(source * NodeCount) + destination];
                if (key != CensoredSample.None) sample.Add(key);
            }
        }

        sample.Sort();
        return [.. sample];
    }

    /// <summary>The readings between any two of several disjoint sets of nodes, each set being treated as a host of its own.</summary>
    /// <remarks>As for hosts: what a set's narrow uplink explains says nothing of the boundaries of others.</remarks>
    /// <returns>Sorted samples, at the source's index times the number of sets plus the destination's.</returns>
    public ushort[][] Between(IReadOnlyList<IReadOnlyList<int>> sets)
    {
        var count = sets.Count;
        var samples = new ushort[count * count][];
        var medians = new SeparationLevel[count * count];
        var (sends, receives) = (new double[count], new double[count]);
        Array.Fill(sends, double.NegativeInfinity);
        Array.Fill(receives, double.NegativeInfinity);
        for (var i = 0; i < samples.Length; i++)
        {
            var (a, b) = (i / count, i % count);
            samples[i] = a == b ? [] : Between(sets[a], sets[b]);
            medians[i] = CensoredSample.Median(samples[i]);
            sends[a] = Math.Max(sends[a], medians[i].Level);
            receives[b] = Math.Max(receives[b], medians[i].Level);
        }

        for (var i = 0; i < samples.Length; i++)
        {
            if (!medians[i].IsMet || medians[i].Level < Math.Min(sends[i / count], receives[i % count]) + Math.Log(WayIsTheLimit)) continue;
            foreach (ref var key in samples[i].AsSpan()) key |= 1;
        }

        return samples;
    }

    // The mean of each host's best tests: the very best one alone is too high by the luck of many.
    private double[] HostSpeeds(LinkMeasurement[] trusted, Func<LinkMeasurement, int> host)
    {
        double[] best = new double[NodeCount], sum = new double[NodeCount], count = new double[NodeCount];
        foreach (var link in trusted) best[host(link)] = Math.Max(best[host(link)], link.ThroughputBitsPerSecond);
        foreach (var link in trusted.Where(link => link.ThroughputBitsPerSecond >= HostIsTheLimit * best[host(link)]))
        {
            sum[host(link)] += link.ThroughputBitsPerSecond;
            count[host(link)]++;
        }

        return [.. sum.Zip(count, (total, tests) => total / tests)];
    }

    private static bool IsTrusted(LinkMeasurement link) =>
        link.Source != link.Destination && link.State != LinkState.Down && link.ThroughputBitsPerSecond > 0
        && link.Quality is MeasurementQuality.Ok or MeasurementQuality.Capped;
}
