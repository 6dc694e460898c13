using System.Collections.Immutable;

namespace NetGraph.Collector.Planning;

/// <summary>Plans a mesh in which some nodes are targets only: agents meet all nodes, targets meet agents.</summary>
public static class TargetPlanner
{
    /// <summary>Plans one test each way between every two nodes of which at least one has an agent.</summary>
    /// <remarks>
    /// The agents' mesh comes first, then the rounds with the targets: in the k-th, agent i meets target i + k (the edge colouring of a complete
    /// bipartite graph, Konig 1916), split where the limits do not allow that much at once. Without limits that is one round more than
    /// the bound at most. Deterministic; O(agents x targets) time.
    /// </remarks>
    /// <param name="groups">The group of each node whose boundary is capped; the empty string for a node that shares no uplink.</param>
    /// <param name="isTarget">Whether each node is a target only.</param>
    /// <param name="limits">What may go on at once.</param>
    public static MeshPlan PlanFullMesh(IReadOnlyList<string> groups, IReadOnlyList<bool> isTarget, PlanLimits limits)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(isTarget);
        ArgumentNullException.ThrowIfNull(limits);
        int[] agents = [.. Enumerable.Range(0, groups.Count).Where(node => !isTarget[node])];
        int[] targets = [.. Enumerable.Range(0, groups.Count).Where(node => isTarget[node])];
        if (targets.Length == 0) return MeshPlanner.PlanFullMesh(groups, limits);

        var mesh = MeshPlanner.PlanFullMesh([.. agents.Select(agent => groups[agent])], limits);
        var among = mesh.Rounds.Select(round => new Round([.. round.Pairs.Select(pair => new NodePair(agents[pair.First], agents[pair.Second]))]));
        Round[] rounds = [.. among, .. WithTargets(agents, targets).SelectMany(pairs => Split(pairs, groups, limits))];
        var busiest = agents.Length == 0 ? 0 : Math.Max(agents.Length - 1 + targets.Length, agents.Length);
        var pairCount = rounds.Sum(round => round.Pairs.Length);
        var atOnce = Math.Min(Math.Min(agents.Length, groups.Count / 2), limits.MaxConcurrent ?? int.MaxValue);
        var overall = atOnce == 0 ? 0 : (pairCount + atOnce - 1) / atOnce;
        return new MeshPlan([.. rounds], Math.Max(mesh.LowerBoundSlots, 2 * Math.Max(busiest, overall)));
    }

    private static IEnumerable<IEnumerable<NodePair>> WithTargets(int[] agents, int[] targets)
    {
        if (agents.Length == 0) yield break;
        var wide = Math.Max(agents.Length, targets.Length);
        for (var shift = 0; shift < wide; shift++)
        {
            var by = shift;
            yield return agents.Select((agent, i) => (agent, Target: (i + by) % wide)).Where(pair => pair.Target < targets.Length).Select(pair => new NodePair(pair.agent, targets[pair.Target]));
        }
    }

    private static IEnumerable<Round> Split(IEnumerable<NodePair> pairs, IReadOnlyList<string> groups, PlanLimits limits)
    {
        List<NodePair> left = [.. pairs];
        while (left.Count > 0)
        {
            var crossings = new Dictionary<string, int>(StringComparer.Ordinal);
            var chosen = ImmutableArray.CreateBuilder<NodePair>();
            left.RemoveAll(pair =>
            {
                string[] crossed = groups[pair.First] == groups[pair.Second] ? [] : [.. new[] { groups[pair.First], groups[pair.Second] }.Where(group => group.Length > 0)];
                if (chosen.Count == limits.MaxConcurrent || crossed.Any(group => crossings.GetValueOrDefault(group) == limits.CrossingsPerGroup)) return false;
                foreach (var group in crossed) crossings[group] = crossings.GetValueOrDefault(group) + 1;
                chosen.Add(pair);
                return true;
            });
            yield return new Round(chosen.ToImmutable());
        }
    }
}
