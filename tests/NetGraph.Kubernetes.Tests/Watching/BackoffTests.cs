using NetGraph.Kubernetes.Watching;

namespace NetGraph.Kubernetes.Tests.Watching;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_up_to_half_a_minute_and_begin_anew_after_success()
    {
        var backoff = new Backoff(() => 1);
        Assert.Equal([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds));
        backoff.Reset();
        Assert.Equal(0.8, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void Waits_are_spread_from_half_to_the_whole() => Assert.Equal(0.4, new Backoff(() => 0).Next().TotalSeconds);

    [Fact]
    public void What_the_server_asks_is_kept_to_within_reason()
    {
        var backoff = new Backoff(() => 1);
        Assert.Equal(20, backoff.Next(TimeSpan.FromSeconds(20)).TotalSeconds);
        Assert.Equal(1.6, backoff.Next(TimeSpan.FromSeconds(1)).TotalSeconds);
        Assert.Equal(300, backoff.Next(TimeSpan.FromHours(20)).TotalSeconds);
    }
}
