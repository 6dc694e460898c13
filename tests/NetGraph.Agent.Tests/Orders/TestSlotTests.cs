using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Orders;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests.Orders;

public sealed class TestSlotTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_test_of_a_pair_takes_the_whole_node(bool sends)
    {
        var slot = new TestSlot();
        using (slot.TryTake("a", Isolation.Pair, sends))
        {
            Assert.Null(slot.TryTake("b", Isolation.Pair, sends: true));
            Assert.Null(slot.TryTake("b", Isolation.Direction, sends: true));
            Assert.Null(slot.TryTake("b", Isolation.Direction, sends: false));
            Assert.Equal("a", slot.Describe());
        }

        Assert.False(slot.IsTaken);
        Assert.NotNull(slot.TryTake("b", Isolation.Pair, sends));
    }

    [Fact]
    public void A_test_of_a_direction_leaves_the_other()
    {
        var slot = new TestSlot();
        using var sender = slot.TryTake("a", Isolation.Direction, sends: true);
        Assert.NotNull(sender);
        Assert.Null(slot.TryTake("c", Isolation.Direction, sends: true));
        Assert.Null(slot.TryTake("c", Isolation.Pair, sends: false));
        using var receiver = slot.TryTake("b", Isolation.Direction, sends: false);
        Assert.NotNull(receiver);
        Assert.Equal("a, b", slot.Describe());
        sender.Dispose();
        Assert.True(slot.IsTaken);
        Assert.Equal("b", slot.Describe());
    }

    [Fact]
    public void Tests_of_one_aggregate_share_their_destination_and_nobody_else_does()
    {
        var slot = new TestSlot();
        var first = slot.TryTake("a-1", Isolation.Aggregate, sends: false, "a")!;
        var second = slot.TryTake("a-2", Isolation.Aggregate, sends: false, "a")!;
        Assert.Null(slot.TryTake("b-1", Isolation.Aggregate, sends: false, "b"));
        Assert.Null(slot.TryTake("c", Isolation.Pair, sends: true));
        Assert.Null(slot.TryTake("c", Isolation.Direction, sends: true));
        first.Dispose();
        first.Dispose();
        Assert.Null(slot.TryTake("b-1", Isolation.Aggregate, sends: false, "b"));
        second.Dispose();
        Assert.False(slot.IsTaken);
        Assert.NotNull(slot.TryTake("b-1", Isolation.Aggregate, sends: false, "b"));
    }

    [Fact]
    public void A_source_of_an_aggregate_is_taken_as_by_a_test_of_a_pair()
    {
        var slot = new TestSlot();
        using var grant = slot.TryTake("a-1", Isolation.Aggregate, sends: true);
        Assert.Null(slot.TryTake("a-2", Isolation.Aggregate, sends: true));
        Assert.Null(slot.TryTake("b", Isolation.Direction, sends: false));
    }

    [Fact]
    public void A_grant_given_back_twice_takes_nothing_from_its_successor()
    {
        var slot = new TestSlot();
        var first = slot.TryTake("a", Isolation.Pair, sends: true)!;
        first.Dispose();
        using var second = slot.TryTake("a", Isolation.Pair, sends: true);
        first.Dispose();
        Assert.Null(slot.TryTake("c", Isolation.Direction, sends: false));
    }

    [Fact]
    public void Whatever_is_taken_and_given_back_no_direction_has_two_holders_and_none_is_refused_without_need() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var slot = new TestSlot();
            var held = new List<(IDisposable Grant, bool Egress, bool Ingress)>();
            for (var step = 0; step < 200; step++)
            {
                if (random.Next(2) == 0 && held.Count > 0)
                {
                    var place = random.Next(held.Count);
                    held[place].Grant.Dispose();
                    held.RemoveAt(place);
                }
                else
                {
                    var isolation = (Isolation)random.Next(2);
                    var sends = random.Next(2) == 0;
                    bool egress = sends || isolation == Isolation.Pair, ingress = !sends || isolation == Isolation.Pair;
                    var isFree = !held.Exists(other => (other.Egress && egress) || (other.Ingress && ingress));
                    var grant = slot.TryTake($"t{step}", isolation, sends);
                    if ((grant is not null) != isFree) return false;
                    if (grant is not null) held.Add((grant, egress, ingress));
                }

                if (slot.IsTaken != (held.Count > 0)) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Threads_that_race_for_it_never_hold_it_together()
    {
        var slot = new TestSlot();
        int holders = 0, most = 0, turns = 0;
        Parallel.For(0, 20_000, i =>
        {
            if (slot.TryTake("t", Isolation.Pair, sends: i % 2 == 0) is not { } grant) return;
            var now = Interlocked.Increment(ref holders);
            lock (slot) (most, turns) = (Math.Max(most, now), turns + 1);
            Interlocked.Decrement(ref holders);
            grant.Dispose();
        });
        Assert.Equal(1, most);
        Assert.InRange(turns, 1, 20_000);
    }
}
