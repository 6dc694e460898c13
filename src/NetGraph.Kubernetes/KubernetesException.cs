using System.Net;

namespace NetGraph.Kubernetes;

/// <summary>The API server cannot be reached, or does not do what it was asked. The message says what and why, and what to do where that is known.</summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What was behind it.</param>
public sealed class KubernetesException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>HTTP status of the answer, or what an answer inside a watch gives as its code; <see langword="null"/> when there was no answer.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The server's word for the reason, as in <c>NotFound</c>, <c>Conflict</c>, <c>Expired</c>; <see langword="null"/> when it gave none.</summary>
    public string? Reason { get; init; }

    /// <summary>How long the server asks to be left alone; <see langword="null"/> when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When the server refused (403): the sentence that says which rule to add to which role; else <see langword="null"/>.</summary>
    public string? MissingRule { get; init; }

    /// <summary>Whether no full answer came in time.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>Whether a watch brought nothing for so long that what it knows is in doubt.</summary>
    internal bool IsSilence { get; init; }

    /// <summary>Whether the version that was asked for is too old: a list must be begun anew.</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>Whether somebody else changed the object in the meantime, or made one of that name.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict;

    /// <summary>Whether there is no such object, or no such kind.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>Whether it may pass by itself: no answer, too many requests, or a fault of the server.</summary>
    public bool IsTransient => StatusCode is null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;
}
