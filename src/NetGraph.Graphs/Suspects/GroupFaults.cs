using System.Collections.Immutable;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>Explains slow ways between groups by their uplinks.</summary>
/// <remarks>
/// Works on the levels between groups, which no single node's fault moves. What a way should carry is what its other direction carries, for distance and cabling slow both alike;
/// where the ways of a mesh are alike (racks under one spine), it is what most of them carry.
/// </remarks>
internal sealed class GroupFaults
{
    // log2 of 1.4: ways between groups that differ by less are alike.
    private const float Alike = 0.5f;

    private readonly Mesh _mesh;
    private readonly Evidence _evidence;
    private readonly ImmutableArray<(string Name, int[] Nodes, string Parent)> _groups;
    private readonly float[,] _level;
    private readonly float[,] _expected;
    private readonly bool[,] _isExplained;

    private GroupFaults(Mesh mesh, Evidence evidence, ImmutableArray<(string, int[], string)> groups)
    {
        (_mesh, _evidence, _groups) = (mesh, evidence, groups);
        _level = new float[groups.Length, groups.Length];
        _expected = new float[groups.Length, groups.Length];
        _isExplained = new bool[groups.Length, groups.Length];
    }

    /// <summary>Finds the faulty uplinks.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="evidence">What was measured.</param>
    /// <param name="blocks">The blocks of the nodes.</param>
    /// <param name="levels">Levels between blocks.</param>
    /// <param name="declared">What uplinks should carry.</param>
    /// <param name="key">What groups share an uplink.</param>
    /// <param name="lower">Is told what is left between the nodes of two groups, so that it is not explained again by nodes.</param>
    public static List<Finding> Explain(Mesh mesh, Evidence evidence, NodeBlocks blocks, BlockLevels levels, DeclaredCapacities declared, GroupKey key, Action<int[], int[], float> lower)
    {
        if (key == GroupKey.None) return [];
        var groups = Enumerable.Range(0, mesh.Nodes.Length)
            .GroupBy(i => mesh.Nodes[i].GroupBy(key))
            .Where(group => group.Key.Length > 0)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.ToArray(), ParentOf(mesh, group, key)))
            .ToImmutableArray();
        var isMixed = blocks.Members.Any(block => block.Any(node => mesh.Nodes[node].GroupBy(key) != mesh.Nodes[block[0]].GroupBy(key)));
        if (groups.Length < 2 || isMixed) return [];

        var faults = new GroupFaults(mesh, evidence, groups);
        faults.FillLevels(blocks, levels);
        faults.FillExpected(key, declared, blocks, levels);
        return faults.Search(lower);
    }

    private static string ParentOf(Mesh mesh, IEnumerable<int> nodes, GroupKey key)
    {
        var parents = nodes.Select(i => key == GroupKey.Rack ? mesh.Nodes[i].Zone : key == GroupKey.Zone ? mesh.Nodes[i].Region : null).Distinct().ToList();
        return parents.Count == 1 ? parents[0] ?? "" : "";
    }

    private int[][] BlocksOfGroups(NodeBlocks blocks) =>
        [.. _groups.Select(group => group.Nodes.Select(node => blocks.Of[node]).Where(block => block >= 0).Distinct().ToArray())];

    private void FillLevels(NodeBlocks blocks, BlockLevels levels)
    {
        var of = BlocksOfGroups(blocks);
        for (var g = 0; g < of.Length; g++)
        {
            for (var h = 0; h < of.Length; h++)
                _level[g, h] = g == h ? float.NaN : BlockLevels.Quantile([.. of[g].SelectMany(a => of[h].Select(b => levels.All(a, b))).Where(float.IsFinite)], 0.5);
        }
    }

    private void FillExpected(GroupKey key, DeclaredCapacities declared, NodeBlocks blocks, BlockLevels levels)
    {
        var of = BlocksOfGroups(blocks);
        var inside = of.Select(own => BlockLevels.Quantile([.. own.Select(a => levels.Working(a, a)).Where(float.IsFinite)], 1)).ToArray();
        var common = CommonLevels(key);
        var anywhere = BlockLevels.Quantile([.. from g in Enumerable.Range(0, of.Length) from h in Enumerable.Range(0, of.Length) let way = Better(g, h) where float.IsFinite(way) select way], 0.5);
        for (var g = 0; g < of.Length; g++)
        {
            for (var h = 0; h < of.Length; h++)
            {
                if (g == h) continue;
                var usual = Better(g, h);
                // Where both directions failed, any way tells as well.
                if (float.IsNaN(usual) && _level[g, h] == Evidence.Failed) usual = anywhere;
                if (common.TryGetValue(ContextOf(g, h), out var level) && !(usual >= level - Alike)) usual = level;
                var (uplinks, most) = declared.Crossing(_groups[g].Nodes, _groups[h].Nodes);
                if (float.IsFinite(uplinks)) usual = MinKnown(uplinks, MinKnown(inside[g], inside[h]));
                _expected[g, h] = float.IsNaN(usual) ? usual : Math.Min(usual, most);
            }
        }
    }

    private static float MinKnown(float a, float b) => float.IsNaN(a) ? b : float.IsNaN(b) ? a : Math.Min(a, b);

    /// <summary>The better direction between two groups; NaN when none works.</summary>
    private float Better(int g, int h)
    {
        float there = _level[g, h], back = _level[h, g];
        var better = float.IsNaN(there) ? back : float.IsNaN(back) ? there : Math.Max(there, back);
        return better > Evidence.Failed ? better : float.NaN;
    }

    /// <summary>Levels of kinds of ways of which most are alike.</summary>
    private Dictionary<(string, string), float> CommonLevels(GroupKey key)
    {
        var common = new Dictionary<(string, string), float>();
        var pairs = from g in Enumerable.Range(0, _groups.Length) from h in Enumerable.Range(g + 1, _groups.Length - g - 1) select (g, h);
        foreach (var context in pairs.GroupBy(pair => ContextOf(pair.g, pair.h)))
        {
            var ways = context.Select(pair => Better(pair.g, pair.h)).Where(float.IsFinite).ToList();
            var level = BlockLevels.Quantile(ways, 0.75);
            // Zones lie at distances from each other, racks of a zone do not: one far zone is geography.
            if (ways.Count >= 3 && ways.Count(way => Math.Abs(way - level) <= Alike) >= ways.Count * (key == GroupKey.Rack ? 0.5 : 0.7)) common[context.Key] = level;
        }

        return common;
    }

    /// <summary>Ways of a kind: within any parent, or between two certain parents.</summary>
    private (string, string) ContextOf(int g, int h)
    {
        string a = _groups[g].Parent, b = _groups[h].Parent;
        return a == b ? ("", "") : string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
    }

    private List<Finding> Search(Action<int[], int[], float> lower)
    {
        var findings = new List<Finding>();
        var isFound = new bool[2 * _groups.Length];
        while (true)
        {
            var best = -1;
            CapacityFit? bestFit = null;
            for (var cause = 0; cause < isFound.Length; cause++)
            {
                if (isFound[cause] || Fit(cause) is not { } fit || fit.Gain <= (bestFit?.Gain ?? 0)) continue;
                (best, bestFit) = (cause, fit);
            }

            if (bestFit is not { } found) return findings;
            isFound[best] = true;
            if (Accept(best, found, lower) is { Values.Count: > 0 } finding) findings.Add(finding);
        }
    }

    private (int Source, int Destination) Ends(int cause, int other) => cause < _groups.Length ? (cause, other) : (other, cause - _groups.Length);

    private CapacityFit? Fit(int cause)
    {
        float[] values = new float[_groups.Length], expected = new float[_groups.Length];
        for (var other = 0; other < values.Length; other++)
        {
            var (g, h) = Ends(cause, other);
            (values[other], expected[other]) = g == h || _isExplained[g, h] ? (float.NaN, float.NaN) : (_level[g, h], _expected[g, h]);
        }

        return CapacityFit.Find(values, expected, [], minimum: 1);
    }

    private Finding Accept(int cause, CapacityFit fit, Action<int[], int[], float> lower)
    {
        var explained = Enumerable.Range(0, _groups.Length).Where(other => Ends(cause, other) is var (g, h) && g != h && fit.Explains(_level[g, h], _expected[g, h])).ToList();
        var causes = Causes(cause).ToList();
        // One way alone may be slow at its either end.
        if (explained.Count == 1 && Opposite(cause, explained[0]) is var opposite && Fit(opposite) is { Pairs: 1 }) causes.AddRange(Causes(opposite));
        var finding = new Finding(causes[0], [], []) { Contradictions = fit.Contradictions, AmbiguousWith = causes[1..] };
        foreach (var other in explained)
        {
            var (g, h) = Ends(cause, other);
            Collect(g, h, fit.Apply(_expected[g, h]), finding);
            // What one uplink explains says nothing against another.
            _isExplained[g, h] = true;
            lower(_groups[g].Nodes, _groups[h].Nodes, _level[g, h]);
        }

        for (var other = 0; other < _groups.Length; other++)
        {
            var (g, h) = Ends(cause, other);
            _expected[g, h] = fit.Apply(_expected[g, h]);
        }

        return finding;
    }

    private int Opposite(int cause, int other) => cause < _groups.Length ? other + _groups.Length : other;

    private IEnumerable<SuspectCause> Causes(int cause)
    {
        var isEgress = cause < _groups.Length;
        var (name, nodes, _) = _groups[cause % _groups.Length];
        yield return new SuspectCause(isEgress ? SuspectKind.GroupEgress : SuspectKind.GroupIngress, Group: name);
        if (nodes.Length == 1) yield return new SuspectCause(isEgress ? SuspectKind.NodeEgress : SuspectKind.NodeIngress, Node: _mesh.Nodes[nodes[0]].Name);
    }

    private void Collect(int g, int h, float left, Finding finding)
    {
        foreach (var source in _groups[g].Nodes)
        {
            foreach (var destination in _groups[h].Nodes)
            {
                var value = _evidence.Value[(source * _evidence.Count) + destination];
                if (!(value <= left + Alike)) continue;
                finding.Values.Add(value);
                finding.Expected.Add(_expected[g, h]);
            }
        }
    }
}
