namespace NetGraph.Graphs.Paths;

/// <summary>The path whose hops add up to the least round-trip time.</summary>
public static class FastestPath
{
    /// <summary>Finds the path whose weights add up to the least.</summary>
    /// <remarks>
    /// E. W. Dijkstra, "A note on two problems in connexion with graphs", Numerische Mathematik 1, 1959. The search ends once the destination is settled. Of equally fast paths
    /// one with the fewest hops. O((V + E) log V) time, O(V) space beside the queue. For round-trip times a relay is taken to add none of its own:
    /// the time over it is the sum of those of the hops.
    /// </remarks>
    /// <param name="roundTripTimes">Weights are seconds: zero or more.</param>
    /// <param name="source">Where the path begins.</param>
    /// <param name="destination">Where it ends.</param>
    /// <returns>The path, whose total is <see cref="TotalSeconds"/>, or <see langword="null"/> when the destination cannot be reached or is the source itself.</returns>
    /// <exception cref="ArgumentException">An edge that the search meets has a negative weight.</exception>
    public static GraphPath? Find(WeightedGraph roundTripTimes, int source, int destination)
    {
        ArgumentNullException.ThrowIfNull(roundTripTimes);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)roundTripTimes.VertexCount, nameof(source));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)destination, (uint)roundTripTimes.VertexCount, nameof(destination));
        if (source == destination) return null;

        var arrival = new Edge?[roundTripTimes.VertexCount];
        var reached = new (double Seconds, int Hops)[roundTripTimes.VertexCount];
        Array.Fill(reached, (double.PositiveInfinity, 0));
        reached[source] = (0, 0);
        var queue = new PriorityQueue<int, (double Seconds, int Hops)>();
        queue.Enqueue(source, reached[source]);
        while (queue.TryDequeue(out var vertex, out var at) && vertex != destination)
        {
            if (at.CompareTo(reached[vertex]) > 0) continue;
            foreach (var edge in roundTripTimes.EdgesFrom(vertex))
            {
                if (edge.Weight < 0) throw new ArgumentException($"A time must not be negative, as that from vertex {edge.Source} to {edge.Destination} is.", nameof(roundTripTimes));
                var next = (at.Seconds + edge.Weight, at.Hops + 1);
                if (next.CompareTo(reached[edge.Destination]) >= 0) continue;
                reached[edge.Destination] = next;
                arrival[edge.Destination] = edge;
                queue.Enqueue(edge.Destination, next);
            }
        }

        if (arrival[destination] is null) return null;
        var edges = new Stack<Edge>();
        for (var vertex = destination; vertex != source; vertex = edges.Peek().Source) edges.Push(arrival[vertex]!.Value);
        return new GraphPath([.. edges]);
    }

    /// <summary>The sum of a path's round-trip times.</summary>
    /// <param name="path">A path whose weights are seconds.</param>
    /// <returns>Seconds, zero or more.</returns>
    public static double TotalSeconds(GraphPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Edges.Sum(edge => edge.Weight);
    }
}
