namespace NetGraph.Collector.Discovery;

/// <summary>Knows which nodes take part now. At this border stands a file today and the Kubernetes API later.</summary>
public interface INodeSource
{
    /// <summary>Reads the list.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The nodes, with different names.</returns>
    /// <exception cref="NodeSourceException">It cannot be read now; the message says why.</exception>
    Task<IReadOnlyList<MeshMember>> ReadAsync(CancellationToken cancellation);

    /// <summary>Reads what every agent probes beside throughput and UDP echoes; the defaults unless the source says otherwise.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NodeSourceException">It cannot be read now; the message says why.</exception>
    Task<ProbeSettings> ReadProbesAsync(CancellationToken cancellation) => Task.FromResult(ProbeSettings.Default);
}

/// <summary>The node list cannot be read. The message says why and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What was behind it.</param>
public sealed class NodeSourceException(string message, Exception? innerException = null) : Exception(message, innerException);
