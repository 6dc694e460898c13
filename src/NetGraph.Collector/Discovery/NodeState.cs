using NetGraph.Kubernetes.Resources;

namespace NetGraph.Collector.Discovery;

/// <summary>Why a node of a cluster takes no part in the mesh.</summary>
internal static class NodeState
{
    public const string NoAgent = "no_agent";
    public const string AgentNotReady = "agent_not_ready";
    private const string NotReady = "not_ready";
    private const string Cordoned = "cordoned";
    private const string Terminating = "terminating";
    private const string JustJoined = "just_joined";

    /// <summary>All reasons.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [NotReady, Cordoned, Terminating, JustJoined, AgentNotReady, NoAgent];

    /// <summary>Finds why a node itself takes no part.</summary>
    /// <param name="node">The node.</param>
    /// <param name="grace">How long it must have been ready.</param>
    /// <param name="now">The time.</param>
    /// <returns>The reason; <see langword="null"/> when there is none.</returns>
    public static string? FindReason(Node node, TimeSpan grace, DateTimeOffset now) => node switch
    {
        { Metadata.DeletionTimestamp: not null } => Terminating,
        { Spec.Unschedulable: true } => Cordoned,
        { Ready: not { IsTrue: true } } => NotReady,
        { Ready.LastTransitionTime: { } since } when now - since < grace => JustJoined,
        _ => null,
    };
}
