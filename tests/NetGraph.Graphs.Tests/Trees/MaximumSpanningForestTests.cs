using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Trees;

namespace NetGraph.Graphs.Tests.Trees;

public sealed class MaximumSpanningForestTests
{
    [Fact]
    public void Keeps_every_widest_path_width_of_a_symmetric_graph() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed, isSymmetric: true);
        var forest = MaximumSpanningForest.Find(graph);
        var before = RandomGraph.Widths(graph);
        var after = RandomGraph.Widths(graph.VertexCount, forest.SelectMany(edge => new[] { edge, new Edge(edge.Destination, edge.Source, edge.Weight) }));
        for (var a = 0; a < graph.VertexCount; a++)
        {
            for (var b = 0; b < graph.VertexCount; b++)
            {
                if (a != b && before[a, b] != after[a, b]) return false;
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Closes_no_circle_and_is_ordered_from_the_heaviest_on() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var forest = MaximumSpanningForest.Find(graph);
        var component = Enumerable.Range(0, graph.VertexCount).ToArray();
        foreach (var edge in forest)
        {
            int a = component[edge.Source], b = component[edge.Destination];
            if (a == b || edge.Source >= edge.Destination) return false;
            for (var v = 0; v < component.Length; v++)
            {
                if (component[v] == a) component[v] = b;
            }
        }

        var joinsAll = graph.Edges.ToArray().All(edge => component[edge.Source] == component[edge.Destination]);
        return joinsAll && forest.Zip(forest.Skip(1)).All(edges => edges.First.Weight >= edges.Second.Weight);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_the_one_forest_that_Kruskals_rule_gives_ties_and_all() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var weights = new Dictionary<(int, int), double>();
        foreach (var edge in graph.Edges.ToArray().Where(edge => edge.Source != edge.Destination))
        {
            var pair = (Math.Min(edge.Source, edge.Destination), Math.Max(edge.Source, edge.Destination));
            weights[pair] = weights.TryGetValue(pair, out var other) ? Math.Min(other, edge.Weight) : edge.Weight;
        }

        var component = Enumerable.Range(0, graph.VertexCount).ToArray();
        var expected = new List<Edge>();
        foreach (var ((a, b), weight) in weights.OrderByDescending(item => item.Value).ThenBy(item => item.Key))
        {
            int from = component[a], to = component[b];
            if (from == to) continue;
            expected.Add(new Edge(a, b, weight));
            for (var v = 0; v < component.Length; v++) component[v] = component[v] == from ? to : component[v];
        }

        return MaximumSpanningForest.Find(graph).SequenceEqual(expected);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Takes_the_lighter_direction_of_a_pair()
    {
        var builder = new WeightedGraphBuilder(3);
        builder.AddEdge(0, 1, 9);
        builder.AddEdge(1, 0, 1);
        builder.AddEdge(2, 1, 5);

        Assert.Equal([new Edge(1, 2, 5), new Edge(0, 1, 1)], MaximumSpanningForest.Find(builder.Build()));
    }
}
