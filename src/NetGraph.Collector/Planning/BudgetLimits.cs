namespace NetGraph.Collector.Planning;

/// <summary>How much tests may cost. What is beyond slows the cycles down; it never stops them for ever.</summary>
/// <remarks>
/// The defaults of the command line are meant for a cluster of ten nodes and for one of five hundred. Ten nodes, 5 s at 10 Gbit/s: a sweep of 90 tests moves 562 GB, and
/// 200 GB a node and day are 2 TB, three and a half sweeps a day; at 1 Gbit/s one every 40 minutes. Below that it is the duty cycle that decides: one sweep in a quarter of an hour. Five hundred nodes, sampled with eight peers each: 16 tests
/// a node, of which it sends eight, 50 GB a node and sweep, four sweeps a day.
/// </remarks>
public sealed record BudgetLimits
{
    /// <summary>Bytes a node and day that the default allows.</summary>
    public const double DefaultBytesPerNodeAndDay = 200e9;

    /// <summary>Share of the time that a node may be in tests by default.</summary>
    public const double DefaultDutyRatio = 0.1;

    /// <summary>No limits.</summary>
    public static BudgetLimits None { get; } = new();

    /// <summary>Share of the time that a node may be in tests, above 0 to 1. Default 1: always.</summary>
    public double MaxDutyRatio { get; init; } = 1;

    /// <summary>Bytes that all tests together may move in 24 hours; <see langword="null"/> for no limit.</summary>
    public double? BytesPerDay { get; init; }

    /// <summary>Bytes that a node may cost in 24 hours, on the average over all nodes, where <see cref="BytesPerDay"/> is not set; <see langword="null"/> for no limit.</summary>
    public double? BytesPerNodeAndDay { get; init; }

    /// <summary>Bytes that tests may move between two zones in 24 hours, both directions together; <see langword="null"/> for no limit.</summary>
    public double? BytesPerDayBetweenZones { get; init; }

    /// <summary>Price of 10^9 bytes from one zone to another, in any currency. Default 0.</summary>
    public double PricePerGigabyteBetweenZones { get; init; }

    /// <summary>What bytes between zones may cost in 24 hours, in the same currency; <see langword="null"/> for no limit.</summary>
    public double? MoneyPerDay { get; init; }

    /// <summary>Bytes that all tests of a mesh may move in 24 hours.</summary>
    /// <param name="nodes">How many nodes it has.</param>
    /// <returns>The limit; <see langword="null"/> for none.</returns>
    public double? BytesPerDayOf(int nodes) => BytesPerDay ?? BytesPerNodeAndDay * nodes;

    /// <summary>The two zones that a test crosses between, in one order whichever way it goes.</summary>
    /// <returns>The zones; <see langword="null"/> within one.</returns>
    internal static (string, string)? ZonePair(string a, string b) => string.CompareOrdinal(a, b) switch { 0 => null, < 0 => (a, b), _ => (b, a) };
}
