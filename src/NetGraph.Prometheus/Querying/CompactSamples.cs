using System.Buffers;

namespace NetGraph.Prometheus.Querying;

/// <summary>Reads the samples of a vector in the form in which servers write them, without white space, escapes or other members.</summary>
/// <remarks>
/// That is <c>,{"metric":{"label":"value",…},"value":[time,"number"]}</c>. Whatever differs from it, or is not there to its end, is left to the JSON reader.
/// </remarks>
internal sealed class CompactSamples(byte[][] labels, LabelTable table)
{
    // A string ends at its quote; an escape or a control character is the JSON reader's to judge.
    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly int[] _values = new int[labels.Length];

    // The labels of the sample before, as they stood there: those of the next are the same nearly always.
    private readonly List<(byte[] Text, int Label)> _expected = [];

    /// <summary>Reads as many samples as there are.</summary>
    /// <param name="json">What follows an element of the vector.</param>
    /// <param name="onSample">Called for each sample.</param>
    /// <returns>How many bytes they take, and how many they are.</returns>
    public (int Length, int Count) Read(ReadOnlySpan<byte> json, SampleHandler onSample)
    {
        int done = 0, count = 0;
        while (ReadOne(json[done..], out var length, out var value))
        {
            done += length;
            count++;
            onSample(new LabelValues(_values, table), value);
        }

        return (done, count);
    }

    private bool ReadOne(ReadOnlySpan<byte> json, out int length, out double value)
    {
        var rest = json;
        length = 0;
        value = 0;
        if (!Take(ref rest, ",{\"metric\":{"u8) || !ReadLabels(ref rest) || !Take(ref rest, ",\"value\":["u8) || !SkipTime(ref rest) || !Take(ref rest, ",\""u8)) return false;
        var end = rest.IndexOf((byte)'"');
        if (end < 0 || !SampleNumber.TryParse(rest[..end], out value)) return false;
        rest = rest[end..];
        if (!Take(ref rest, "\"]}"u8)) return false;
        length = json.Length - rest.Length;
        return true;
    }

    private bool ReadLabels(ref ReadOnlySpan<byte> rest)
    {
        Array.Fill(_values, -1);
        if (Take(ref rest, "}"u8)) return true;
        for (var i = 0; ; i++)
        {
            if (!ReadName(ref rest, i, out var label)) return false;
            var end = rest.IndexOfAny(Special);
            if (end < 0 || rest[end] != '"' || end + 1 >= rest.Length) return false;
            if (label >= 0) _values[label] = table.NumberOf(rest[..end]);
            var next = rest[end + 1];
            rest = rest[(end + 2)..];
            if (next == '}') return true;
            if (next != ',') return false;
        }
    }

    /// <summary>Reads a label's name up to the quote that opens its value.</summary>
    private bool ReadName(ref ReadOnlySpan<byte> rest, int index, out int label)
    {
        label = -1;
        if (index < _expected.Count && Take(ref rest, _expected[index].Text))
        {
            label = _expected[index].Label;
            return true;
        }

        if (rest.Length == 0 || rest[0] != '"') return false;
        var end = rest[1..].IndexOfAny(Special) + 1;
        var name = end > 0 ? rest[1..end] : [];
        if (end == 0 || !rest[end..].StartsWith("\":\""u8)) return false;
        for (var i = 0; i < labels.Length; i++)
        {
            if (name.SequenceEqual(labels[i])) label = i;
        }

        _expected.RemoveRange(index, _expected.Count - index);
        _expected.Add((rest[..(end + 3)].ToArray(), label));
        rest = rest[(end + 3)..];
        return true;
    }

    /// <summary>Passes over a time: digits, and perhaps a fraction.</summary>
    private static bool SkipTime(ref ReadOnlySpan<byte> rest)
    {
        var whole = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (whole <= 0 || (rest[0] == '0' && whole > 1)) return false;
        if (rest[whole] == '.')
        {
            var fraction = rest[(whole + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (fraction <= 0) return false;
            whole += fraction + 1;
        }

        rest = rest[whole..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> text)
    {
        if (!rest.StartsWith(text)) return false;
        rest = rest[text.Length..];
        return true;
    }
}
