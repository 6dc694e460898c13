namespace NetGraph.Api.Snapshots;

/// <summary>The samples of one quantity by pair, in the order in which they came, found by their source.</summary>
/// <remarks>16 bytes a sample, whether all pairs were measured or few; nothing is moved as it grows. For one thread at a time.</remarks>
/// <param name="isLarge">Whether to make room for very many at a time.</param>
internal sealed class PairSamples(bool isLarge)
{
    private readonly int _chunkBits = isLarge ? 14 : 6;
    private readonly List<Sample[]> _chunks = [];
    private int[] _newest = [];
    private int _count;

    /// <summary>Adds a sample.</summary>
    public void Add(int source, int destination, double value)
    {
        if (source >= _newest.Length)
        {
            var old = _newest.Length;
            Array.Resize(ref _newest, Math.Max(source + 1, old * 2));
            _newest.AsSpan(old).Fill(-1);
        }

        var offset = _count & ((1 << _chunkBits) - 1);
        if (offset == 0) _chunks.Add(new Sample[1 << _chunkBits]);
        _chunks[^1][offset] = new Sample(destination, _newest[source], value);
        _newest[source] = _count++;
    }

    /// <summary>Index of a source's newest sample, or -1.</summary>
    public int NewestOf(int source) => source < _newest.Length ? _newest[source] : -1;

    /// <summary>A sample by its index.</summary>
    public ref readonly Sample this[int index] => ref _chunks[index >> _chunkBits][index & ((1 << _chunkBits) - 1)];

    /// <summary>A sample of a source; <paramref name="Older"/> is the index of the one before it, or -1.</summary>
    internal readonly record struct Sample(int Destination, int Older, double Value);
}
