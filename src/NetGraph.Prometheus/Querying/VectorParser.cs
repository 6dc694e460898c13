using System.Text;
using System.Text.Json;

namespace NetGraph.Prometheus.Querying;

/// <summary>Reads the answer to an instant query piece by piece, as it comes from the socket.</summary>
/// <remarks>
/// The form is that of Prometheus' HTTP API: <c>{"status":…,"data":{"resultType":"vector","result":[{"metric":{…},"value":[time,"value"]},…]}}</c>.
/// Members may come in any order; unknown ones are passed over. Label values are kept once each, however often they occur.
/// A JSON reader reads whatever is not a sample in the compact form that all servers write: <see cref="CompactSamples"/> runs over those many times faster.
/// </remarks>
internal sealed class VectorParser : IAnswerParser
{
    private readonly byte[][] _labels;
    private readonly int[] _values;
    private readonly LabelTable _table = new();
    private readonly SampleHandler _onSample;
    private readonly CompactSamples? _compact;
    private JsonReaderState _state;
    private Member _member;
    private int _label = -1;
    private int _element;
    private double _value = double.NaN;
    private bool _isInData;
    private bool _isInResults;
    private bool _isInSample;
    private bool _hasResult;

    /// <summary>Prepares to read an answer.</summary>
    /// <param name="labels">The labels whose values are wanted.</param>
    /// <param name="onSample">Called for each sample.</param>
    /// <param name="isCompactRead">Whether samples in compact form take the short way; the result is the same.</param>
    public VectorParser(IReadOnlyList<string> labels, SampleHandler onSample, bool isCompactRead = true)
    {
        _labels = [.. labels.Select(Encoding.UTF8.GetBytes)];
        _values = new int[_labels.Length];
        // A scalar has no labels.
        Array.Fill(_values, -1);
        _onSample = onSample;
        if (isCompactRead) _compact = new CompactSamples(_labels, _table);
    }

    private enum Member
    {
        Other,
        Status,
        Error,
        ErrorType,
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
    /// <exception cref="FormatException">This is no JSON, ends too early, or is a success that holds something else than instant samples.</exception>
    public int Feed(ReadOnlySpan<byte> json, bool isFinal)
    {
        try
        {
            var start = 0;
            var reader = new Utf8JsonReader(json, isFinal, _state);
            while (reader.Read())
            {
                if (!Take(ref reader)) continue;
                var isElement = _isInResults && reader.TokenType == JsonTokenType.EndObject;
                Emit();
                if (!isElement || _compact is null) continue;
                // Between two elements the reader's state is the same, however many it has not seen.
                var end = start + (int)reader.BytesConsumed;
                var (length, count) = _compact.Read(json[end..], _onSample);
                if (length == 0) continue;
                SampleCount += count;
                start = end + length;
                reader = new Utf8JsonReader(json[start..], isFinal, reader.CurrentState);
            }

            _state = reader.CurrentState;
            if (isFinal) CheckWhole();
            return start + (int)reader.BytesConsumed;
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    // Depths: 1 the answer's members, 2 those of data, 3 result's elements (or a scalar's two parts), 4 a sample's members, 5 its labels and value.
    /// <returns>Whether a sample is complete.</returns>
    private bool Take(ref Utf8JsonReader reader)
    {
        try
        {
            return TakeToken(ref reader);
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is no valid UTF-8 or UTF-16.
            throw new FormatException(exception.Message, exception);
        }
    }

    private bool TakeToken(ref Utf8JsonReader reader)
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
                Array.Fill(_values, -1);
                _value = double.NaN;
                _isInSample = true;
                break;
            case JsonTokenType.StartArray when reader.CurrentDepth == 4 && _member == Member.Value:
                _element = 0;
                break;
            case JsonTokenType.StartArray when reader.CurrentDepth == 2 && _member == Member.Result:
                _element = 0;
                _hasResult = _isInResults = true;
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 3 && _isInSample:
                return true;
            case JsonTokenType.EndArray when reader.CurrentDepth == 2 && _member == Member.Result:
                _isInResults = false;
                // A scalar's two parts stand in the result itself; after samples no part is left.
                return _element == 2;
        }

        return false;
    }

    private void Emit()
    {
        SampleCount++;
        _onSample(new LabelValues(_values, _table), _value);
        _element = 0;
        _isInSample = false;
        _member = Member.Result;
    }

    private void CheckWhole()
    {
        if (Status == "success" && !(_hasResult && ResultType is "vector" or "scalar"))
            throw new FormatException($"the answer holds no instant samples, its result type is {ResultType ?? "missing"}");
    }

    private void TakeName(ref Utf8JsonReader reader)
    {
        switch (reader.CurrentDepth)
        {
            case 1:
                _isInData = reader.ValueTextEquals("data"u8);
                _member = reader.ValueTextEquals("status"u8) ? Member.Status
                    : reader.ValueTextEquals("error"u8) ? Member.Error
                    : reader.ValueTextEquals("errorType"u8) ? Member.ErrorType
                    : Member.Other;
                break;
            case 2:
                _member = !_isInData ? Member.Other
                    : reader.ValueTextEquals("result"u8) ? Member.Result
                    : reader.ValueTextEquals("resultType"u8) ? Member.ResultType
                    : Member.Other;
                break;
            case 4 when _isInSample:
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
            if (_label >= 0) _values[_label] = _table.NumberOf(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan);
        }
        else if (IsValuePart(depth))
        {
            TakeValuePart(SampleNumber.Parse(reader.ValueSpan));
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
}
