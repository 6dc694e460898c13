using System.Globalization;
using System.Text;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Suspects;

public sealed class SuspectAccuracyTests
{
    [Fact]
    public void Debug_run()
    {
        var only = Environment.GetEnvironmentVariable("ONLY");
        var text = new StringBuilder();
        foreach (var count in new[] { 8, 32, 200 })
        foreach (var shape in Enum.GetValues<MeshShape>())
        foreach (var labels in new[] { true, false })
        foreach (var key in new[] { GroupKey.Rack, GroupKey.Zone })
        foreach (var factor in new[] { false, true })
        foreach (var peers in new int?[] { null, 16 })
        foreach (var (variant, change) in new (string, Func<MeshRecipe, MeshRecipe>)[]
        {
            ("plain", r => r), ("diff20", r => r with { Difference = 0.2 }), ("nozone", r => r with { Missing = GroupKey.Zone }), ("norack", r => r with { Missing = GroupKey.Rack }),
            ("racks2", r => r with { RackSize = 2 }), ("racks3", r => r with { RackSize = 3 }), ("two", r => r with { Divisor = 2 }), ("dead", r => r with { Divisor = double.PositiveInfinity }), ("many", r => r with { Most = (r.Count == 200 ? 20 : r.Count / 8 + 2, 3, 20) }),
        })
        {
            if ((variant == "nozone" && (shape != MeshShape.Zones || !labels || key == GroupKey.Zone)) || (variant == "norack" && (!labels || key == GroupKey.Rack))) continue;
            if (peers is not null && variant != "plain") continue;
            if (Environment.GetEnvironmentVariable("VARIANT") is { } v && v != variant) continue;
            if (key == GroupKey.Zone && (shape != MeshShape.Zones || !labels)) continue;
            if (peers is not null && count < 200) continue;
            var most = count switch { 8 => (2, 1, 1), 32 => (2, 2, 3), _ => (10, 2, 10) };
            foreach (var healthy in new[] { true, false })
            {
                int shown = 0, found = 0, said = 0, right = 0, meshes = count == 200 ? 6 : 60;
                var name = $"{count} {shape} labels={labels} {key} {variant} factor={factor} peers={peers} healthy={healthy}";
                if (only is not null && !name.Contains(only, StringComparison.Ordinal)) continue;
                for (var seed = 0; seed < meshes; seed++)
                {
                    var planted = PlantedMesh.Of(change(new MeshRecipe(count, shape, labels) { Key = key, IsFactor = factor, Peers = peers, Most = most }) is var recipe && healthy ? recipe with { Most = default } : recipe, seed + 1000);
                    var suspects = SuspectSearch.Find(planted.Mesh, planted.Options).Where(s => s.Confidence >= 0.5).ToList();
                    var countable = planted.Faults.Where(f => f.Shown.Count > 0).ToList();
                    var causes = suspects.SelectMany(s => s.AmbiguousWith.Prepend(s.Cause)).ToHashSet();
                    var missed = countable.Where(f => !f.Shown.Any(causes.Contains)).ToList();
                    var all = planted.Faults.SelectMany(f => f.Shown.Append(f.Cause)).ToHashSet();
                    var wrong = suspects.Where(s => !all.Contains(s.Cause) && !s.AmbiguousWith.Any(all.Contains)).ToList();
                    shown += countable.Count; found += countable.Count - missed.Count; said += suspects.Count; right += suspects.Count - wrong.Count;
                    if (only is not null && (missed.Count > 0 || wrong.Count > 0))
                    {
                        text.AppendLine(CultureInfo.InvariantCulture, $"--- seed {seed}");
                        foreach (var f in planted.Faults) text.AppendLine(CultureInfo.InvariantCulture, $"   planted {(f.Shown.Count > 0 ? "" : "hidden ")}{f.Cause} / {f.Divisor:0.0}");
                        foreach (var f in missed) text.AppendLine(CultureInfo.InvariantCulture, $"   MISSED {f.Cause} / {f.Divisor:0.0}");
                        foreach (var s in suspects.Take(20)) text.AppendLine(CultureInfo.InvariantCulture, $"   said {s.Cause} {s.ObservedBitsPerSecond:0.0e0} {s.ExpectedBitsPerSecond:0.0e0} {s.Pairs} {s.Confidence} {string.Join(';', s.AmbiguousWith)}");
                        if (count == 8) foreach (var l in planted.Mesh.Links.GroupBy(l => l.Source)) text.AppendLine(string.Join("  ", Enumerable.Range(0, 8).Select(d => l.FirstOrDefault(x => x.Destination == d) is var x && x.State == LinkState.Unknown ? "-" : x.State == LinkState.Down ? "x" : $"{x.ThroughputBitsPerSecond / 1e6:0}{x.Quality.ToString()[0]}")));
                        foreach (var s in wrong.Take(12)) text.AppendLine(CultureInfo.InvariantCulture, $"   WRONG {s.Cause} {s.ObservedBitsPerSecond:0.0e0} {s.ExpectedBitsPerSecond:0.0e0} {s.Pairs} {s.Confidence}");
                    }
                }
                text.AppendLine(CultureInfo.InvariantCulture, $"{name,-70} shown {shown} recall {(double)found / Math.Max(1, shown):0.000} said {said} precision {(double)right / Math.Max(1, said):0.000}");
            }
        }
        File.WriteAllText("/tmp/w/suspects-debug.txt", text.ToString());
    }
}
