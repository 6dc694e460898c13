using System.Collections.Immutable;

namespace NetGraph.Graphs.Suspects;

/// <summary>What links between two blocks usually carry, in base-2 logarithms.</summary>
internal sealed class BlockLevels
{
    // Below this many links of a sparsely sampled pair of blocks its own level is chance.
    private const int Enough = 4;

    private readonly int _count;
    private readonly float[] _working;
    private readonly float[] _all;

    private BlockLevels(int count)
    {
        _count = count;
        _working = new float[count * count];
        _all = new float[count * count];
    }

    /// <summary>Level of the links that work; NaN when nothing tells.</summary>
    public float Working(int source, int destination) => _working[(source * _count) + destination];

    /// <summary>Level of all links, failed ones included; NaN without any.</summary>
    public float All(int source, int destination) => _all[(source * _count) + destination];

    /// <summary>Estimates the levels.</summary>
    /// <param name="evidence">What was measured.</param>
    /// <param name="blocks">The blocks of the nodes.</param>
    /// <param name="isExplained">Links to leave out, or <see langword="null"/> for a first look, which takes the upper quartile: faults only ever lower a link.</param>
    public static BlockLevels Estimate(Evidence evidence, NodeBlocks blocks, bool[]? isExplained)
    {
        var members = blocks.Members;
        var levels = new BlockLevels(members.Length);
        var counts = new int[members.Length * members.Length];
        List<float> working = [], all = [], bounds = [];
        for (var a = 0; a < members.Length; a++)
        {
            for (var b = 0; b < members.Length; b++)
            {
                working.Clear();
                all.Clear();
                bounds.Clear();
                foreach (var source in members[a])
                {
                    foreach (var destination in members[b])
                    {
                        var cell = (source * evidence.Count) + destination;
                        if (evidence.AtLeast is { } atLeast && !float.IsNaN(atLeast[cell])) bounds.Add(atLeast[cell]);
                        var value = evidence.Value[cell];
                        if (float.IsNaN(value)) continue;
                        all.Add(value);
                        if (value != Evidence.Failed && isExplained?[cell] != true) working.Add(value);
                    }
                }

                var at = (a * members.Length) + b;
                levels._all[at] = Quantile(all, 0.75);
                levels._working[at] = working.Count > 0 ? Quantile(working, isExplained is null ? 0.75 : 0.5) : Quantile([.. all.Where(value => value != Evidence.Failed)], 0.75);
                counts[at] = working.Count;
                if (bounds.Count == 0) continue;
                working.AddRange(bounds);
                levels._working[at] = MathF.Max(Quantile(working, 0.75), float.IsNaN(levels._working[at]) ? 0 : levels._working[at]);
                counts[at] = working.Count;
            }
        }

        levels.FillSparse(blocks, counts);
        return levels;
    }

    /// <summary>The value below which a share of the values lies; sorts them.</summary>
    public static float Quantile(List<float> values, double share)
    {
        if (values.Count == 0) return float.NaN;
        values.Sort();
        return values[(int)Math.Ceiling(share * (values.Count - 1))];
    }

    /// <summary>Gives pairs of blocks with too few measurements the level of ways like theirs.</summary>
    private void FillSparse(NodeBlocks blocks, int[] counts)
    {
        var own = (float[])_working.Clone();
        var members = blocks.Members;
        var kinds = Enumerable.Range(0, own.Length).Where(at => float.IsFinite(own[at]))
            .ToLookup(at => KindOf(blocks, at / _count, at % _count))
            .ToDictionary(kind => kind.Key, kind => Quantile([.. kind.SelectMany(at => Enumerable.Repeat(own[at], Math.Min(counts[at], Enough)))], 0.5));
        var anywhere = Quantile([.. own.Where(float.IsFinite)], 0.5);
        for (var a = 0; a < _count; a++)
        {
            for (var b = 0; b < _count; b++)
            {
                int at = (a * _count) + b, back = (b * _count) + a;
                var isAlone = a != b && (members[a].Length == 1 || members[b].Length == 1);
                // A node that is a block of its own shows its fault only against the other direction.
                if (isAlone && own[back] > own[at]) _working[at] = own[back];
                var possible = members[a].Length * (members[b].Length - (a == b ? 1 : 0));
                if (counts[at] >= Enough || counts[at] * 3 >= possible && counts[at] > 0) continue;
                _working[at] =
                    counts[at] + counts[back] >= Enough && a != b ? Math.Max(float.IsNaN(own[at]) ? 0 : own[at], float.IsNaN(own[back]) ? 0 : own[back])
                    : kinds.GetValueOrDefault(KindOf(blocks, a, b), anywhere);
            }
        }
    }

    private static (int, int, bool) KindOf(NodeBlocks blocks, int a, int b)
    {
        int x = blocks.Surroundings[a], y = blocks.Surroundings[b];
        return (Math.Min(x, y), Math.Max(x, y), a == b);
    }
}
