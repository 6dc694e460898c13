namespace NetGraph.Prometheus.Querying;

/// <summary>Reads an answer of the query API as it comes from the socket.</summary>
internal interface IAnswerParser
{
    /// <summary>The answer's own word of how it went: <c>success</c> or <c>error</c>.</summary>
    string? Status { get; }

    /// <summary>What went wrong, for people.</summary>
    string? Error { get; }

    /// <summary>What kind of failure it was.</summary>
    string? ErrorType { get; }

    /// <summary>Samples handed over so far.</summary>
    int SampleCount { get; }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="json">What was not consumed before, and what has come since.</param>
    /// <param name="isFinal">Whether nothing comes after it.</param>
    /// <returns>How many bytes were consumed.</returns>
    /// <exception cref="FormatException">This is no JSON, ends too early, or is a success that holds something else than was asked for.</exception>
    int Feed(ReadOnlySpan<byte> json, bool isFinal);
}
