using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Orders;

/// <summary>The right to load this node's network: at most one throughput test has it, or one a direction, or those of one aggregate.</summary>
/// <remarks>
/// Exclusivity rests on this grant alone, not on clocks or on the collector's plan: two collectors, or one that was restarted, cannot make two tests meet.
/// </remarks>
internal sealed class TestSlot
{
    private readonly Lock _lock = new();
    private Grant? _egress;
    private Grant? _ingress;

    /// <summary>Whether a test has the node now.</summary>
    public bool IsTaken
    {
        get
        {
            lock (_lock) return _egress is not null || _ingress is not null;
        }
    }

    /// <summary>Takes the node for a test.</summary>
    /// <param name="testId">The test.</param>
    /// <param name="isolation">Both directions, or the one that the data takes.</param>
    /// <param name="sends">Whether this node sends the data.</param>
    /// <param name="aggregateId">The aggregate whose tests may have the node together; <see langword="null"/> for none.</param>
    /// <returns>The grant, to be disposed of when the test is over; <see langword="null"/> when another test has the node.</returns>
    public IDisposable? TryTake(string testId, Isolation isolation, bool sends, string? aggregateId = null)
    {
        var needsEgress = sends || isolation != Isolation.Direction;
        var needsIngress = !sends || isolation != Isolation.Direction;
        lock (_lock)
        {
            if (aggregateId is not null && _ingress?.AggregateId == aggregateId) return new Hold(_ingress);
            if ((needsEgress && _egress is not null) || (needsIngress && _ingress is not null)) return null;
            var grant = new Grant(this, testId, aggregateId);
            if (needsEgress) _egress = grant;
            if (needsIngress) _ingress = grant;
            return new Hold(grant);
        }
    }

    /// <summary>Names of the tests that have the node, for the message to who comes second.</summary>
    public string Describe()
    {
        lock (_lock) return string.Join(", ", new[] { _egress?.TestId, _ingress?.TestId }.OfType<string>().Distinct());
    }

    private sealed class Grant(TestSlot slot, string testId, string? aggregateId)
    {
        private int _holders;

        /// <summary>The test, or the first of the aggregate's.</summary>
        public string TestId => testId;

        public string? AggregateId => aggregateId;

        public void Add() => _holders++;

        public void Remove()
        {
            lock (slot._lock)
            {
                if (--_holders > 0) return;
                if (slot._egress == this) slot._egress = null;
                if (slot._ingress == this) slot._ingress = null;
            }
        }
    }

    private sealed class Hold : IDisposable
    {
        private Grant? _grant;

        public Hold(Grant grant)
        {
            _grant = grant;
            grant.Add();
        }

        public void Dispose() => Interlocked.Exchange(ref _grant, null)?.Remove();
    }
}
