using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Measurements;

namespace NetGraph.Api.Analysis;

/// <summary>One pair over time.</summary>
internal static class HistoryEndpoints
{
    // Prometheus answers no range query of more.
    private const int MostPoints = 11_000;
    private const int UsualPoints = 300;
    // As servers tell time.
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan UsualTime = TimeSpan.FromHours(24);
    private static readonly TimeSpan LeastUsualStep = TimeSpan.FromSeconds(15);
    private static readonly string[] Unused = ["metric", "view", "at", "compare", "node", "group", "layout", "theme", "width", "height", "limit"];

    public static void Map(IEndpointRouteBuilder routes, Answers answers, SnapshotCache cache) =>
        routes.MapMethods("/api/v1/history", GraphEndpoints.Methods, (HttpContext context, [AsParameters] GraphQuery query) =>
                answers.SendAsync(context, query, "application/json", parameters =>
                {
                    var asked = QueryOf(parameters, answers.Clock.GetUtcNow());
                    if (!cache.Source.HasHistory) throw new NoHistoryException();
                    // The graph tells whether the nodes exist, and its age how long the answer is remembered.
                    return (parameters.NeedingNodes(), async (_, body) => Write(asked, await cache.ReadHistoryAsync(asked, CancellationToken.None).ConfigureAwait(false), body));
                }))
            .Describe("One pair over time; a value not measured is left out, as is a point at which nothing was known", "application/json", Unused);

    private static HistoryQuery QueryOf(GraphParameters parameters, DateTimeOffset now)
    {
        var (source, destination) = parameters.Ends();
        // The answer is the same for a while, so that it need not be sent again. What is later than now is not known.
        var to = parameters.To is { } given && given <= now ? Floor(given, Millisecond) : Floor(now, LeastUsualStep);
        var from = parameters.From is { } first ? Floor(first, Millisecond) : to - UsualTime;
        if (from >= to) throw new BadParameterException("from", $"'from' ({Text(from)}) must be earlier than 'to' ({Text(to)}), which is now if it is not given or later than now.");
        var time = to - from;
        var step = parameters.Step ?? TimeSpan.FromSeconds(Math.Max(LeastUsualStep.TotalSeconds, Math.Ceiling(time.TotalSeconds / UsualPoints)));
        if (Math.Floor(time / step) + 1 is var points && points > MostPoints)
        {
            throw new BadParameterException("step", string.Create(CultureInfo.InvariantCulture,
                $"A step of {step.TotalSeconds} s makes {points:#,0} points of the time from {Text(from)} to {Text(to)}, and {MostPoints:#,0} are allowed: take a step of {Math.Floor(time.TotalSeconds / MostPoints) + 1}s or more, or a shorter time."));
        }

        return new HistoryQuery(source, destination, from, to, step) { Window = parameters.Snapshot.Window, Statistic = parameters.Snapshot.Statistic, Protocol = parameters.Snapshot.Protocol };
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan unit) => new(time.UtcTicks - (time.UtcTicks % unit.Ticks), TimeSpan.Zero);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private static void Write(HistoryQuery asked, IReadOnlyList<HistoryPoint> points, Stream body)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("source", asked.Source);
        json.WriteString("destination", asked.Destination);
        json.WriteString("from", asked.From);
        json.WriteString("to", asked.To);
        json.WriteNumber("stepSeconds", asked.Step.TotalSeconds);
        json.WriteStartArray("points");
        foreach (var point in points) WritePoint(point, json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePoint(HistoryPoint point, Utf8JsonWriter json)
    {
        void WriteKnown(string name, double value)
        {
            if (double.IsFinite(value)) json.WriteNumber(name, value);
        }

        var link = point.Link;
        json.WriteStartObject();
        json.WriteString("at", point.At);
        WriteKnown("throughputBitsPerSecond", link.ThroughputBitsPerSecond);
        WriteKnown("rttSeconds", link.RoundTripTimeSeconds);
        WriteKnown("lossRatio", link.LossRatio);
        WriteKnown("jitterSeconds", link.JitterSeconds);
        WriteKnown("oneWayDelaySeconds", link.OneWayDelaySeconds);
        WriteKnown("retransmits", link.RetransmittedSegments);
        // Without a throughput there is nothing to trust or not.
        if (double.IsFinite(link.ThroughputBitsPerSecond)) json.WriteString("quality", link.Quality.ToName());
        if (link.State != LinkState.Unknown) json.WriteString("state", link.State == LinkState.Up ? "up" : "down");
        if (point.Failure is { } failure) json.WriteString("failure", failure.ToReason());
        json.WriteEndObject();
    }
}
