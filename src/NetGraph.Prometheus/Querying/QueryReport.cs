namespace NetGraph.Prometheus.Querying;

/// <summary>What a query cost.</summary>
/// <param name="Expression">The PromQL expression.</param>
/// <param name="Elapsed">Time until its answer was read, or until it failed.</param>
/// <param name="ToFirstByte">Time until the answer began: the server's work.</param>
/// <param name="Bytes">Length of the answer as it was read.</param>
/// <param name="Samples">Samples in the answer.</param>
/// <param name="Retries">How often it was asked again.</param>
/// <param name="IsSuccess">Whether there was an answer.</param>
public sealed record QueryReport(string Expression, TimeSpan Elapsed, TimeSpan ToFirstByte, long Bytes, int Samples, int Retries, bool IsSuccess);
