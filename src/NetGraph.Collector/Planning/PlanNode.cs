namespace NetGraph.Collector.Planning;

/// <summary>A node as the planner sees it.</summary>
/// <param name="Name">Name, unique in the mesh.</param>
/// <param name="Group">Group whose boundary is capped, such as a rack; empty for a node that shares no uplink.</param>
/// <param name="Zone">Zone, for <see cref="PairSelection.Zones"/>; nodes without one are together in the zone of the empty name.</param>
/// <param name="IsSource">Whether an agent runs there, which can be a test's client. Tests out of a node without one are run by the other end (iperf3 <c>-R</c>).</param>
/// <param name="IsTarget">Whether a server can answer there.</param>
/// <param name="Sends">Whether tests out of the node are wanted.</param>
/// <param name="Receives">Whether tests into the node are wanted.</param>
public sealed record PlanNode(string Name, string Group = "", string Zone = "", bool IsSource = true, bool IsTarget = true, bool Sends = true, bool Receives = true)
{
    /// <summary>Whether the test from here to the other can be, and is wanted.</summary>
    internal bool Tests(PlanNode other) => Sends && other.Receives && CanTest(other);

    /// <summary>Whether the two can be tested: one must have an agent, and the other must answer. Data can then flow either way.</summary>
    internal bool CanTest(PlanNode other) => (IsSource && other.IsTarget) || (other.IsSource && IsTarget);
}
