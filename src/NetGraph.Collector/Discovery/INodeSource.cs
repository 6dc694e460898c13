namespace NetGraph.Collector.Discovery;

/// <summary>Knows which nodes take part now. At this border stand a file and the Kubernetes API.</summary>
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

    /// <summary>How many known nodes take no part, by why, as of the last reading; empty when the source knows none.</summary>
    IReadOnlyDictionary<string, int> LeftOut => new Dictionary<string, int>();

    /// <summary>Counts the changes that the source noticed by itself; always zero when it notices none.</summary>
    long Version => 0;

    /// <summary>Waits until there is a change after a known one; for ever when the source notices none.</summary>
    /// <param name="version">The <see cref="Version"/> that is known.</param>
    /// <param name="cancellation">Gives up.</param>
    Task WaitForChangeAsync(long version, CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
}

/// <summary>The node list cannot be read. The message says why and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What was behind it.</param>
public sealed class NodeSourceException(string message, Exception? innerException = null) : Exception(message, innerException);
