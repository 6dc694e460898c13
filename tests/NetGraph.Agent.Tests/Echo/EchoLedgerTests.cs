using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Echo;

namespace NetGraph.Agent.Tests.Echo;

public sealed class EchoLedgerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private readonly EchoCounts _peer = new("b");
    private readonly List<double> _roundTrips = [];
    private readonly EchoLedger _ledger;

    public EchoLedgerTests() => _ledger = new EchoLedger(Timeout, 4, time => _roundTrips.Add(time.TotalMilliseconds));

    [Fact]
    public void An_answer_counts_with_its_round_trip_without_the_dwell_time()
    {
        var sequence = _ledger.Send(_peer, Ms(100), isLoaded: false)!.Value;
        Assert.Equal((0L, 0L, TimeSpan.Zero), _peer.Read());
        _ledger.Receive(sequence, Ms(125), Ms(5), isLoaded: false);
        Assert.Equal((1L, 1L, Ms(20)), _peer.Read());
        Assert.Equal([20.0], _roundTrips);
    }

    [Fact]
    public void What_is_not_answered_is_lost_once_it_is_overdue()
    {
        _ledger.Send(_peer, Ms(0), isLoaded: false);
        _ledger.Expire(Ms(999), isLoaded: false);
        Assert.Equal((0L, 0L, TimeSpan.Zero), _peer.Read());
        _ledger.Expire(Ms(1000), isLoaded: false);
        Assert.Equal((1L, 0L, TimeSpan.Zero), _peer.Read());
        _ledger.Expire(Ms(5000), isLoaded: false);
        Assert.Equal((1L, 0L, TimeSpan.Zero), _peer.Read());
        Assert.Empty(_roundTrips);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_that_is_late_is_a_loss_whether_or_not_it_was_looked_after(bool isLookedAfter)
    {
        var sequence = _ledger.Send(_peer, Ms(0), isLoaded: false)!.Value;
        if (isLookedAfter) _ledger.Expire(Ms(1001), isLoaded: false);
        _ledger.Receive(sequence, Ms(1001), TimeSpan.Zero, isLoaded: false);
        _ledger.Expire(Ms(1002), isLoaded: false);
        Assert.Equal((1L, 0L, TimeSpan.Zero), _peer.Read());
        Assert.Empty(_roundTrips);
    }

    [Fact]
    public void A_second_answer_counts_for_nothing()
    {
        var sequence = _ledger.Send(_peer, Ms(0), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Ms(10), TimeSpan.Zero, isLoaded: false);
        _ledger.Receive(sequence, Ms(20), TimeSpan.Zero, isLoaded: false);
        _ledger.Expire(Ms(5000), isLoaded: false);
        _ledger.Receive(sequence, Ms(5001), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((1L, 1L, Ms(10)), _peer.Read());
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void An_echo_beside_a_throughput_test_counts_neither_as_sent_nor_as_lost(bool whenSent, bool whenDone, bool isAnswered)
    {
        var sequence = _ledger.Send(_peer, Ms(0), whenSent)!.Value;
        if (isAnswered) _ledger.Receive(sequence, Ms(10), TimeSpan.Zero, whenDone);
        _ledger.Expire(Ms(2000), whenDone);
        Assert.Equal((0L, 0L, TimeSpan.Zero), _peer.Read());
        Assert.Empty(_roundTrips);
    }

    [Fact]
    public void A_late_answer_of_a_loaded_responder_is_no_loss()
    {
        var sequence = _ledger.Send(_peer, Ms(0), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Ms(1500), TimeSpan.Zero, isLoaded: true);
        _ledger.Expire(Ms(2000), isLoaded: false);
        Assert.Equal((0L, 0L, TimeSpan.Zero), _peer.Read());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(long.MaxValue / 10_000)]
    public void A_dwell_time_longer_than_the_whole_way_is_not_believed(long milliseconds)
    {
        var sequence = _ledger.Send(_peer, Ms(50), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Ms(50 + Math.Min(milliseconds, 10)), TimeSpan.FromMilliseconds(milliseconds), isLoaded: false);
        Assert.Equal(0, _peer.Read().Received);
        Assert.Empty(_roundTrips);
    }

    [Fact]
    public void Takes_no_more_than_its_capacity_until_there_is_room_again()
    {
        var sequences = Enumerable.Range(0, 4).Select(i => _ledger.Send(_peer, Ms(i), isLoaded: false)).ToList();
        Assert.Equal([0, 1, 2, 3], sequences.Select(sequence => (int)sequence!.Value));
        Assert.Null(_ledger.Send(_peer, Ms(5), isLoaded: false));
        _ledger.Receive(0, Ms(6), TimeSpan.Zero, isLoaded: false);
        Assert.Equal(4ul, _ledger.Send(_peer, Ms(7), isLoaded: false));
        Assert.Equal(5ul, _ledger.Send(_peer, Ms(2000), isLoaded: false));
        Assert.Equal((5L, 1L, Ms(6)), _peer.Read());
    }

    [Fact]
    public void Numbers_that_were_never_given_out_count_for_nothing()
    {
        _ledger.Send(_peer, Ms(0), isLoaded: false);
        foreach (var sequence in (ulong[])[1, 4, ulong.MaxValue]) _ledger.Receive(sequence, Ms(1), TimeSpan.Zero, isLoaded: false);
        Assert.Equal(0, _peer.Read().Sent);
    }

    [Fact]
    public void A_successor_takes_no_answer_that_was_meant_for_the_closed_one()
    {
        var old = _ledger.Send(_peer, Ms(0), isLoaded: false)!.Value;
        var successor = new EchoLedger(Timeout, 4, first: _ledger.Close());
        Assert.Null(_ledger.Send(_peer, Ms(1), isLoaded: false));
        var sequence = successor.Send(_peer, Ms(2), isLoaded: false)!.Value;
        successor.Receive(old, Ms(3), TimeSpan.Zero, isLoaded: false);
        Assert.Equal(0, _peer.Read().Sent);
        successor.Receive(sequence, Ms(12), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((1L, 1L, Ms(10)), _peer.Read());
    }

    [Fact]
    public void Whatever_happens_each_idle_echo_counts_once_and_answers_are_no_more_than_echoes() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var peers = Enumerable.Range(0, 3).Select(i => new EchoCounts($"p{i}")).ToList();
            var ledger = new EchoLedger(Timeout, random.Next(1, 20));
            var idle = peers.ToDictionary(peer => peer, _ => 0);
            var sent = new List<ulong>();
            var now = TimeSpan.Zero;
            for (var step = 0; step < 300; step++)
            {
                now += Ms(random.Next(1, 200));
                var peer = peers[random.Next(3)];
                if (random.Next(2) == 0 && ledger.Send(peer, now, isLoaded: false) is { } sequence)
                {
                    sent.Add(sequence);
                    idle[peer]++;
                }
                else if (sent.Count > 0)
                {
                    ledger.Receive(sent[random.Next(sent.Count)], now + Ms(0.5), TimeSpan.Zero, isLoaded: false);
                }
            }

            ledger.Expire(now + Ms(10_000), isLoaded: false);
            return peers.All(peer => peer.Read() is var (count, answers, sum) && count == idle[peer] && answers <= count && sum < answers * Timeout + Ms(1));
        }).QuickCheckThrowOnFailure();

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
