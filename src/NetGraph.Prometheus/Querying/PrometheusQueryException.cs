using System.Net;

namespace NetGraph.Prometheus.Querying;

/// <summary>A query got no usable answer. The message says why and what to check.</summary>
/// <param name="message">Why, as a sentence for people.</param>
public sealed class PrometheusQueryException(string message) : Exception(message)
{
    /// <summary>The PromQL expression.</summary>
    public required string Expression { get; init; }

    /// <summary>The server's HTTP status, or <see langword="null"/> when it could not be reached.</summary>
    public required HttpStatusCode? StatusCode { get; init; }

    /// <summary>Whether the time for the query was over.</summary>
    public required bool IsTimeout { get; init; }
}
