using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs;
using NetGraph.Graphs.Encoding;
using NetGraph.Graphs.Views;
using NetGraph.Measurements;

namespace NetGraph.Api.Rendering;

/// <summary>Checked query parameters.</summary>
internal sealed partial record GraphParameters
{
    private static readonly string[] Names =
        ["metric", "view", "at", "window", "stat", "compare", "protocol", "node", "group", "source", "destination", "layout", "theme", "width", "height", "limit", "from", "to", "step"];

    // What is healthy is known only once there is a mesh.
    private static readonly GraphMetric Unjudged = LinkHealth.In(new Mesh([], [], default));

    public SnapshotQuery Snapshot { get; private init; } = new();

    public GraphMetric Metric { get; init; } = GraphMetric.Bandwidth;

    public GraphView? View { get; private init; }

    public Regex? Node { get; private init; }

    public GroupKey? Group { get; private init; }

    public string? Source { get; private init; }

    public string? Destination { get; private init; }

    /// <summary>How much earlier the mesh to compare with is.</summary>
    public TimeSpan? Compare { get; private init; }

    /// <summary>Graphviz' name of the layout, or <see langword="null"/> for the built-in one.</summary>
    public string? GraphvizLayout { get; private init; }

    public PictureTheme Theme { get; private init; }

    public int? Width { get; private init; }

    public int? Height { get; private init; }

    public int Limit { get; private init; } = 10;

    public DateTimeOffset? From { get; private init; }

    public DateTimeOffset? To { get; private init; }

    public TimeSpan? Step { get; private init; }

    /// <summary>What of the links a picture by <see cref="Metric"/> needs.</summary>
    public SnapshotDetail DetailOfMetric =>
        Metric == GraphMetric.RoundTripTime ? SnapshotDetail.RoundTripTime
        : Metric == GraphMetric.Loss ? SnapshotDetail.Loss
        : Metric == GraphMetric.Jitter ? SnapshotDetail.Jitter
        : Metric == GraphMetric.Delay ? SnapshotDetail.OneWayDelay
        : Metric == GraphMetric.Retransmits ? SnapshotDetail.Retransmits
        : Metric == GraphMetric.Bandwidth ? SnapshotDetail.ThroughputOnly
        : SnapshotDetail.RoundTripTime | SnapshotDetail.Loss;

    /// <summary>What of the links data needs: everything, unless a view of few of them is asked for.</summary>
    public SnapshotDetail DetailOfData => View is GraphView.Skeleton or GraphView.Groups ? DetailOfMetric : SnapshotDetail.Everything;

    /// <summary>The same parameters, asking for no more than is needed.</summary>
    public GraphParameters Needing(SnapshotDetail detail) => this with { Snapshot = Snapshot with { Detail = detail } };

    /// <summary>The same parameters, asking for no more than which nodes there are now.</summary>
    public GraphParameters NeedingNodes() => this with { Snapshot = new SnapshotQuery { Protocol = Snapshot.Protocol, Detail = SnapshotDetail.ThroughputOnly }, Compare = null };

    /// <summary>The two nodes, where they are needed.</summary>
    /// <exception cref="BadParameterException">They are not given, or are the same.</exception>
    public (string Source, string Destination) Ends()
    {
        if (Source is null || Destination is null) throw new BadParameterException("source", "'source' and 'destination' are needed here: name two nodes.");
        if (Source == Destination) throw new BadParameterException("destination", "'source' and 'destination' must be two different nodes.");
        return (Source, Destination);
    }

