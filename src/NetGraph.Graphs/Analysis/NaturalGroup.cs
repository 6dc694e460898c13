using NetGraph.Measurements;

namespace NetGraph.Graphs.Analysis;

/// <summary>The grouping that a mesh is shown and analysed by when none is asked for.</summary>
public static class NaturalGroup
{
    /// <summary>Chooses zones, the usual groups; where all nodes are of one zone but not of one rack, racks tell more.</summary>
    /// <param name="mesh">The mesh.</param>
    public static GroupKey Of(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        return !HasSeveral(mesh, GroupKey.Zone) && HasSeveral(mesh, GroupKey.Rack) ? GroupKey.Rack : GroupKey.Zone;
    }

    private static bool HasSeveral(Mesh mesh, GroupKey group) => mesh.Nodes.Select(node => node.GroupBy(group)).Distinct().Skip(1).Any();
}
