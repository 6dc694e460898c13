using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetGraph.Prometheus.Querying;

/// <summary>Numbers the label values of an answer: that for a mesh of n nodes names each of them 2n times, and none becomes a string more than once.</summary>
/// <remarks>
/// Open addressing over the UTF-8 bytes; a dictionary would need a string for each look-up. The hash multiplies and folds eight bytes at a time
/// under keys drawn at the start of the process, so that nobody can choose names that all fall into one slot.
/// </remarks>
internal sealed class LabelTable
{
    private static readonly ulong LengthKey = RandomKey();
    private static readonly ulong BlockKey = RandomKey();
    private static readonly ulong TailKey = RandomKey();
    private byte[] _bytes = new byte[2048];
    private Entry[] _entries = new Entry[64];
    private int[] _slots = new int[128];
    private int _used;

    public int Count { get; private set; }

    /// <summary>The number of a value: from 0, in order of first appearance.</summary>
    public int NumberOf(ReadOnlySpan<byte> utf8)
    {
        var hash = Hash(utf8);
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            // Zero is a free slot.
            var number = _slots[slot] - 1;
            if (number < 0) return Add(utf8, hash);
            ref var entry = ref _entries[number];
            if (entry.Hash == hash && _bytes.AsSpan(entry.Start, entry.Length).SequenceEqual(utf8)) return number;
        }
    }

    /// <summary>The value of a number, the same string each time; bytes that are no UTF-8 become U+FFFD.</summary>
    public string TextOf(int number)
    {
        ref var entry = ref _entries[number];
        return entry.Text ??= Encoding.UTF8.GetString(_bytes, entry.Start, entry.Length);
    }

    private int Add(ReadOnlySpan<byte> utf8, ulong hash)
    {
        if (_used + utf8.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + utf8.Length));
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        utf8.CopyTo(_bytes.AsSpan(_used));
        _entries[Count] = new Entry { Hash = hash, Start = _used, Length = utf8.Length };
        _used += utf8.Length;
        Count++;
        if (Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 2];
            for (var number = 0; number < Count; number++) Place(number);
        }
        else
        {
            Place(Count - 1);
        }

        return Count - 1;
    }

    private void Place(int number)
    {
        var mask = _slots.Length - 1;
        var slot = (int)_entries[number].Hash & mask;
        while (_slots[slot] != 0) slot = (slot + 1) & mask;
        _slots[slot] = number + 1;
    }

    private static ulong Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = LengthKey ^ (uint)utf8.Length;
        var rest = utf8;
        for (; rest.Length > 8; rest = rest[8..]) hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest), BlockKey);
        ulong tail = 0;
        if (utf8.Length >= 8)
        {
            tail = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^8..]);
        }
        else
        {
            foreach (var b in rest) tail = (tail << 8) | b;
        }

        return Fold(hash ^ tail, TailKey);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private static ulong RandomKey() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    private struct Entry
    {
        public ulong Hash;
        public int Start;
        public int Length;
        public string? Text;
    }
}
