using System.Collections.Concurrent;

namespace NetGraph.Collector.Running;

/// <summary>Which agents answer: learnt from every order, whoever sent it, so that an agent that is back is known to be back by the next peer list. May be used from several threads at once.</summary>
internal sealed class AgentHealth
{
    /// <summary>Orders in a row without an answer after which an agent counts as away: one may be lost by chance.</summary>
    public const int MostSilences = 2;

    private readonly ConcurrentDictionary<string, int> _silences = new(StringComparer.Ordinal);

    /// <summary>Whether the agent of a node gave no answer to its last orders.</summary>
    public bool IsAway(string node) => _silences.GetValueOrDefault(node) >= MostSilences;

    /// <summary>The agent answered, whatever it said.</summary>
    public void NoteAnswer(string node) => _silences.TryRemove(node, out _);

    /// <summary>The agent could not be reached or did not answer in time.</summary>
    public void NoteSilence(string node) => _silences.AddOrUpdate(node, 1, (_, silences) => silences + 1);

    /// <summary>Forgets nodes that left.</summary>
    public void Retain(IReadOnlySet<string> nodes)
    {
        foreach (var node in _silences.Keys.Where(node => !nodes.Contains(node))) _silences.TryRemove(node, out _);
    }
}
