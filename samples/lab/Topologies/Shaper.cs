namespace NetGraph.Lab.Topologies;

/// <summary>The token bucket that gives one direction of a link its rate.</summary>
/// <param name="RateBitsPerSecond">The rate.</param>
/// <param name="BurstBytes">The size of the bucket.</param>
/// <param name="LimitBytes">The longest queue, with the bucket.</param>
internal sealed record Shaper(long RateBitsPerSecond, long BurstBytes, long LimitBytes)
{
    /// <summary>Four whole frames.</summary>
    private const long LeastBurstBytes = 6056;

    private const long LeastHostQueueBytes = 512_000;

    private const double BurstSeconds = 0.002;

    public static Shaper Of(LinkDirection direction, bool leavesHost)
    {
        // A bigger bucket would let a short test read too much, a smaller one costs processor time.
        var burstBytes = Math.Max((long)(direction.RateBitsPerSecond * BurstSeconds / 8), LeastBurstBytes);
        var queueBytes = (long)(direction.RateBitsPerSecond * direction.QueueSeconds / 8);
        // A host's own queue must hold its sockets back, as a network card does, and never drop: with
        // drops there, tests of two seconds read up to 22 % low.
        if (leavesHost)
            queueBytes = Math.Max(queueBytes, LeastHostQueueBytes);
        return new((long)direction.RateBitsPerSecond, burstBytes, burstBytes + queueBytes);
    }
}
