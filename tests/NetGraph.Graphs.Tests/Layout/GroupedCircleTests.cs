using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Layout;

namespace NetGraph.Graphs.Tests.Layout;

public sealed class GroupedCircleTests
{
    private static Arbitrary<string[]> Groups { get; } = Gen.Elements("", "a", "b", "c", "long name").ArrayOf().ToArbitrary();

    [Fact]
    public void Same_groups_get_the_same_places() => Prop.ForAll(Groups, groups =>
    {
        CircleLayout one = GroupedCircle.Place(groups), other = GroupedCircle.Place([.. groups]);
        return one.Angles.SequenceEqual(other.Angles) && one.Groups.SequenceEqual(other.Groups);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_vertex_lies_in_the_arc_of_its_group_and_no_other() => Prop.ForAll(Groups, groups =>
    {
        var layout = GroupedCircle.Place(groups);
        return groups.Select((group, vertex) => (group, Angle: layout.Angles[vertex])).All(vertex =>
            layout.Groups.All(arc => (arc.Begin <= vertex.Angle && vertex.Angle <= arc.End) == (arc.Name == vertex.group)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_two_vertices_are_at_one_place_and_no_two_arcs_overlap() => Prop.ForAll(Groups, groups =>
    {
        var layout = GroupedCircle.Place(groups);
        var sorted = layout.Angles.Order().ToList();
        var isApart = sorted.Count < 2 || (sorted.Zip(sorted.Skip(1)).All(pair => pair.Second - pair.First > 1e-6) && sorted[0] + (2 * Math.PI) - sorted[^1] > 1e-6);
        var arcs = layout.Groups.OrderBy(arc => arc.Begin).ToList();
        return isApart && arcs.Zip(arcs.Skip(1)).All(pair => pair.First.End < pair.Second.Begin)
            && (arcs.Count == 0 || arcs[^1].End <= arcs[0].Begin + (2 * Math.PI) + 1e-9);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Groups_stand_in_order_of_their_names() =>
        Assert.Equal(["", "a", "b"], GroupedCircle.Place(["b", "", "a", "b"]).Groups.Select(arc => arc.Name));
}
