using FsCheck;
using FsCheck.Fluent;

namespace NetGraph.Graphs.Tests;

public sealed class WeightedGraphTests
{
    [Fact]
    public void Sorts_edges_given_in_any_order()
    {
        var builder = new WeightedGraphBuilder(3);
        builder.AddEdge(2, 0, 1);
        builder.AddEdge(0, 2, 2);
        builder.AddEdge(0, 1, 3);
        var graph = builder.Build();

        Assert.Equal([new Edge(0, 1, 3), new Edge(0, 2, 2), new Edge(2, 0, 1)], graph.Edges.ToArray());
        Assert.Equal([new Edge(0, 1, 3), new Edge(0, 2, 2)], graph.EdgesFrom(0).ToArray());
        Assert.Empty(graph.EdgesFrom(1).ToArray());
    }

    [Fact]
    public void Finds_every_edge_and_no_other() => Prop.ForAll(RandomGraph.Seeds, seed =>
    {
        var graph = RandomGraph.Of(seed);
        var known = graph.Edges.ToArray().ToDictionary(edge => (edge.Source, edge.Destination));
        return Enumerable.Range(0, graph.VertexCount).All(a => Enumerable.Range(0, graph.VertexCount).All(b =>
            graph.FindEdge(a, b) == (known.TryGetValue((a, b), out var edge) ? edge : null)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_empty_without_vertices()
    {
        var graph = new WeightedGraphBuilder(0).Build();

        Assert.Equal(0, graph.VertexCount);
        Assert.Empty(graph.Edges.ToArray());
    }

    [Fact]
    public void Refuses_two_edges_between_the_same_vertices()
    {
        var builder = new WeightedGraphBuilder(2);
        builder.AddEdge(0, 1, 1);
        builder.AddEdge(0, 1, 2);

        Assert.Equal("Two edges lead from vertex 0 to vertex 1.", Assert.Throws<ArgumentException>(builder.Build).Message);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Refuses_a_weight_that_is_not_finite(double weight) =>
        Assert.Equal("weight", Assert.Throws<ArgumentException>(() => new WeightedGraphBuilder(2).AddEdge(0, 1, weight)).ParamName);

    [Theory]
    [InlineData(-1, 0, "source")]
    [InlineData(2, 0, "source")]
    [InlineData(0, -1, "destination")]
    [InlineData(0, 2, "destination")]
    public void Refuses_an_end_that_is_no_vertex(int source, int destination, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => new WeightedGraphBuilder(2).AddEdge(source, destination, 1)).ParamName);

    [Fact]
    public void Has_no_edges_from_a_vertex_that_does_not_exist() =>
        Assert.Throws<IndexOutOfRangeException>(() => new WeightedGraphBuilder(1).Build().EdgesFrom(1).Length);
}
