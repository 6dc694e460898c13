using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Echo;

namespace NetGraph.Agent.Tests.Echo;

public sealed class EchoLedgerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private readonly PeerEchoes _peer = new("b", EchoTrain.Default);
    private readonly EchoTotals _totals = new();
    private readonly EchoLedger _ledger;

    public EchoLedgerTests() => _ledger = new EchoLedger(Timeout, 4, _totals);

    [Fact]
    public void An_answer_counts_with_its_round_trip_without_the_dwell_time()
    {
        var sequence = _ledger.Send(_peer, 0, At(100), isLoaded: false)!.Value;
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
        _ledger.Receive(sequence, Came(125), Ms(5), isLoaded: false);
        Assert.Equal((1L, 1L, Ms(20)), Counted());
        Assert.Equal(1, _totals.RoundTrips.Count);
    }

    [Fact]
    public void What_is_not_answered_is_lost_once_it_is_overdue()
    {
        _ledger.Send(_peer, 0, At(0), isLoaded: false);
        _ledger.Expire(At(999), isLoaded: false);
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
        _ledger.Expire(At(1000), isLoaded: false);
        Assert.Equal((1L, 0L, TimeSpan.Zero), Counted());
        _ledger.Expire(At(5000), isLoaded: false);
        Assert.Equal((1L, 0L, TimeSpan.Zero), Counted());
        Assert.Equal(0, _totals.RoundTrips.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_that_is_late_is_a_loss_whether_or_not_it_was_looked_after(bool isLookedAfter)
    {
        var sequence = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        if (isLookedAfter) _ledger.Expire(At(1001), isLoaded: false);
        _ledger.Receive(sequence, Came(1001), TimeSpan.Zero, isLoaded: false);
        _ledger.Expire(At(1002), isLoaded: false);
        Assert.Equal((1L, 0L, TimeSpan.Zero), Counted());
        Assert.Equal(0, _totals.RoundTrips.Count);
    }

    [Fact]
    public void A_second_answer_counts_for_nothing()
    {
        var sequence = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Came(10), TimeSpan.Zero, isLoaded: false);
        _ledger.Receive(sequence, Came(20), TimeSpan.Zero, isLoaded: false);
        _ledger.Expire(At(5000), isLoaded: false);
        _ledger.Receive(sequence, Came(5001), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((1L, 1L, Ms(10)), Counted());
        Assert.Equal((2L, 2L), (_totals.Duplicates, _peer.Read(TimeSpan.Zero).Duplicates));
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void An_echo_beside_a_throughput_test_counts_neither_as_sent_nor_as_lost(bool whenSent, bool whenDone, bool isAnswered)
    {
        var sequence = _ledger.Send(_peer, 0, At(0), whenSent)!.Value;
        if (isAnswered) _ledger.Receive(sequence, Came(10), TimeSpan.Zero, whenDone);
        _ledger.Expire(At(2000), whenDone);
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
        Assert.Equal(0, _totals.RoundTrips.Count);
    }

    [Fact]
    public void A_late_answer_of_a_loaded_responder_is_no_loss()
    {
        var sequence = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Came(1500), TimeSpan.Zero, isLoaded: true);
        _ledger.Expire(At(2000), isLoaded: false);
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(long.MaxValue / 10_000)]
    public void A_dwell_time_longer_than_the_whole_way_is_not_believed(long milliseconds)
    {
        var sequence = _ledger.Send(_peer, 0, At(50), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Came(50 + Math.Min(milliseconds, 10)), TimeSpan.FromMilliseconds(milliseconds), isLoaded: false);
        Assert.Equal(0, Counted().Received);
        Assert.Equal(0, _totals.RoundTrips.Count);
    }

    [Fact]
    public void Takes_no_more_than_its_capacity_until_there_is_room_again()
    {
        var sequences = Enumerable.Range(0, 4).Select(i => _ledger.Send(_peer, 0, At(i), isLoaded: false)).ToList();
        Assert.Equal([0, 1, 2, 3], sequences.Select(sequence => (int)sequence!.Value));
        Assert.Null(_ledger.Send(_peer, 0, At(5), isLoaded: false));
        _ledger.Receive(0, Came(6), TimeSpan.Zero, isLoaded: false);
        Assert.Equal(4ul, _ledger.Send(_peer, 0, At(7), isLoaded: false));
        Assert.Equal(5ul, _ledger.Send(_peer, 0, At(2000), isLoaded: false));
        Assert.Equal((5L, 1L, Ms(6)), Counted());
    }

    [Fact]
    public void Numbers_that_were_never_given_out_count_for_nothing()
    {
        _ledger.Send(_peer, 0, At(0), isLoaded: false);
        foreach (var sequence in (ulong[])[1, 4, ulong.MaxValue]) _ledger.Receive(sequence, Came(1), TimeSpan.Zero, isLoaded: false);
        Assert.Equal(0, Counted().Sent);
    }

    [Fact]
    public void A_successor_takes_no_answer_that_was_meant_for_the_closed_one()
    {
        var old = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        var successor = new EchoLedger(Timeout, 4, _totals, _ledger.Close());
        Assert.Null(_ledger.Send(_peer, 0, At(1), isLoaded: false));
        var sequence = successor.Send(_peer, 0, At(2), isLoaded: false)!.Value;
        successor.Receive(old, Came(3), TimeSpan.Zero, isLoaded: false);
        Assert.Equal(0, Counted().Sent);
        successor.Receive(sequence, Came(12), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((1L, 1L, Ms(10)), Counted());
    }

    [Fact]
    public void The_time_an_answer_lay_in_the_socket_is_not_of_the_round_trip()
    {
        var sequence = _ledger.Send(_peer, 0, At(100), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Came(130) with { Waited = Ms(9) }, Ms(1), isLoaded: false);
        Assert.Equal((1L, 1L, Ms(20)), Counted());
    }

    [Theory]
    [InlineData(75)]
    [InlineData(-75)]
    [InlineData(3_600_000)]
    public void A_step_of_the_wall_clock_discards_what_was_under_way(double step)
    {
        var answered = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        _ledger.Send(_peer, 0, At(1), isLoaded: false);
        _ledger.Receive(answered, Came(20, step), TimeSpan.Zero, isLoaded: false);
        _ledger.Expire(At(1010, step), isLoaded: false);
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
        Assert.Equal(2, _totals.Discarded(EchoDiscard.ClockStep));
        var next = _ledger.Send(_peer, 0, At(6000, step), isLoaded: false)!.Value;
        _ledger.Receive(next, Came(6010, step), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((1L, 1L, Ms(10)), Counted());
    }

    [Theory]
    [InlineData(49)]
    [InlineData(-49)]
    public void A_clock_that_is_slewed_discards_nothing(double offset)
    {
        var sequence = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        _ledger.Receive(sequence, Came(500, offset), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((1L, 1L, Ms(500)), Counted());
        Assert.Equal(0, _totals.Discarded(EchoDiscard.ClockStep));
    }

    [Fact]
    public void What_does_not_count_is_counted_by_its_reason()
    {
        var beside = _ledger.Send(_peer, 0, At(0), isLoaded: true)!.Value;
        var implausible = _ledger.Send(_peer, 0, At(0), isLoaded: false)!.Value;
        _ledger.Receive(beside, Came(1), TimeSpan.Zero, isLoaded: false);
        _ledger.Receive(implausible, Came(1), Ms(2), isLoaded: false);
        _ledger.Send(_peer, 0, At(2), isLoaded: true);
        _ledger.Expire(At(2000), isLoaded: false);
        Assert.Equal((2L, 1L, 0L), (_totals.Discarded(EchoDiscard.ThroughputTest), _totals.Discarded(EchoDiscard.ImplausibleDwell), _totals.Discarded(EchoDiscard.ClockStep)));
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
    }

    [Fact]
    public void An_answer_overtaken_by_a_later_one_of_its_port_is_reordered()
    {
        var sequences = new[] { 0, 0, 1, 1 }.Select(port => _ledger.Send(_peer, port, At(0), isLoaded: false)!.Value).ToList();
        foreach (var i in new[] { 1, 0, 2, 3 }) _ledger.Receive(sequences[i], Came(10), TimeSpan.Zero, isLoaded: false);
        Assert.Equal((4L, 1L, 1L), (Counted().Received, _peer.Read(TimeSpan.Zero).Reordered, _totals.Reordered));
    }

    [Fact]
    public void An_echo_under_load_counts_for_the_test_alone_however_late_its_answer()
    {
        var test = new LoadedEchoes(_peer, begin: Ms(0), length: Ms(1000));
        var ledger = new EchoLedger(Timeout, 8, _totals);
        ulong[] sequences = [.. new[] { 499.0, 500, 1000, 1001 }.Select(time => ledger.Send(test, 0, At(time))!.Value)];
        ledger.Expire(At(2500), isLoaded: true);
        for (var i = 0; i < sequences.Length; i++) ledger.Receive(sequences[i], Came(2600 + i), Ms(100), isLoaded: true);
        Assert.Equal(Ms((2601 + 2602 - 500 - 1000 - 200) / 2.0), test.Publish());
        Assert.Equal(2, _totals.LoadedRoundTrips.Count);
        Assert.Equal((0L, 0L, TimeSpan.Zero), Counted());
        Assert.Equal(0, _totals.RoundTrips.Count);
    }

    [Fact]
    public void Whatever_happens_each_idle_echo_counts_once_and_answers_are_no_more_than_echoes() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var peers = Enumerable.Range(0, 3).Select(i => new PeerEchoes($"p{i}", EchoTrain.Default)).ToList();
            var ledger = new EchoLedger(Timeout, random.Next(1, 20), new EchoTotals());
            var idle = peers.ToDictionary(peer => peer, _ => 0);
            var sent = new List<ulong>();
            var now = 0.0;
            for (var step = 0; step < 300; step++)
            {
                now += random.Next(1, 200);
                var peer = peers[random.Next(3)];
                if (random.Next(2) == 0 && ledger.Send(peer, 0, At(now), isLoaded: false) is { } sequence)
                {
                    sent.Add(sequence);
                    idle[peer]++;
                }
                else if (sent.Count > 0)
                {
                    ledger.Receive(sent[random.Next(sent.Count)], Came(now + 0.5), TimeSpan.Zero, isLoaded: false);
                }
            }

            ledger.Expire(At(now + 10_000), isLoaded: false);
            return peers.All(peer => peer.Read(TimeSpan.Zero) is var figures && figures is var (count, answers, sum) && count == idle[peer] && answers <= count && sum < answers * Timeout + Ms(1));
        }).QuickCheckThrowOnFailure();

    private (long Sent, long Received, TimeSpan RoundTripSum) Counted() => _peer.Read(TimeSpan.Zero) is var (sent, received, sum) ? (sent, received, sum) : default;

    private static Moment At(double milliseconds, double wallOffset = 0) => new(Ms(milliseconds), TimeSpan.FromDays(20_000) + Ms(milliseconds + wallOffset));

    private static Arrival Came(double milliseconds, double wallOffset = 0) => new(EchoPacket.Length, TimeSpan.Zero, At(milliseconds, wallOffset));

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
