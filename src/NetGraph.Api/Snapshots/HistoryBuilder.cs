using System.Runtime.InteropServices;
using NetGraph.Measurements;

namespace NetGraph.Api.Snapshots;

/// <summary>The values of one quantity over time, and what they tell of the link.</summary>
internal sealed record HistoryColumn(string Expression, LinkSetter Set)
{
    public List<(DateTimeOffset At, double Value)> Points { get; } = [];
}

/// <summary>Puts a link's history together from values that came in any order.</summary>
internal static class HistoryBuilder
{
    /// <summary>Builds the points, in order of time. O(values log values).</summary>
    /// <param name="columns">The values; where two tell the same of a time, the later column counts.</param>
    /// <param name="failures">Why the last test had failed, where one had.</param>
    /// <param name="isSilent">Times at which nothing of the link was known, whatever was said last.</param>
    public static IReadOnlyList<HistoryPoint> Build(IReadOnlyList<HistoryColumn> columns, IReadOnlyDictionary<DateTimeOffset, ProbeFailure> failures, Func<DateTimeOffset, bool> isSilent)
    {
        var links = new Dictionary<DateTimeOffset, LinkMeasurement>();
        foreach (var column in columns)
        {
            foreach (var (at, value) in column.Points)
            {
                ref var link = ref CollectionsMarshal.GetValueRefOrAddDefault(links, at, out var isThere);
                if (!isThere) link = new LinkMeasurement(0, 1);
                column.Set(ref link, value);
            }
        }

        return [.. links.Select(item => PointOf(item.Key, MeshBuilder.Judge(item.Value, isSilent(item.Key)), failures)).Where(point => IsTelling(point.Link)).OrderBy(point => point.At)];
    }

    // A test that succeeded since leaves a reason of before without a meaning.
    private static HistoryPoint PointOf(DateTimeOffset at, in LinkMeasurement link, IReadOnlyDictionary<DateTimeOffset, ProbeFailure> failures) =>
        new(at, link, link.State == LinkState.Down && failures.TryGetValue(at, out var failure) ? failure : null);

    private static bool IsTelling(in LinkMeasurement link) =>
        link.State != LinkState.Unknown || !double.IsNaN(link.ThroughputBitsPerSecond) || !double.IsNaN(link.RoundTripTimeSeconds) || !double.IsNaN(link.LossRatio) || !double.IsNaN(link.RetransmittedSegments)
        || !double.IsNaN(link.JitterSeconds) || !double.IsNaN(link.OneWayDelaySeconds);
}
