using System.Collections.Concurrent;
using System.Net;
using NetGraph.Collector.Discovery;

namespace NetGraph.Collector.Running;

/// <summary>
/// Which agents answer: learnt from every order, whoever sent it, so that an agent that is back is known to be back by the next peer list. An agent that comes
/// back at another address is another one. May be used from several threads at once.
/// </summary>
internal sealed class AgentHealth
{
    /// <summary>Orders in a row without an answer after which an agent counts as away: one may be lost by chance.</summary>
    public const int MostSilences = 2;

    private readonly ConcurrentDictionary<Place, int> _silences = new();

    /// <summary>Whether the agent of a node gave no answer to its last orders.</summary>
    public bool IsAway(AgentNode agent) => _silences.GetValueOrDefault(Place.Of(agent)) >= MostSilences;

    /// <summary>The agent answered, whatever it said.</summary>
    public void NoteAnswer(AgentNode agent) => _silences.TryRemove(Place.Of(agent), out _);

    /// <summary>The agent could not be reached or did not answer in time.</summary>
    public void NoteSilence(AgentNode agent) => _silences.AddOrUpdate(Place.Of(agent), 1, (_, silences) => silences + 1);

    /// <summary>Forgets agents that left.</summary>
    /// <param name="before">The agents that there were; those of others are not touched.</param>
    /// <param name="now">The agents that there are.</param>
    public void Forget(IReadOnlyCollection<AgentNode> before, IReadOnlyCollection<AgentNode> now)
    {
        foreach (var place in before.Select(Place.Of).Except(now.Select(Place.Of))) _silences.TryRemove(place, out _);
    }

    private readonly record struct Place(string Node, IPAddress Address, int Port)
    {
        public static Place Of(AgentNode agent) => new(agent.Name, agent.ManagementAddress, agent.OrdersPort);
    }
}
