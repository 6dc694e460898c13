using System.Globalization;
using System.Text;
using NetGraph.Measurements;

namespace NetGraph.Prometheus.Exposition;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4.</summary>
/// <remarks>
/// Metrics are written from the program's state at each scrape; there is no registry of series. A series whose subject is gone is gone with it.
/// </remarks>
public sealed class ExpositionWriter
{
    /// <summary>Media type of what is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly (string Name, string Value)? _always;
    private readonly StringBuilder _text = new(16 * 1024);
    private MetricFamily? _family;

    /// <summary>Creates a writer.</summary>
    /// <param name="always">A label that every sample gets, beside those of its metric; <see langword="null"/> for none.</param>
    public ExpositionWriter((string Name, string Value)? always = null) => _always = always;

    /// <summary>Begins a metric: its help and type. Its samples follow.</summary>
    /// <param name="family">The metric.</param>
    public void Begin(MetricFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        _family = family;
        var help = family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        var kind = family.Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" };
        _text.Append("# HELP ").Append(family.Name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(family.Name).Append(' ').Append(kind).Append('\n');
    }

    /// <summary>Writes a sample of the metric begun last.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="labels">Values of the metric's labels, in their order; a <see langword="null"/> or empty value leaves the label out.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than the metric has labels.</exception>
    public void Sample(double value, params ReadOnlySpan<string?> labels) => Line("", value, labels, null, 0);

    /// <summary>Writes a metric that has one sample.</summary>
    /// <param name="family">The metric.</param>
    /// <param name="value">Its value.</param>
    /// <param name="labels">Values of the metric's labels, in their order.</param>
    public void Write(MetricFamily family, double value, params ReadOnlySpan<string?> labels)
    {
        Begin(family);
        Sample(value, labels);
    }

    /// <summary>Writes the buckets, sum and count of a histogram of the metric begun last.</summary>
    /// <param name="histogram">The histogram.</param>
    /// <param name="labels">Values of the metric's labels, in their order.</param>
    public void Sample(Histogram histogram, params ReadOnlySpan<string?> labels)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        var (buckets, sum) = histogram.Read();
        long total = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += buckets[i];
            Line("_bucket", total, labels, "le", i < histogram.UpperBounds.Length ? histogram.UpperBounds[i] : double.PositiveInfinity);
        }

        Line("_sum", sum, labels, null, 0);
        Line("_count", total, labels, null, 0);
    }

    /// <summary>What was written so far.</summary>
    public override string ToString() => _text.ToString();

    private void Line(string suffix, double value, ReadOnlySpan<string?> labels, string? extraLabel, double extraValue)
    {
        if (_family is null || labels.Length != _family.Labels.Length)
            throw new ArgumentException($"{_family?.Name ?? "No metric"} has {_family?.Labels.Length ?? 0} labels, not {labels.Length}.");
        _text.Append(_family.Name).Append(suffix);
        var separator = '{';
        for (var i = 0; i < labels.Length; i++) Label(_family.Labels[i], labels[i], ref separator);
        if (_always is { } always) Label(always.Name, always.Value, ref separator);
        if (extraLabel is not null)
        {
            _text.Append(separator).Append(extraLabel).Append("=\"").Append(Number(extraValue)).Append('"');
            separator = ',';
        }

        if (separator == ',') _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private void Label(string name, string? value, ref char separator)
    {
        if (string.IsNullOrEmpty(value)) return;
        _text.Append(separator).Append(name).Append("=\"");
        AppendEscaped(value);
        _text.Append('"');
        separator = ',';
    }

    private void AppendEscaped(string value)
    {
        foreach (var c in value)
        {
            switch (c)
            {
                case '\\': _text.Append("\\\\"); break;
                case '"': _text.Append("\\\""); break;
                case '\n': _text.Append("\\n"); break;
                default: _text.Append(c); break;
            }
        }
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        // As Go writes it: a bucket's bound is compared as text.
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };
}
