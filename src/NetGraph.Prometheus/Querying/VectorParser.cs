using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetGraph.Prometheus.Querying;

/// <summary>Reads the answer to an instant query piece by piece, as it comes from the socket.</summary>
/// <remarks>
/// The form is that of Prometheus' HTTP API: <c>{"status":…,"data":{"resultType":"vector","result":[{"metric":{…},"value":[time,"value"]},…]}}</c>.
/// Members may come in any order; unknown ones are passed over. Label values are kept once each, however often they occur.
/// </remarks>
internal sealed class VectorParser(IReadOnlyList<string> labels, SampleHandler onSample)
{
    private readonly byte[][] _labels = [.. labels.Select(Encoding.UTF8.GetBytes)];
    private readonly string?[] _values = new string?[labels.Count];
    private readonly Utf8StringPool _pool = new();
    private JsonReaderState _state;
    private Member _member;
    private int _label = -1;
    private int _element;
    private double _value = double.NaN;
    private bool _isInSample;

    private enum Member
    {
        Other,
        Status,
        Error,
        ErrorType,
        Data,
        ResultType,
        Result,
        Metric,
        Value,
    }

    public string? Status { get; private set; }

    public string? Error { get; private set; }

    public string? ErrorType { get; private set; }

    public int SampleCount { get; private set; }

    private string? ResultType { get; set; }

    /// <summary>Reads on.</summary>
    /// <param name="json">What was not consumed so far.</param>
    /// <param name="isFinal">Whether nothing comes after it.</param>
    /// <returns>How many bytes were consumed.</returns>
    /// <exception cref="FormatException">This is no JSON, ends too early, or holds something else than instant samples.</exception>
    public int Feed(ReadOnlySpan<byte> json, bool isFinal)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinal, _state);
            while (reader.Read()) Take(ref reader);
            _state = reader.CurrentState;
            return (int)reader.BytesConsumed;
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    // Depths: 1 the answer's members, 2 those of data, 3 result's elements (or a scalar's two parts), 4 a sample's members, 5 its labels and value.
    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                TakeName(ref reader);
                break;
            case JsonTokenType.String:
                TakeString(ref reader);
                break;
            case JsonTokenType.Number when IsValuePart(reader.CurrentDepth):
                TakeValuePart(reader.GetDouble());
                break;
            case JsonTokenType.StartObject when reader.CurrentDepth == 3 && _member == Member.Result:
                Array.Clear(_values);
                _value = double.NaN;
                _isInSample = true;
                break;
            case JsonTokenType.StartArray when (reader.CurrentDepth == 4 && _member == Member.Value) || (reader.CurrentDepth == 2 && _member == Member.Result):
                _element = 0;
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 3 && _isInSample:
                Emit();
                break;
            case JsonTokenType.EndArray when reader.CurrentDepth == 2 && ResultType == "scalar":
                Emit();
                break;
        }
    }

    private void Emit()
    {
        SampleCount++;
        onSample(_values, _value);
        _isInSample = false;
        _member = Member.Result;
    }

    private void TakeName(ref Utf8JsonReader reader)
    {
        switch (reader.CurrentDepth)
        {
            case 1:
                _member = reader.ValueTextEquals("status"u8) ? Member.Status
                    : reader.ValueTextEquals("data"u8) ? Member.Data
                    : reader.ValueTextEquals("error"u8) ? Member.Error
                    : reader.ValueTextEquals("errorType"u8) ? Member.ErrorType
                    : Member.Other;
                break;
            case 2:
                _member = reader.ValueTextEquals("result"u8) ? Member.Result
                    : reader.ValueTextEquals("resultType"u8) ? Member.ResultType
                    : Member.Other;
                break;
            case 4:
                if (reader.ValueTextEquals("values"u8)) throw new FormatException("the answer holds ranges, not instant samples");
                _member = reader.ValueTextEquals("metric"u8) ? Member.Metric
                    : reader.ValueTextEquals("value"u8) ? Member.Value
                    : Member.Other;
                break;
            case 5 when _member == Member.Metric:
                _label = -1;
                for (var i = 0; i < _labels.Length; i++)
                {
                    if (reader.ValueTextEquals(_labels[i])) _label = i;
                }

                break;
        }
    }

    private void TakeString(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        if (depth == 5 && _member == Member.Metric)
        {
            if (_label >= 0) _values[_label] = reader.ValueIsEscaped ? reader.GetString() : _pool.Get(reader.ValueSpan);
        }
        else if (IsValuePart(depth))
        {
            TakeValuePart(Parse(reader.ValueSpan));
        }
        else if (depth == 1)
        {
            if (_member == Member.Status) Status = reader.GetString();
            else if (_member == Member.Error) Error = reader.GetString();
            else if (_member == Member.ErrorType) ErrorType = reader.GetString();
        }
        else if (depth == 2 && _member == Member.ResultType)
        {
            ResultType = reader.GetString();
        }
    }

    private bool IsValuePart(int depth) =>
        (depth == 5 && _member == Member.Value) || (depth == 3 && _member == Member.Result);

    private void TakeValuePart(double number)
    {
        // The first part is the time, the second the value.
        if (_element++ == 1) _value = number;
    }

    private static double Parse(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length) return value;
        var word = Encoding.UTF8.GetString(text);
        return word switch
        {
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value) ? value : throw new FormatException($"'{word}' is not a number"),
        };
    }
}
