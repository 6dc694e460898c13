namespace NetGraph.Prometheus.Querying;

/// <summary>Takes one sample of an answer.</summary>
/// <param name="labels">Values of the labels asked for, in their order. Valid only during the call.</param>
/// <param name="value">The sample's value; may be NaN or infinite.</param>
public delegate void SampleHandler(LabelValues labels, double value);

/// <summary>The values of a sample's labels.</summary>
public readonly ref struct LabelValues
{
    private readonly ReadOnlySpan<int> _numbers;
    private readonly LabelTable _table;

    internal LabelValues(ReadOnlySpan<int> numbers, LabelTable table)
    {
        _numbers = numbers;
        _table = table;
    }

    /// <summary>How many labels were asked for.</summary>
    public int Length => _numbers.Length;

    /// <summary>A label's value: one string for all of its occurrences in the answer; <see langword="null"/> where the sample has no such label.</summary>
    /// <param name="label">Index of the label, in the order in which the labels were asked for.</param>
    public string? this[int label] => _numbers[label] < 0 ? null : _table.TextOf(_numbers[label]);

    /// <summary>A number that stands for a label's value throughout the answer: a string costs more where an answer has millions of them.</summary>
    /// <param name="label">Index of the label, in the order in which the labels were asked for.</param>
    /// <returns>From 0, in order of first appearance, whatever the label; -1 where the sample has no such label.</returns>
    public int NumberOf(int label) => _numbers[label];

    /// <summary>All values.</summary>
    public string?[] ToArray()
    {
        var values = new string?[Length];
        for (var i = 0; i < values.Length; i++) values[i] = this[i];
        return values;
    }
}
