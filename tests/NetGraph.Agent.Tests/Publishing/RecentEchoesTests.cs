using NetGraph.Agent.Publishing;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Publishing;

public sealed class RecentEchoesTests
{
    private readonly ManualClock _clock = new();
    private readonly RecentEchoes _recent;

    public RecentEchoesTests() => _recent = new RecentEchoes(_clock);

    [Fact]
    public void At_first_everything_is_recent() => Assert.Equal(new RecentEcho(0.002, 0.5), Read(10, 5, 10));

    [Fact]
    public void Loss_of_more_than_five_minutes_ago_is_forgotten()
    {
        Read(100, 50, 50);
        for (var minute = 1; minute <= 7; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            Read(100 + (minute * 10), 50 + (minute * 10), 50 + (minute * 30));
        }

        var recent = Read(170, 120, 260);

        Assert.Equal(0, recent.LossRatio);
        Assert.Equal(0.003, recent.RoundTripSeconds!.Value, 9);
    }

    [Fact]
    public void New_loss_shows_at_once_and_is_not_thinned_by_the_whole_past()
    {
        Read(10_000, 10_000, 1000);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0.5, Read(10_060, 10_030, 1030).LossRatio);
    }

    [Fact]
    public void Nothing_sent_since_says_nothing()
    {
        Read(10, 10, 10);
        _clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(new RecentEcho(null, null), Read(10, 10, 10));
    }

    [Fact]
    public void A_peer_that_came_back_begins_anew()
    {
        Read(100, 100, 100);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(new RecentEcho(0.001, 0.2), Read(10, 8, 8));
    }

    private RecentEcho Read(long sent, long received, double sumMilliseconds) =>
        _recent.Read(new Dictionary<string, PeerEchoTotals> { ["b"] = new(sent, received, TimeSpan.FromMilliseconds(sumMilliseconds)) })["b"];
}
