namespace NetGraph.Collector;

/// <summary>When each pair that was ever planned was last measured.</summary>
/// <remarks>
/// A sampled mesh plans few pairs a cycle, but all of them in time: four bytes a pair, in rows that exist once their source was planned, take 100 MB for 5,000 nodes,
/// where a dictionary of pairs took ten times that. Not for several threads at once.
/// </remarks>
internal sealed class PairAges(TimeProvider clock)
{
    // 0: never planned. Else tenths of a second since the start, from 1, with the highest bit set once it was measured.
    private const uint Measured = 1u << 31;
    private const double TicksPerSecond = 10;
    private readonly long _start = clock.GetTimestamp();
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Stack<int> _free = new();
    private uint[]?[] _rows = [];

    /// <summary>Forgets the pairs of nodes that left, and makes room for those that came.</summary>
    public void SetNodes(IReadOnlyCollection<string> names)
    {
        var members = names.ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _places.Where(place => !members.Contains(place.Key)).ToList())
        {
            _places.Remove(gone.Key);
            _free.Push(gone.Value);
            _rows[gone.Value] = null;
            foreach (var row in _rows)
            {
                if (row is not null && gone.Value < row.Length) row[gone.Value] = 0;
            }
        }

        foreach (var name in names)
        {
            if (_places.ContainsKey(name)) continue;
            var place = _free.Count > 0 ? _free.Pop() : _places.Count;
            _places.Add(name, place);
        }

        if (_rows.Length < _places.Count + _free.Count) Array.Resize(ref _rows, _places.Count + _free.Count);
    }

    /// <summary>The pair has its turn: if it never had one, its age counts from now.</summary>
    public void Plan(string source, string destination)
    {
        if (Find(source, destination) is (var row, var place) && row[place] == 0) row[place] = Now();
    }

    /// <summary>The pair was measured.</summary>
    public void Measure(string source, string destination)
    {
        if (Find(source, destination) is (var row, var place)) row[place] = Now() | Measured;
    }

    /// <summary>Counts the pairs measured within a time. O(pairs).</summary>
    /// <returns>How many, and the time since the pair measured longest ago was measured, or first planned; <see langword="null"/> when no pair was planned.</returns>
    public (long Recent, double? OldestSeconds) Read(double windowSeconds)
    {
        var now = Now();
        var window = (uint)Math.Min(windowSeconds * TicksPerSecond, Measured - 1);
        long recent = 0;
        uint oldest = 0;
        var hasAny = false;
        foreach (var row in _rows)
        {
            foreach (var entry in row ?? [])
            {
                if (entry == 0) continue;
                hasAny = true;
                var age = now - (entry & ~Measured);
                if ((entry & Measured) != 0 && age <= window) recent++;
                oldest = Math.Max(oldest, age);
            }
        }

        return (recent, hasAny ? oldest / TicksPerSecond : null);
    }

    private uint Now() => (uint)Math.Min(1 + (clock.GetElapsedTime(_start).TotalSeconds * TicksPerSecond), Measured - 1);

    private (uint[] Row, int Place)? Find(string source, string destination)
    {
        if (!_places.TryGetValue(source, out var from) || !_places.TryGetValue(destination, out var to)) return null;
        ref var row = ref _rows[from];
        if (row is null || row.Length <= to) Array.Resize(ref row, _rows.Length);
        return (row, to);
    }
}
