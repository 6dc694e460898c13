using System.Text;
using System.Text.Json;

namespace NetGraph.Prometheus.Querying;

/// <summary>Called for each point of the answer to a range query.</summary>
/// <param name="at">The time that was asked for.</param>
/// <param name="value">The value then; may be NaN or infinite.</param>
public delegate void PointHandler(DateTimeOffset at, double value);

/// <summary>Reads the answer to a range query, held as a whole: at most 11,000 points a series.</summary>
/// <remarks>
/// The form is that of Prometheus' HTTP API: <c>{"status":…,"data":{"resultType":"matrix","result":[{"metric":{…},"values":[[time,"value"],…]},…]}}</c>.
/// Members may come in any order; unknown ones are passed over.
/// </remarks>
/// <param name="onPoint">Called for each point, once the whole answer is there and right.</param>
internal sealed class MatrixParser(PointHandler onPoint) : IAnswerParser
{
    public string? Status { get; private set; }

    public string? Error { get; private set; }

    public string? ErrorType { get; private set; }

    public int SampleCount { get; private set; }

    public int Feed(ReadOnlySpan<byte> json, bool isFinal)
    {
        if (!isFinal) return 0;
        foreach (var (at, value) in Read(json))
        {
            SampleCount++;
            onPoint(at, value);
        }

        return json.Length;
    }

    private List<(DateTimeOffset At, double Value)> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            // Throws when anything follows.
            reader.Read();
            var answer = document.RootElement;
            Status = Text(answer, "status");
            Error = Text(answer, "error");
            ErrorType = Text(answer, "errorType");
            return Status == "success" ? ReadPoints(answer.GetProperty("data")) : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static List<(DateTimeOffset At, double Value)> ReadPoints(JsonElement data)
    {
        if (Text(data, "resultType") is var type && type != "matrix") throw new FormatException($"the answer holds no ranges, its result type is {type ?? "missing"}");
        var points = new List<(DateTimeOffset, double)>();
        foreach (var series in data.GetProperty("result").EnumerateArray())
        {
            // A series of native histograms has no values.
            if (!series.TryGetProperty("values", out var values)) continue;
            foreach (var point in values.EnumerateArray())
            {
                if (point.GetArrayLength() != 2) throw new FormatException("a point is not a time and a value");
                var at = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(point[0].GetDouble() * 1000));
                points.Add((at, SampleNumber.Parse(Encoding.UTF8.GetBytes(point[1].GetString() ?? ""))));
            }
        }

        return points;
    }

    private static string? Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetString() : null;
}
