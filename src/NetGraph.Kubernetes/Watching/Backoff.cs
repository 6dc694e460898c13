namespace NetGraph.Kubernetes.Watching;

/// <summary>How long to wait before the next attempt: doubled each time up to a bound, and spread so that many clients do not come back at once.</summary>
/// <remarks>As client-go's reflector: 800 ms at first, 30 s at most; here the wait is drawn from half of that to the whole.</remarks>
/// <param name="random">A number from 0 to 1; <see langword="null"/> for chance.</param>
internal sealed class Backoff(Func<double>? random = null)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    // A server that asks for more is asked again after this all the same.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);
#pragma warning disable CA5394 // Spreads load; nothing secret.
    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
#pragma warning restore CA5394
    private TimeSpan _next = First;

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="asked">What the server asks for; the wait is never shorter, unless that is more than 5 min.</param>
    public TimeSpan Next(TimeSpan? asked = null)
    {
        var wait = _next * ((1 + _random()) / 2);
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        var least = asked is { } time ? (time < LongestAsked ? time : LongestAsked) : TimeSpan.Zero;
        return wait > least ? wait : least;
    }

    /// <summary>Begins anew: an attempt succeeded.</summary>
    public void Reset() => _next = First;
}
