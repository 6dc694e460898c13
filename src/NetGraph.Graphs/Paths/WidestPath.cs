namespace NetGraph.Graphs.Paths;

/// <summary>The path whose narrowest edge is as wide as possible: the bottleneck shortest path.</summary>
public static class WidestPath
{
    /// <summary>Finds the path whose narrowest edge is as wide as possible.</summary>
    /// <remarks>
    /// Dijkstra's search with (max, min) for (min, +): M. Pollack, "The maximum capacity through a network", Operations Research 8(5), 1960;
    /// T. C. Hu, "The maximum capacity route problem", Operations Research 9(6), 1961. Departure: the search ends once the destination
    /// is settled, and the path itself is then found breadth first among the edges that are wide enough, so that of equally wide paths the one
    /// with the fewest hops is returned, and of those the one of lowest vertex numbers. O((V + E) log V) time, O(V) space beside the queue.
    /// </remarks>
    /// <param name="graph">Weights are widths: zero or more.</param>
    /// <param name="source">Where the path begins.</param>
    /// <param name="destination">Where it ends.</param>
    /// <returns>The path, or <see langword="null"/> when the destination cannot be reached or is the source itself.</returns>
    /// <exception cref="ArgumentException">An edge that the search meets has a negative width.</exception>
    public static GraphPath? Find(WeightedGraph graph, int source, int destination)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)graph.VertexCount, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)graph.VertexCount, nameof(destination));
        if (source == destination) return null;

        var width = FindWidth(graph, source, destination);
        return width < 0 ? null : FewestHops(graph, source, destination, width);
    }

    private static double FindWidth(WeightedGraph graph, int source, int destination)
    {
        var width = new double[graph.VertexCount];
        Array.Fill(width, -1);
        width[source] = double.PositiveInfinity;
        var queue = new PriorityQueue<int, double>();
        queue.Enqueue(source, double.NegativeInfinity);
        while (queue.TryDequeue(out var vertex, out var negated))
        {
            if (-negated < width[vertex]) continue;
            if (vertex == destination) return width[vertex];
            foreach (var edge in graph.EdgesFrom(vertex))
            {
                if (edge.Weight < 0) throw new ArgumentException($"A width must not be negative, as that from vertex {edge.Source} to {edge.Destination} is.", nameof(graph));
                var reached = Math.Min(width[vertex], edge.Weight);
                if (reached <= width[edge.Destination]) continue;
                width[edge.Destination] = reached;
                queue.Enqueue(edge.Destination, -reached);
            }
        }

        return -1;
    }

    private static GraphPath FewestHops(WeightedGraph graph, int source, int destination, double atLeast)
    {
        var arrival = new Edge?[graph.VertexCount];
        var queue = new Queue<int>([source]);
        while (arrival[destination] is null)
        {
            var vertex = queue.Dequeue();
            foreach (var edge in graph.EdgesFrom(vertex))
            {
                if (edge.Weight < atLeast || edge.Destination == source || arrival[edge.Destination] is not null) continue;
                arrival[edge.Destination] = edge;
                queue.Enqueue(edge.Destination);
            }
        }

        var edges = new Stack<Edge>();
        for (var vertex = destination; vertex != source; vertex = edges.Peek().Source) edges.Push(arrival[vertex]!.Value);
        return new GraphPath([.. edges]);
    }
}
