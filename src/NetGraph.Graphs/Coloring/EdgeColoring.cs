namespace NetGraph.Graphs.Coloring;

/// <summary>Colours the edges of a graph so that no two edges of one colour meet: each colour is a round in which nobody occurs twice.</summary>
public static class EdgeColoring
{
    /// <summary>Colours edges with as few colours as the largest degree if the graph is bipartite, else with at most one more.</summary>
    /// <remarks>
    /// Bipartite: alternating paths (D. König, "Über Graphen und ihre Anwendung", Math. Annalen 77, 1916). Else fans and alternating paths: J. Misra,
    /// D. Gries, "A constructive proof of Vizing's theorem", Inf. Proc. Letters 41(3), 1992. O(V E) time, O(V D) space. Deterministic.
    /// </remarks>
    /// <param name="vertexCount">How many vertices there are.</param>
    /// <param name="edges">The edges, undirected: no loop, and none twice.</param>
    /// <returns>The colour of each edge, from zero.</returns>
    /// <exception cref="ArgumentException">An edge is a loop, occurs twice, or has an end that is no vertex.</exception>
    public static int[] Find(int vertexCount, IReadOnlyList<(int First, int Second)> edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        var degree = new int[vertexCount];
        var seen = new HashSet<(int, int)>(edges.Count);
        foreach (var (first, second) in edges)
        {
            if (first < 0 || second < 0 || first >= vertexCount || second >= vertexCount || first == second || !seen.Add((Math.Min(first, second), Math.Max(first, second))))
                throw new ArgumentException($"The edge {first} to {second} is a loop, occurs twice, or ends at no vertex: there are {vertexCount}.", nameof(edges));
            degree[first]++;
            degree[second]++;
        }

        if (edges.Count == 0) return [];
        var isBipartite = IsBipartite(degree, edges);
        var palette = new Palette(vertexCount, degree.Max() + (isBipartite ? 0 : 1), edges);
        for (var edge = 0; edge < edges.Count; edge++)
        {
            if (isBipartite) palette.ColorInBipartite(edge);
            else palette.ColorByFan(edge);
        }

        return palette.Colors;
    }

    private static bool IsBipartite(int[] degree, IReadOnlyList<(int First, int Second)> edges)
    {
        var start = new int[degree.Length + 1];
        for (var vertex = 0; vertex < degree.Length; vertex++) start[vertex + 1] = start[vertex] + degree[vertex];
        var next = start[..degree.Length];
        var neighbors = new int[start[^1]];
        foreach (var (first, second) in edges)
        {
            neighbors[next[first]++] = second;
            neighbors[next[second]++] = first;
        }

        var side = new sbyte[degree.Length];
        var open = new Stack<int>();
        for (var root = 0; root < side.Length; root++)
        {
            if (side[root] != 0) continue;
            side[root] = 1;
            open.Push(root);
            while (open.TryPop(out var vertex))
            {
                foreach (var neighbor in neighbors.AsSpan(start[vertex]..start[vertex + 1]))
                {
                    if (side[neighbor] == side[vertex]) return false;
                    if (side[neighbor] != 0) continue;
                    side[neighbor] = (sbyte)-side[vertex];
                    open.Push(neighbor);
                }
            }
        }

        return true;
    }

    /// <summary>Which edge of each colour each vertex has.</summary>
    private sealed class Palette
    {
        private readonly IReadOnlyList<(int First, int Second)> _edges;
        private readonly int _count;
        private readonly int[] _edgeOf;
        private readonly List<int> _fan = [];
        private readonly int[] _placeInFan;
        private readonly List<int> _path = [];

        public Palette(int vertexCount, int count, IReadOnlyList<(int First, int Second)> edges)
        {
            _edges = edges;
            _count = count;
            _edgeOf = new int[checked(vertexCount * count)];
            _edgeOf.AsSpan().Fill(-1);
            _placeInFan = new int[vertexCount];
            _placeInFan.AsSpan().Fill(-1);
            Colors = new int[edges.Count];
            Colors.AsSpan().Fill(-1);
        }

        public int[] Colors { get; }

        public void ColorInBipartite(int edge)
        {
            var (first, second) = _edges[edge];
            int atFirst = FreeColor(first), atSecond = FreeColor(second);
            // The path leaves the second's side by this colour, so that it meets the first's side only by the other: never the first itself.
            if (!IsFree(second, atFirst)) SwapPath(second, atFirst, atSecond);
            Set(edge, atFirst);
        }

        public void ColorByFan(int edge)
        {
            var center = _edges[edge].First;
            _fan.Clear();
            Append(edge, center);
            while (true)
            {
                var last = Other(_fan[^1], center);
                var free = FreeColor(last);
                if (IsFree(center, free))
                {
                    Rotate(_fan.Count - 1, free);
                    break;
                }

                var next = EdgeOf(center, free);
                var place = _placeInFan[Other(next, center)];
                if (place < 0)
                {
                    Append(next, center);
                    continue;
                }

                // Afterwards the colour is free at the centre, and still free at the leaf before that place or at the last one: the path ends at one of them at most.
                SwapPath(center, free, FreeColor(center));
                Rotate(IsFree(Other(_fan[place - 1], center), free) ? place - 1 : _fan.Count - 1, free);
                break;
            }

            foreach (var leaf in _fan) _placeInFan[Other(leaf, center)] = -1;
        }

        private void Append(int edge, int center)
        {
            _placeInFan[Other(edge, center)] = _fan.Count;
            _fan.Add(edge);
        }

        /// <summary>Gives each edge of the fan up to a place the colour of the next, and that at the place a new one.</summary>
        private void Rotate(int place, int color)
        {
            for (var i = 0; i < place; i++)
            {
                var handed = Colors[_fan[i + 1]];
                Clear(_fan[i + 1]);
                Set(_fan[i], handed);
            }

            Set(_fan[place], color);
        }

        /// <summary>Swaps two colours along the path that leaves a vertex by the first of them.</summary>
        private void SwapPath(int vertex, int color, int otherColor)
        {
            _path.Clear();
            for (var (edge, wanted) = (EdgeOf(vertex, color), otherColor); edge >= 0; wanted = wanted == color ? otherColor : color)
            {
                _path.Add(edge);
                vertex = Other(edge, vertex);
                edge = EdgeOf(vertex, wanted);
            }

            for (var i = 0; i < _path.Count; i++) Clear(_path[i]);
            for (var i = 0; i < _path.Count; i++) Set(_path[i], i % 2 == 0 ? otherColor : color);
        }

        private int FreeColor(int vertex) => _edgeOf.AsSpan(vertex * _count, _count).IndexOf(-1);

        private bool IsFree(int vertex, int color) => EdgeOf(vertex, color) < 0;

        private int EdgeOf(int vertex, int color) => _edgeOf[(vertex * _count) + color];

        private int Other(int edge, int vertex) => _edges[edge].First == vertex ? _edges[edge].Second : _edges[edge].First;

        private void Set(int edge, int color)
        {
            var (first, second) = _edges[edge];
            _edgeOf[(first * _count) + color] = _edgeOf[(second * _count) + color] = edge;
            Colors[edge] = color;
        }

        private void Clear(int edge)
        {
            var (first, second) = _edges[edge];
            _edgeOf[(first * _count) + Colors[edge]] = _edgeOf[(second * _count) + Colors[edge]] = -1;
            Colors[edge] = -1;
        }
    }
}
