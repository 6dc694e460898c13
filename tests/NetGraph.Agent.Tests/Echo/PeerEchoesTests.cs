using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Echo;

namespace NetGraph.Agent.Tests.Echo;

public sealed class PeerEchoesTests
{
    private static readonly EchoTrain Train = EchoTrain.Default;
    private readonly PeerEchoes _peer = new("b", Train);
    private ulong _sequence;

    [Fact]
    public void Says_nothing_of_what_was_not_measured()
    {
        var figures = _peer.Read(TimeSpan.FromHours(1));
        Assert.Equal(default, figures);
        Answer(0, 10, at: 1);
        Assert.Null(_peer.Read(Seconds(1)).Jitter);
        Assert.Null(_peer.Read(Seconds(1)).RoundTripMinimum);
    }

    [Fact]
    public void Jitter_is_the_smoothed_difference_of_consecutive_round_trips_of_a_port()
    {
        Answer(0, 10);
        Answer(1, 90);
        Answer(0, 26);
        // (16 - 0) / 16 = 1 ms; the other port's 90 ms is another path's.
        Assert.Equal(1, _peer.Read(default).Jitter!.Value.TotalMilliseconds, 1e-9);
        Answer(1, 57);
        // 1 + (33 - 1) / 16 = 3 ms.
        Assert.Equal(3, _peer.Read(default).Jitter!.Value.TotalMilliseconds, 1e-9);
    }

    [Fact]
    public void Jitter_of_a_steady_alternation_tends_to_its_step()
    {
        for (var i = 0; i < 500; i++) Answer(0, i % 2 == 0 ? 10 : 12);
        Assert.Equal(2, _peer.Read(default).Jitter!.Value.TotalMilliseconds, 1e-3);
    }

    [Fact]
    public void The_median_is_that_of_the_last_sixty_four() =>
        Prop.ForAll(Gen.Choose(1, 1_000_000).ArrayOf(100).ToArbitrary(), microseconds =>
        {
            var peer = new PeerEchoes("b", Train);
            foreach (var (i, value) in microseconds.Index()) peer.CountAnswer(i % 4, (ulong)i, TimeSpan.FromMicroseconds(value), default);
            var sorted = microseconds[^64..].Order().ToList();
            return peer.Read(default).RoundTripMedian == TimeSpan.FromMicroseconds((sorted[31] + sorted[32]) / 2.0) && peer.ReadMedian() == peer.Read(default).RoundTripMedian;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Smallest_and_largest_are_of_the_last_full_interval()
    {
        Answer(0, 5, at: 3);
        Answer(0, 9, at: 9);
        Answer(0, 7, at: 9.9);
        Assert.Null(_peer.Read(Seconds(9.99)).RoundTripMinimum);
        Assert.Equal((Ms(5), Ms(9)), Extremes(10.5));
        Answer(0, 2, at: 12);
        Assert.Equal((Ms(5), Ms(9)), Extremes(19.9));
        Assert.Equal((Ms(2), Ms(2)), Extremes(20));
        Assert.Equal((null, null), Extremes(30));
        Answer(0, 3, at: 55);
        Assert.Equal((null, null), Extremes(56));
        Assert.Equal((Ms(3), Ms(3)), Extremes(60));
    }

    [Fact]
    public void A_port_that_loses_everything_beside_others_that_do_not_is_a_quarter()
    {
        for (var i = 0; i < EchoTrain.LeastPortWindow - 1; i++) Round(lost: [2]);
        Assert.Null(_peer.Read(default).EcmpLostPortsRatio);
        Round(lost: [2]);
        Assert.Equal(0.25, _peer.Read(default).EcmpLostPortsRatio);
        Round(lost: []);
        Assert.Equal(0, _peer.Read(default).EcmpLostPortsRatio);
        for (var i = 0; i < Train.PortWindow - 1; i++) Round(lost: [0, 1, 2]);
        Assert.Equal(0, _peer.Read(default).EcmpLostPortsRatio);
        Round(lost: [0, 1, 2]);
        Assert.Equal(0.75, _peer.Read(default).EcmpLostPortsRatio);
    }

    [Fact]
    public void A_peer_that_loses_on_all_ports_is_down_and_no_matter_of_ports()
    {
        for (var i = 0; i < 50; i++) Round(lost: [0, 1, 2, 3]);
        Assert.Equal(0, _peer.Read(default).EcmpLostPortsRatio);
    }

    [Fact]
    public void One_port_has_none_to_be_compared_with()
    {
        var peer = new PeerEchoes("b", Train with { SourcePorts = 1 });
        for (var i = 0; i < 50; i++) peer.CountLoss(0);
        Assert.Null(peer.Read(default).EcmpLostPortsRatio);
    }

    [Fact]
    public void Answers_in_order_are_never_reordered_and_a_swap_of_neighbours_is_one() =>
        Prop.ForAll(Gen.Choose(2, 50).ToArbitrary(), Gen.Choose(0, 48).ToArbitrary(), (count, place) =>
        {
            var order = Enumerable.Range(0, count).ToList();
            if (place < count - 1) (order[place], order[place + 1]) = (order[place + 1], order[place]);
            var peer = new PeerEchoes("b", Train);
            foreach (var i in order) peer.CountAnswer(0, (ulong)i, Ms(1), default);
            return peer.Read(default).Reordered == (place < count - 1 ? 1 : 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Latency_under_load_is_the_mean_of_the_last_test_less_the_median_before_it()
    {
        _peer.CountLoaded(Ms(50), null);
        Assert.Equal((Ms(50), null), (_peer.Read(default).LoadedRoundTrip, _peer.Read(default).LatencyUnderLoad));
        _peer.CountLoaded(Ms(40), Ms(1));
        Assert.Equal((Ms(40), Ms(39)), (_peer.Read(default).LoadedRoundTrip, _peer.Read(default).LatencyUnderLoad));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(10, 4)]
    [InlineData(100, 16)]
    public void A_train_has_its_datagrams_and_its_ports_are_met_alike(int datagrams, int ports)
    {
        var train = Train with { Datagrams = datagrams, SourcePorts = ports };
        var sent = new int[ports];
        const int Trains = 400;
        for (long moment = 0; moment < Trains * (long)train.Moments; moment++) sent[moment % ports] += train.DatagramsAt(moment);
        Assert.Equal(Trains * datagrams, sent.Sum());
        Assert.True(sent.Max() - sent.Min() <= 0.3 * sent.Average(), string.Join(' ', sent));
        Assert.InRange(train.PortWindow, EchoTrain.LeastPortWindow, 64);
    }

    private void Round(int[] lost)
    {
        for (var port = 0; port < Train.SourcePorts; port++)
        {
            if (lost.Contains(port)) _peer.CountLoss(port);
            else Answer(port, 1);
        }
    }

    private void Answer(int port, double milliseconds, double at = 0) => _peer.CountAnswer(port, _sequence++, Ms(milliseconds), Seconds(at));

    private (TimeSpan? Minimum, TimeSpan? Maximum) Extremes(double seconds) => (_peer.Read(Seconds(seconds)).RoundTripMinimum, _peer.Read(Seconds(seconds)).RoundTripMaximum);

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
