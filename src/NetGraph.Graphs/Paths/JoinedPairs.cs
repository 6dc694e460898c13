using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGraph.Graphs.Paths;

/// <summary>Which vertices reach which, as edges are added, and by which edge each pair was joined.</summary>
/// <remarks>Each set is a row of bits, kept both by source and by destination, so that a whole set is joined to another at once.</remarks>
internal sealed class JoinedPairs
{
    private readonly int _count;
    private readonly int _stride;
    private readonly ulong[] _reached;
    private readonly ulong[] _reaching;
    private readonly int[] _joinedBy;
    private readonly ulong[] _gained;
    private readonly List<Edge> _joining = [];
    private long _left;

    public JoinedPairs(int count)
    {
        _count = count;
        _stride = (count + 255) / 256 * (256 / 64);
        _reached = new ulong[count * _stride];
        _reaching = new ulong[count * _stride];
        _gained = new ulong[_stride];
        _joinedBy = new int[count * count];
        _left = (long)count * (count - 1);
        for (var v = 0; v < count; v++)
        {
            _reached[v * _stride + (v >> 6)] |= 1UL << v;
            _reaching[v * _stride + (v >> 6)] |= 1UL << v;
        }
    }

    public bool AreAllJoined => _left == 0;

    public bool Contains(int source, int destination) => (_reached[source * _stride + (destination >> 6)] >> destination & 1) != 0;

    /// <summary>The vertices that a vertex reaches, itself included, as bits.</summary>
    public ReadOnlySpan<ulong> ReachedFrom(int source) => _reached.AsSpan(source * _stride, _stride);

    public WidestPathTable ToTable() => new(_count, _joinedBy, [.. _joining]);

    /// <summary>Adds an edge: whatever reaches its source now reaches whatever its destination reaches.</summary>
    public void Join(in Edge edge)
    {
        if (Contains(edge.Source, edge.Destination)) return;
        _joining.Add(edge);
        var before = Row(_reaching, edge.Source);
        var reachedAlready = Row(_reached, edge.Source);
        Row(_reached, edge.Destination).CopyTo(_gained);
        for (var word = 0; word < _stride; word++) _gained[word] &= ~reachedAlready[word];

        // Those that reach the destination already gain nothing: a source taken here gains at least the destination, and a destination at least the source.
        var reaching = Row(_reaching, edge.Destination);
        for (var word = 0; word < _stride; word++)
        {
            for (var bits = before[word] & ~reaching[word]; bits != 0; bits &= bits - 1)
                Extend((word << 6) + BitOperations.TrailingZeroCount(bits));
        }

        for (var word = 0; word < _stride; word++)
        {
            for (var bits = _gained[word]; bits != 0; bits &= bits - 1)
                Unite(Row(_reaching, (word << 6) + BitOperations.TrailingZeroCount(bits)), before);
        }
    }

    private void Extend(int source)
    {
        var reached = Row(_reached, source);
        var joinedBy = _joinedBy.AsSpan(source * _count, _count);
        for (var word = 0; word < reached.Length; word++)
        {
            var fresh = _gained[word] & ~reached[word];
            if (fresh == 0) continue;
            reached[word] |= fresh;
            _left -= BitOperations.PopCount(fresh);
            for (; fresh != 0; fresh &= fresh - 1) joinedBy[(word << 6) + BitOperations.TrailingZeroCount(fresh)] = _joining.Count;
        }
    }

    private static void Unite(Span<ulong> set, Span<ulong> other)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector256<ulong>>(set);
        var others = MemoryMarshal.Cast<ulong, Vector256<ulong>>(other);
        for (var i = 0; i < vectors.Length; i++) vectors[i] |= others[i];
    }

    private Span<ulong> Row(ulong[] sets, int vertex) => sets.AsSpan(vertex * _stride, _stride);
}
