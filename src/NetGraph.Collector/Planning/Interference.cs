using System.Collections.Immutable;

namespace NetGraph.Collector.Planning;

/// <summary>Finds the tests of a slot that share a group's boundary, or an endpoint's other direction, with another test of it.</summary>
internal sealed class Interference(Fabric fabric)
{
    private readonly int[] _crossings = new int[fabric.GroupCount];
    private readonly bool[] _sends = new bool[fabric.NodeCount];
    private readonly bool[] _receives = new bool[fabric.NodeCount];

    public Slot Mark(IReadOnlyList<NodePair> tests)
    {
        foreach (var test in tests) Count(test, 1);
        var marked = ImmutableArray.CreateBuilder<PlannedTest>(tests.Count);
        foreach (var test in tests)
        {
            var (a, b) = fabric.Boundaries(test.First, test.Second);
            var isShared = _receives[test.First] || _sends[test.Second] || (a >= 0 && _crossings[a] > 1) || (b >= 0 && _crossings[b] > 1);
            marked.Add(new PlannedTest(test.First, test.Second, isShared));
        }

        foreach (var test in tests) Count(test, -1);
        return new Slot(marked.MoveToImmutable());
    }

    private void Count(NodePair test, int by)
    {
        _sends[test.First] = _receives[test.Second] = by > 0;
        var (a, b) = fabric.Boundaries(test.First, test.Second);
        if (a >= 0) _crossings[a] += by;
        if (b >= 0) _crossings[b] += by;
    }
}
