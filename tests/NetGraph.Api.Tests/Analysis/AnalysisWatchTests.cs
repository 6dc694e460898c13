using NetGraph.Api.Analysis;
using NetGraph.Api.Snapshots;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Analysis;

public sealed class AnalysisWatchTests
{
    private const string SickEgress = "a>b:1e8 a>c:1e8 a>d:1e8 b>a:1e9 b>c:1e9 b>d:1e9 c>a:1e9 c>b:1e9 c>d:1e9 d>a:1e9 d>b:1e9 d>c:1e9";
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Suspects_are_published_a_minute_after_the_start_and_withdrawn_while_the_source_is_away()
    {
        var isAway = false;
        var source = new FakeSource(_ => isAway ? throw new MeasurementSourceException(SourceFailure.Unreachable, "away") : Task.FromResult(FakeSource.Mesh("a b c d", SickEgress)));
        await using var running = Run(source, out var watch);
        Assert.Equal("", Text(watch));

        _clock.Advance(TimeSpan.FromSeconds(60));
        await Wait.UntilAsync(() => Text(watch).Length > 0, "an analysis is published");
        var text = Text(watch);
        Assert.Contains("netgraph_analysis_suspects{kind=\"node_egress\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("netgraph_analysis_suspects{kind=\"link\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("netgraph_analysis_suspect_observed_bytes_per_second{kind=\"node_egress\",node=\"a\"} 12500000\n", text, StringComparison.Ordinal);
        Assert.Contains("netgraph_analysis_suspect_expected_bytes_per_second{kind=\"node_egress\",node=\"a\"} 125000000\n", text, StringComparison.Ordinal);
        Assert.Contains("netgraph_analysis_partitions 0\n", text, StringComparison.Ordinal);
        Assert.Contains("netgraph_analysis_narrowest_pair_bytes_per_second 12500000\n", text, StringComparison.Ordinal);
        Assert.Empty(await Promtool.CheckMetricsAsync(text));

        isAway = true;
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Wait.UntilAsync(() => Text(watch).Length == 0, "the analysis is withdrawn");
    }

    [Fact]
    public async Task An_analysis_that_fails_withdraws_the_last_one_and_does_not_end_those_to_come()
    {
        var isBroken = false;
        var failures = new List<Exception>();
        var source = new FakeSource(_ => isBroken ? throw new InvalidOperationException("broken") : Task.FromResult(FakeSource.Mesh("a b c d", SickEgress)));
        await using var running = Run(source, out var watch, failures.Add);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Wait.UntilAsync(() => Text(watch).Length > 0, "an analysis is published");

        isBroken = true;
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Wait.UntilAsync(() => Text(watch).Length == 0, "the analysis is withdrawn");
        isBroken = false;
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Wait.UntilAsync(() => Text(watch).Length > 0, "an analysis is published again");
        Assert.Equal("broken", Assert.Single(failures).Message);
    }

    [Fact]
    public async Task A_failed_pair_that_still_answers_is_counted_as_one_way()
    {
        await using var running = Run(new FakeSource(FakeSource.Mesh("a b c", "a>b:1e9 b>a:down a>c:1e9 c>a:1e9 b>c:1e9 c>b:1e9")), out var watch);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await Wait.UntilAsync(() => Text(watch).Length > 0, "an analysis is published");

        Assert.Contains("netgraph_analysis_one_way_pairs 1\n", Text(watch), StringComparison.Ordinal);
        Assert.Contains("netgraph_analysis_suspects{kind=\"one_way\"} 1\n", Text(watch), StringComparison.Ordinal);
    }

    private static string Text(AnalysisWatch watch)
    {
        var writer = new ExpositionWriter();
        watch.Write(writer);
        return writer.ToString();
    }

    private Running Run(IMeasurementSource source, out AnalysisWatch watch, Action<Exception>? onFailure = null)
    {
        watch = new AnalysisWatch(new SnapshotCache(source, TimeSpan.FromSeconds(5), _clock, new ApiState()), TimeSpan.FromSeconds(60), _clock, onFailure: onFailure);
        var stop = new CancellationTokenSource();
        return new Running(watch.RunAsync(stop.Token), stop);
    }

    private sealed class Running(Task watching, CancellationTokenSource stop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await watching;
            stop.Dispose();
        }
    }
}
