namespace NetGraph.Graphs.Clusters;

/// <summary>Joins sets of nodes, best joined first, and tells of each join how much gets through between the two.</summary>
/// <remarks>
/// Agglomerative clustering with the median of all readings between two sets for their similarity (see <see cref="CensoredSample.Median"/>), each direction by itself.
/// Kept are the sorted readings between every two sets, and each set's best partner: O(n²) space; O(n²) time a level for balanced
/// trees, O(n³) cheap steps for a mesh without structure.
/// </remarks>
internal sealed class Linkage
{
    /// <summary>Logarithm of the share from which on two throughputs are called alike, and of that below which they are not.</summary>
    private const double Alike = -0.16, Unlike = -0.25;

    private readonly int _count;
    private readonly ushort[][] _readings;
    private readonly SeparationLevel[] _levels;
    private readonly int[] _best;
    private readonly List<int> _alive;

    /// <summary>Starts with every set by itself.</summary>
    /// <param name="count">How many sets there are.</param>
    /// <param name="readings">The sorted readings between them, at the source's index times the count plus the destination's; used up.</param>
    public Linkage(int count, ushort[][] readings)
    {
        _count = count;
        _readings = readings;
        _levels = new SeparationLevel[_count * _count];
        _best = new int[_count];
        _alive = [.. Enumerable.Range(0, _count)];
        for (var a = 0; a < _count; a++)
        {
            for (var b = 0; b < a; b++) SetLevel(a, b);
        }

        foreach (var a in _alive) FindBest(a);
    }

    /// <summary>A join of two sets.</summary>
    /// <param name="Kept">Index of one, and from then on of both.</param>
    /// <param name="Gone">Index of the other.</param>
    /// <param name="Level">How much gets through between them.</param>
    /// <param name="Readings">All readings between them, both ways, sorted.</param>
    public readonly record struct Join(int Kept, int Gone, SeparationLevel Level, ushort[] Readings);

    /// <summary>Joins until no two sets are left that a reading connects.</summary>
    public IEnumerable<Join> Run()
    {
        var isSingle = new bool[_count];
        Array.Fill(isSingle, true);
        while (_alive.Count > 1)
        {
            var a = _alive.MaxBy(set => _best[set] < 0 ? double.NegativeInfinity : Level(set, _best[set]).Level);
            var b = _best[a];
            if (b < 0) yield break;
            if (isSingle[a] && isSingle[b] && IsContradicted(a, b))
            {
                Postpone(a, b);
                continue;
            }

            isSingle[a] = false;
            yield return new(a, b, Level(a, b), CensoredSample.Merge(Readings(a, b), Readings(b, a)));
            Unite(a, b);
        }
    }

    private ref ushort[] Readings(int source, int destination) => ref _readings[(source * _count) + destination];

    private SeparationLevel Level(int a, int b) => _levels[(a * _count) + b];

    private void SetLevel(int a, int b) =>
        _levels[(a * _count) + b] = _levels[(b * _count) + a] = SeparationLevel.Of(CensoredSample.Median(Readings(a, b)), CensoredSample.Median(Readings(b, a)));

    private void FindBest(int set)
    {
        var best = -1;
        var level = double.NegativeInfinity;
        foreach (var other in _alive)
        {
            if (other == set || Level(set, other).Level <= level) continue;
            best = other;
            level = Level(set, other).Level;
        }

        _best[set] = best;
    }

    // Two nodes know each other by one reading or two. If several of those that are closest to one of them are far from the other, and fewer are as close to both,
    // it is wrong: the two wait until others have joined them.
    private bool IsContradicted(int a, int b)
    {
        var circle = double.NegativeInfinity;
        foreach (var other in _alive)
        {
            if (other != a && other != b) circle = Math.Max(circle, Math.Max(Level(other, a).Level, Level(other, b).Level));
        }

        circle += Alike;
        var balance = 0;
        foreach (var witness in _alive)
        {
            SeparationLevel toA = Level(witness, a), toB = Level(witness, b);
            var (near, far) = toA.Level > toB.Level ? (toA, toB) : (toB, toA);
            if (witness == a || witness == b || near.Level < circle) continue;
            if (far.Level >= circle) balance--;
            else if (far.IsMet && far.Level < near.Level + Unlike) balance++;
        }

        return balance > 1;
    }

    private void Postpone(int a, int b)
    {
        _levels[(a * _count) + b] = _levels[(b * _count) + a] = new(double.NegativeInfinity, 0, 0);
        if (_best[a] == b) FindBest(a);
        if (_best[b] == a) FindBest(b);
    }

    private void Unite(int a, int b)
    {
        _alive.Remove(b);
        foreach (var other in _alive)
        {
            if (other == a) continue;
            Readings(a, other) = CensoredSample.Merge(Readings(a, other), Readings(b, other));
            Readings(other, a) = CensoredSample.Merge(Readings(other, a), Readings(other, b));
            Readings(b, other) = Readings(other, b) = [];
            SetLevel(a, other);
        }

        foreach (var other in _alive)
        {
            if (other == a || _best[other] == a || _best[other] == b) FindBest(other);
            else if (_best[other] < 0 ? Level(other, a).Level > double.NegativeInfinity : Level(other, a).Level > Level(other, _best[other]).Level) _best[other] = a;
        }
    }
}
