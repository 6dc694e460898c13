namespace NetGraph.Lab.Topologies;

/// <summary>The paths of a topology: fewest hops; among equals the neighbour whose link comes first in the file.</summary>
/// <remarks>A breadth-first search from every destination: O(N (N + L)) time and O(N²) space, paid once.</remarks>
internal sealed class Paths
{
    private readonly string[] _nodes;
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private readonly List<int>[] _neighbours;
    private readonly int[][] _nextHops;

    public Paths(Topology topology)
    {
        _nodes = [.. topology.Nodes];
        foreach (var (position, node) in _nodes.Index())
            _positions[node] = position;
        _neighbours = [.. _nodes.Select(_ => new List<int>())];
        foreach (var direction in topology.Directions)
            _neighbours[_positions[direction.Source]].Add(_positions[direction.Destination]);
        _nextHops = [.. _nodes.Select((_, destination) => NextHopsToward(destination))];
    }

    /// <summary>The neighbours of a node in the order of the file.</summary>
    public IEnumerable<string> Neighbours(string node) => _neighbours[_positions[node]].Select(position => _nodes[position]);

    /// <summary>Where a node sends what is meant for another.</summary>
    public string NextHop(string node, string destination) => _nodes[_nextHops[_positions[destination]][_positions[node]]];

    /// <summary>All nodes on the way, both ends included.</summary>
    public List<string> Between(string source, string destination)
    {
        var path = new List<string> { source };
        while (path[^1] != destination)
            path.Add(NextHop(path[^1], destination));
        return path;
    }

    private int[] NextHopsToward(int destination)
    {
        var nextHops = new int[_nodes.Length];
        Array.Fill(nextHops, -1);
        nextHops[destination] = destination;
        var waiting = new Queue<int>([destination]);
        while (waiting.TryDequeue(out var node))
        {
            foreach (var neighbour in _neighbours[node].Where(neighbour => nextHops[neighbour] < 0))
            {
                nextHops[neighbour] = node;
                waiting.Enqueue(neighbour);
            }
        }

        return nextHops;
    }
}
