using Microsoft.Extensions.Logging;
using NetGraph.Collector.Links;

namespace NetGraph.Collector.Running;

/// <summary>What all meshes of a collector share.</summary>
/// <param name="Nodes">Who is there.</param>
/// <param name="Agents">Sends orders.</param>
/// <param name="Links">What agents know of their links.</param>
/// <param name="Budget">What tests may cost together.</param>
/// <param name="State">What is told of them.</param>
/// <param name="Clock">Time.</param>
/// <param name="Logs">Where they log.</param>
internal sealed record MeshServices(NodeWatch Nodes, AgentClient Agents, LinkTable Links, CycleBudget Budget, CollectorState State, TimeProvider Clock, ILoggerFactory Logs);
