using NetGraph.Measurements;

namespace NetGraph.Agent.PathMtu;

/// <summary>What became of a packet of some size that must not be fragmented.</summary>
internal enum SizeOutcome
{
    /// <summary>It arrived: the answer came.</summary>
    Answered,

    /// <summary>Nothing came.</summary>
    Silent,

    /// <summary>A router said that it was too large (ICMP "fragmentation needed", ICMPv6 "packet too big").</summary>
    TooBig,

    /// <summary>The kernel did not send it: it is larger than the local interface takes.</summary>
    NotSent,

    /// <summary>There is no route.</summary>
    NoRoute,
}

/// <summary>What a search for the path MTU found.</summary>
/// <param name="Bytes">Largest IP packet that arrives; <see langword="null"/> when even the smallest did not.</param>
/// <param name="IsBlackHole">Whether small packets arrive, those of the interface's full size do not, and no router says so: connections hang in such a path.</param>
/// <param name="Failure">Why there is no size.</param>
internal readonly record struct PathMtuResult(int? Bytes, bool IsBlackHole, ProbeFailure? Failure);

/// <summary>Searches for the largest packet that arrives whole: the full size first, then by halves (packetization layer path MTU discovery, RFC 4821 and 8899, by echoes instead of payload).</summary>
internal static class PathMtuSearch
{
    private const int Tries = 3;
    private const int Rounds = 3;

    /// <summary>Searches.</summary>
    /// <param name="floor">Size that every path carries: 576 for IPv4 (RFC 791), 1280 for IPv6 (RFC 8200).</param>
    /// <param name="local">Largest packet that the local interface takes.</param>
    /// <param name="send">Sends a packet of a size, of which <paramref name="local"/> is the largest, and waits for its answer.</param>
    /// <param name="hint">What the kernel takes for the path MTU, asked for after a router said that a packet was too large.</param>
    public static PathMtuResult Find(int floor, int local, Func<int, SizeOutcome> send, Func<int> hint)
    {
        var isTold = false;
        SizeOutcome Try(int size)
        {
            var outcome = SizeOutcome.Silent;
            for (var i = 0; i < Tries && outcome == SizeOutcome.Silent; i++) outcome = send(size);
            isTold |= outcome == SizeOutcome.TooBig;
            return outcome;
        }

        if (local <= floor) return Try(local) == SizeOutcome.Answered ? new PathMtuResult(local, false, null) : new PathMtuResult(null, false, ProbeFailure.Timeout);
        if (Try(local) == SizeOutcome.Answered) return new PathMtuResult(local, false, null);
        var told = isTold ? hint() : 0;
        switch (Try(floor))
        {
            case SizeOutcome.Answered: break;
            case SizeOutcome.NoRoute: return new PathMtuResult(null, false, ProbeFailure.Unreachable);
            default: return new PathMtuResult(null, false, ProbeFailure.Timeout);
        }

        var passes = floor;
        for (var round = 0; round < Rounds; round++)
        {
            var fails = local;
            // Two packets instead of ten when the router named the size.
            if (told > passes && told < fails) Narrow(told);
            if (told == passes && told + 1 < fails) Narrow(told + 1);
            while (fails - passes > 1) Narrow((passes + fails) / 2);
            // Once more what did not pass: it may have been lost, or blamed for an error that came late.
            if (Try(fails) != SizeOutcome.Answered) break;
            passes = fails;
            if (passes == local) break;

            void Narrow(int size)
            {
                if (Try(size) == SizeOutcome.Answered) passes = size;
                else fails = size;
            }
        }

        return new PathMtuResult(passes, passes < local && !isTold, null);
    }

    /// <summary>The largest packet that the local interface takes.</summary>
    /// <param name="known">What the kernel takes for the path MTU: at most that of the interface, less when it learned of less lately.</param>
    /// <param name="largest">Largest packet of the protocol.</param>
    /// <param name="isTaken">Whether the kernel sends a packet of a size.</param>
    public static int FindLocal(int known, int largest, Func<int, bool> isTaken)
    {
        if (known >= largest) return largest;
        if (!isTaken(known + 1)) return known;
        var (taken, refused) = (known + 1, largest + 1);
        while (refused - taken > 1)
        {
            var middle = (taken + refused) / 2;
            if (isTaken(middle)) taken = middle;
            else refused = middle;
        }

        return taken;
    }
}
