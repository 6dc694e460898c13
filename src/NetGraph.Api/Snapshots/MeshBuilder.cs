using System.Runtime.InteropServices;
using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>Sets what a sample tells of its link.</summary>
internal delegate void LinkSetter(ref LinkMeasurement link, double value);

/// <summary>Samples, and what they tell of their links.</summary>
internal sealed record LinkColumn(PairSamples Samples, LinkSetter Set);

/// <summary>Puts a mesh together from values that came in any order.</summary>
internal static class MeshBuilder
{
    /// <summary>Builds the mesh, row by row in its final order, so that nothing is sorted or held twice. O(V log V + values).</summary>
    /// <param name="nodes">The nodes, in any order; their indexes are those of the samples.</param>
    /// <param name="columns">The samples; where two tell the same of a link, the later column counts.</param>
    /// <param name="isSilent">Nodes whose agents are silent: links of which they tell are unknown but for the time of their last success. The links that leave a target are told of by the other end.</param>
    /// <param name="at">The time that the mesh shows.</param>
    public static Mesh Build(IReadOnlyList<MeshNode> nodes, IReadOnlyList<LinkColumn> columns, Func<string, bool> isSilent, DateTimeOffset at)
    {
        int[] order = [.. Enumerable.Range(0, nodes.Count).OrderBy(i => nodes[i].Name, StringComparer.Ordinal)];
        var place = new int[nodes.Count];
        for (var i = 0; i < order.Length; i++) place[order[i]] = i;

        var links = new LinkMeasurement[CountLinks(nodes.Count, columns)];
        var row = new Row(nodes.Count);
        bool[] silent = [.. order.Select(i => isSilent(nodes[i].Name))];
        var filled = 0;
        foreach (var source in order)
        {
            foreach (var column in columns) row.Take(column, source, place);
            filled += row.MoveTo(links.AsSpan(filled), nodes[source].IsTarget ? null : silent[place[source]], silent);
        }

        return Mesh.InOrder([.. order.Select(i => nodes[i])], ImmutableCollectionsMarshal.AsImmutableArray(links), at);
    }

    /// <summary>Leaves out nodes, and the links that end at them.</summary>
    public static Mesh Select(IReadOnlyList<MeshNode> nodes, IReadOnlyList<LinkMeasurement> links, DateTimeOffset at, Func<MeshNode, bool> keep)
    {
        var place = new int[nodes.Count];
        var kept = new List<MeshNode>();
        for (var i = 0; i < nodes.Count; i++)
        {
            place[i] = keep(nodes[i]) ? kept.Count : -1;
            if (place[i] >= 0) kept.Add(nodes[i]);
        }

        var keptLinks = new List<LinkMeasurement>();
        foreach (var link in links)
        {
            if (place[link.Source] >= 0 && place[link.Destination] >= 0) keptLinks.Add(link with { Source = place[link.Source], Destination = place[link.Destination] });
        }

        return new Mesh(kept, keptLinks, at);
    }

    /// <summary>Takes away what is known no longer.</summary>
    public static LinkMeasurement Judge(in LinkMeasurement link, bool isSilent)
    {
        // What a silent agent said last is no longer known to be so.
        if (isSilent) return new LinkMeasurement(link.Source, link.Destination) { LastSuccessUnixSeconds = link.LastSuccessUnixSeconds };
        // Nothing of an older test is shown for a link whose last one failed.
        return link.State == LinkState.Down
            ? link with { ThroughputBitsPerSecond = double.NaN, RetransmittedSegments = double.NaN, Quality = MeasurementQuality.Ok }
            : link;
    }

    private static int CountLinks(int nodes, IReadOnlyList<LinkColumn> columns)
    {
        var count = 0;
        var seenFor = new int[nodes];
        for (var source = 0; source < nodes; source++)
        {
            foreach (var (samples, _) in columns)
            {
                for (var i = samples.NewestOf(source); i >= 0; i = samples[i].Older)
                {
                    var destination = samples[i].Destination;
                    if (destination == source || seenFor[destination] == source + 1) continue;
                    seenFor[destination] = source + 1;
                    count++;
                }
            }
        }

        return count;
    }

    /// <summary>The links of one source, by destination.</summary>
    private sealed class Row(int nodes)
    {
        private readonly LinkMeasurement[] _links = new LinkMeasurement[nodes];
        private readonly bool[] _isThere = new bool[nodes];
        private readonly List<int> _destinations = new(nodes);

        public void Take(LinkColumn column, int source, int[] place)
        {
            var samples = column.Samples;
            for (var i = samples.NewestOf(source); i >= 0; i = samples[i].Older)
            {
                ref readonly var sample = ref samples[i];
                // A link leads from a node to another.
                if (sample.Destination == source) continue;
                var destination = place[sample.Destination];
                if (!_isThere[destination])
                {
                    _isThere[destination] = true;
                    _destinations.Add(destination);
                    _links[destination] = new LinkMeasurement(place[source], destination);
                }

                column.Set(ref _links[destination], sample.Value);
            }
        }

        /// <summary>Writes the row's links in order, and empties it.</summary>
        /// <param name="links">Where to.</param>
        /// <param name="isSourceSilent">Whether the source's agent is silent; <see langword="null"/> when it has none.</param>
        /// <param name="silent">Which nodes' agents are, by their places.</param>
        public int MoveTo(Span<LinkMeasurement> links, bool? isSourceSilent, bool[] silent)
        {
            _destinations.Sort();
            for (var i = 0; i < _destinations.Count; i++)
            {
                var destination = _destinations[i];
                links[i] = Judge(_links[destination], isSourceSilent ?? silent[destination]);
                _isThere[destination] = false;
            }

            var count = _destinations.Count;
            _destinations.Clear();
            return count;
        }
    }
}