    /// <summary>Checks all parameters.</summary>
    /// <exception cref="BadParameterException">One is unknown or has a value that is not allowed.</exception>
    public static GraphParameters Parse(GraphQuery query, IQueryCollection given)
    {
        foreach (var (name, values) in given)
        {
            if (!Names.Contains(name)) throw new BadParameterException(name, $"'{name}' is not a parameter here: allowed are {string.Join(", ", Names)}.");
            if (values.Count > 1) throw new BadParameterException(name, $"'{name}' is given {values.Count} times: give it once.");
        }

        if (query.Source is null != query.Destination is null)
            throw new BadParameterException(query.Source is null ? "source" : "destination", "'source' and 'destination' go together: give both, or none.");
        return new GraphParameters
        {
            Snapshot = new SnapshotQuery
            {
                At = query.At is null ? null : Time("at", query.At),
                Window = query.Window is null ? null : Duration("window", query.Window),
                Statistic = Choose("stat", query.Stat, "last", Enum.GetValues<Statistic>().Where(s => s != Statistic.StandardDeviation).Select(s => (s.ToString().ToLowerInvariant(), s)).ToArray()),
                Protocol = Choose("protocol", query.Protocol, "tcp", ("tcp", "tcp"), ("udp", "udp")),
            },
            Metric = Choose("metric", query.Metric, "bandwidth", [.. GraphMetric.All.Select(metric => (metric.Name, metric)), (LinkHealth.Name, Unjudged)]),
            View = query.View is null ? null : Choose("view", query.View, "graph", ("graph", GraphView.Graph), ("skeleton", GraphView.Skeleton), ("groups", GraphView.Groups)),
            Node = query.Node is null ? null : Pattern(query.Node),
            Group = query.Group is null ? null : Choose("group", query.Group, "zone", ("zone", GroupKey.Zone), ("rack", GroupKey.Rack), ("region", GroupKey.Region), ("none", GroupKey.None)),
            Compare = query.Compare is null ? null : Duration("compare", query.Compare),
            Source = query.Source,
            Destination = query.Destination,
            GraphvizLayout = Choose("layout", query.Layout, "groups", [("groups", null), .. Graphviz.Layouts.Select(layout => (layout, (string?)layout))]),
            Theme = Choose("theme", query.Theme, "auto", ("auto", PictureTheme.Auto), ("light", PictureTheme.Light), ("dark", PictureTheme.Dark)),
            Width = Whole("width", query.Width, 200, 8000),
            Height = Whole("height", query.Height, 200, 8000),
            Limit = Whole("limit", query.Limit, 1, 1000) ?? 10,
            From = query.From is null ? null : Time("from", query.From),
            To = query.To is null ? null : Time("to", query.To),
            Step = query.Step is null ? null : Duration("step", query.Step),
        };
    }

    /// <summary>Reads a time as Grafana and people write it.</summary>
    private static DateTimeOffset Time(string name, string text)
    {
        // Below this a number is in seconds (until the year 5138), from it on in milliseconds (since 1973).
        const double FirstMilliseconds = 1e11;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 1e14)
            return DateTimeOffset.FromUnixTimeMilliseconds((long)(number < FirstMilliseconds ? number * 1000 : number));
        // The pattern first: the parser alone takes "5" for a day of this month, and a zone whose plus sign became a space in the query for UTC.
        if (TimePattern().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        throw new BadParameterException(name, $"'{text}' is not a time: allowed are RFC 3339, such as 2026-01-31T12:00:00Z, and Unix time in seconds or milliseconds.");
    }

    private static TimeSpan Duration(string name, string text)
    {
        if (DurationPattern().Match(text) is { Success: true } match)
        {
            double Part(string group, double seconds) => match.Groups[group].Success ? double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) * seconds : 0;
            var total = Part("w", 604800) + Part("d", 86400) + Part("h", 3600) + Part("m", 60) + Part("s", 1);
            if (total is >= 1 and <= 366 * 86400) return TimeSpan.FromSeconds(total);
        }

        throw new BadParameterException(name, $"'{text}' is not a duration: allowed is 1s to 366d, such as 15m, 2h or 1h30m.");
    }

    private static Regex Pattern(string text)
    {
        try
        {
            // It must be right by itself too, lest a bracket of its own end the group that anchors it.
            _ = new Regex(text, RegexOptions.CultureInvariant);
            // Without backtracking the time is linear, whatever the expression.
            return new Regex($"^(?:{text})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new BadParameterException("node", $"'{text}' is not a regular expression as Prometheus knows them: {exception.Message}");
        }
    }

    private static int? Whole(string name, string? text, int least, int most)
    {
        if (text is null) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        throw new BadParameterException(name, $"'{text}' is not allowed for '{name}': it must be a whole number from {least} to {most}.");
    }

    private static T Choose<T>(string name, string? text, string preset, params (string Name, T Value)[] allowed)
    {
        foreach (var (word, value) in allowed)
        {
            if (word == (text ?? preset)) return value;
        }

        throw new BadParameterException(name, $"'{text}' is not allowed for '{name}': choose one of {string.Join(", ", allowed.Select(item => item.Name))}.");
    }

    [GeneratedRegex(@"^(?=.)((?<w>[0-9]+)w)?((?<d>[0-9]+)d)?((?<h>[0-9]+)h)?((?<m>[0-9]+)m)?((?<s>[0-9]+)s?)?\z")]
    private static partial Regex DurationPattern();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex TimePattern();
}

/// <summary>A query parameter is unknown or has a value that is not allowed.</summary>
internal sealed class BadParameterException(string parameter, string message) : Exception(message)
{
    public string Parameter { get; } = parameter;
}
