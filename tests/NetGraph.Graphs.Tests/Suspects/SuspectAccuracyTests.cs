using System.Globalization;
using System.Text;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Graphs.Tests.Suspects;

/// <summary>Precision and recall over made-up meshes: the figures of docs/suspects.md.</summary>
public sealed class SuspectAccuracyTests
{
    private const double Aim = 0.98;

    // Seeds that the search was not made with.
    private const int FirstSeed = 60000;

    [Fact]
    public void Finds_planted_faults_and_hardly_anything_else()
    {
        var text = new StringBuilder("suspects: recall and precision for planted faults of a factor of two and more, said with a confidence of 0.5 at least\n");
        var byKind = new SortedDictionary<SuspectKind, Tally>();
        var misses = new List<string>();
        foreach (var count in (int[])[8, 32, 200])
        {
            var all = new Tally();
            foreach (var hasLabels in (bool[])[true, false])
            {
                var tally = new Tally();
                foreach (var recipe in Recipes(count, hasLabels))
                {
                    for (var seed = 0; seed < MeshesOf(count); seed++) Judge(PlantedMesh.Of(recipe, FirstSeed + seed), [tally, all], byKind);
                }

                text.AppendLine(CultureInfo.InvariantCulture, $"  {count} nodes, {(hasLabels ? "with" : "without")} labels: {tally}");
            }

            if (all.Recall < Aim || all.Precision < Aim) misses.Add($"{count} nodes: {all}");
        }

        foreach (var (kind, tally) in byKind)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {SuspectCause.NameOf(kind)}: {tally}");
            if (tally.Recall < Aim || tally.Precision < Aim) misses.Add($"{kind}: {tally}");
        }

        Repository.Report("suspects", text.ToString().TrimEnd());
        Assert.Empty(misses);
    }

    [Fact]
    public void Finds_most_faults_of_a_sampled_mesh()
    {
        var tally = new Tally();
        foreach (var hasLabels in (bool[])[true, false])
        {
            foreach (var recipe in Recipes(200, hasLabels))
            {
                for (var seed = 0; seed < 4; seed++) Judge(PlantedMesh.Of(recipe with { Peers = 16 }, FirstSeed + seed), [tally], []);
            }
        }

        Repository.Report("suspects-sampled", string.Create(CultureInfo.InvariantCulture, $"suspects: 200 nodes, each measured with 16 peers: {tally}"));
        Assert.True(tally.Recall >= 0.95 && tally.Precision >= 0.9, tally.ToString());
    }

    [Theory]
    [InlineData(8, 60)]
    [InlineData(32, 30)]
    [InlineData(200, 2)]
    public void Says_nothing_of_a_healthy_mesh(int count, int seeds)
    {
        foreach (var recipe in Recipes(count, true).Concat(Recipes(count, false)).Where(recipe => !recipe.IsFactor))
        {
            foreach (var variant in (MeshRecipe[])[recipe, recipe with { Difference = 0.2 }, recipe with { Missing = GroupKey.Zone }, recipe with { Peers = count > 100 ? 16 : null }])
            {
                for (var seed = 0; seed < seeds; seed++)
                {
                    var planted = PlantedMesh.Of(variant with { Most = default }, FirstSeed + seed);
                    Assert.DoesNotContain(SuspectSearch.Find(planted.Mesh, planted.Options), suspect => suspect.Confidence >= 0.5);
                }
            }
        }
    }

    private static int MeshesOf(int count) => count switch { 8 => 100, 32 => 40, _ => 6 };

    private static IEnumerable<MeshRecipe> Recipes(int count, bool hasLabels) =>
        from shape in Enum.GetValues<MeshShape>()
        from key in shape == MeshShape.Zones && hasLabels ? (GroupKey[])[GroupKey.Rack, GroupKey.Zone] : [GroupKey.Rack]
        from isFactor in (bool[])[false, true]
        select new MeshRecipe(count, shape, hasLabels) { Key = key, IsFactor = isFactor, Most = count switch { 8 => (2, 1, 1), 32 => (2, 2, 3), _ => (10, 2, 10) } };

    private static void Judge(PlantedMesh planted, Tally[] tallies, SortedDictionary<SuspectKind, Tally> byKind)
    {
        var suspects = SuspectSearch.Find(planted.Mesh, planted.Options).Where(suspect => suspect.Confidence >= 0.5).ToList();
        var said = suspects.SelectMany(Causes).ToHashSet();
        var real = planted.Faults.SelectMany(fault => fault.Shown.Append(fault.Cause)).ToHashSet();
        foreach (var fault in planted.Faults.Where(fault => fault.Shown.Count > 0))
        {
            foreach (var tally in tallies.Append(Of(byKind, fault.Cause.Kind))) tally.Plant(fault.Shown.Any(said.Contains));
        }

        foreach (var suspect in suspects)
        {
            // A one-way link is a link that was planted dead.
            var kind = suspect.Cause.Kind == SuspectKind.OneWay ? SuspectKind.Link : suspect.Cause.Kind;
            foreach (var tally in tallies.Append(Of(byKind, kind))) tally.Say(Causes(suspect).Any(real.Contains));
        }
    }

    private static IEnumerable<SuspectCause> Causes(Suspect suspect) => suspect.AmbiguousWith.Prepend(suspect.Cause);

    private static Tally Of(SortedDictionary<SuspectKind, Tally> byKind, SuspectKind kind)
    {
        if (!byKind.TryGetValue(kind, out var tally)) byKind.Add(kind, tally = new Tally());
        return tally;
    }

    private sealed class Tally
    {
        private int _planted;
        private int _found;
        private int _said;
        private int _right;

        public double Recall => _planted == 0 ? 1 : (double)_found / _planted;

        public double Precision => _said == 0 ? 1 : (double)_right / _said;

        public void Plant(bool isFound) => (_planted, _found) = (_planted + 1, _found + (isFound ? 1 : 0));

        public void Say(bool isRight) => (_said, _right) = (_said + 1, _right + (isRight ? 1 : 0));

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{_found} of {_planted} faults found (recall {Recall:0.000}), {_right} of {_said} suspects right (precision {Precision:0.000})");
    }
}
