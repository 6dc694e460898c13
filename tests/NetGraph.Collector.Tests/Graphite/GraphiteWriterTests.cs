using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Collector.Graphite;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Prometheus.Exposition;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Graphite;

public sealed class GraphiteWriterTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_result_is_a_line_of_path_bits_per_second_and_Unix_seconds()
    {
        using var server = new FakeGraphite();
        await using (var writer = Writer(server.Port))
        {
            writer.Add(Outcome("a", 9_412_345_678.6));
            writer.Add(Outcome("b.c", 1.2e15));
        }

        await Wait.UntilAsync(() => server.Lines.Count == 2, "both lines came");
        Assert.Equal(["t.a.z 9412345679 1700000000", "t.b_c.z 1200000000000000 1700000000"], server.Lines);
    }

    [Fact]
    public async Task A_failure_is_no_line_and_no_zero()
    {
        using var server = new FakeGraphite();
        await using (var writer = Writer(server.Port))
        {
            writer.Add(new TestOutcome("a", "z", ThroughputResult.Failed(ProbeFailure.Timeout, ""), Time));
            writer.Add(Outcome("b", 8));
        }

        await Wait.UntilAsync(() => !server.Lines.IsEmpty, "a line came");
        Assert.Equal(["t.b.z 8 1700000000"], server.Lines);
    }

    [Fact]
    public async Task All_lines_take_one_connection_which_is_closed_at_the_end()
    {
        var connections = 0;
        using var server = new FakeGraphite(serve: (graphite, _, socket) =>
        {
            connections++;
            return graphite.ReadAsync(socket);
        });
        await using (var writer = Writer(server.Port))
        {
            for (var i = 1; i <= 5; i++)
            {
                writer.Add(Outcome("a", i));
                await Wait.UntilAsync(() => writer.Sent == i, "the line was sent");
            }
        }

        await Wait.UntilAsync(() => server.Ended == 1, "the connection was closed");
        Assert.Equal((1, 5), (connections, server.Lines.Count));
    }

    [Fact]
    public async Task After_a_cut_in_the_middle_lines_go_on_over_a_new_connection()
    {
        using var server = new FakeGraphite(serve: async (graphite, number, socket) =>
        {
            await graphite.ReadAsync(socket, number == 0 ? 1 : int.MaxValue);
            // With what it has not read thrown away: the other side gets a reset.
            socket.LingerState = new(true, 0);
            socket.Dispose();
        });
        await using var writer = Writer(server.Port);
        writer.Add(Outcome("a", 1));
        await Wait.UntilAsync(() => server.Lines.Count == 1, "the first line came");

        var next = 2;
        await Wait.UntilAsync(() =>
        {
            // What is written in the moment of the cut may vanish: the protocol has no acknowledgements.
            writer.Add(Outcome("a", next++));
            _clock.Advance(TimeSpan.FromSeconds(60));
            return server.Lines.Count > 2;
        }, "further lines came");

        Assert.Equal(0, writer.Dropped);
    }

    [Fact]
    public async Task While_the_server_is_away_lines_wait_and_then_come_in_order()
    {
        var port = Repository.FreePort();
        await using var writer = Writer(port);
        for (var i = 1; i <= 1200; i++) writer.Add(Outcome("a", i));
        await Wait.UntilAsync(() => _clock.TimerCount == 1, "the first attempt failed");
        Assert.Equal((0, 0), (writer.Sent, writer.Dropped));

        using var server = new FakeGraphite(port);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Wait.UntilAsync(() => server.Lines.Count == 1200, "all lines came");
        Assert.Equal(Enumerable.Range(1, 1200).Select(i => $"t.a.z {i} 1700000000"), server.Lines);
        await Wait.UntilAsync(() => writer.Sent == 1200, "all lines are counted");
    }

    [Fact]
    public async Task Attempts_are_made_ever_more_rarely_until_once_a_minute()
    {
        await using var writer = Writer(Repository.FreePort());
        writer.Add(Outcome("a", 1));
        foreach (var seconds in (double[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            await Wait.UntilAsync(() => _clock.TimerCount == 1, "it waits for the next attempt");
            _clock.Advance(TimeSpan.FromSeconds(seconds - 0.001));
            Assert.Equal(1, _clock.TimerCount);
            _clock.Advance(TimeSpan.FromSeconds(0.001));
        }
    }

    [Fact]
    public async Task When_too_many_wait_the_oldest_are_dropped_and_counted()
    {
        var port = Repository.FreePort();
        await using var writer = Writer(port, options => options with { MaxWaitingLines = 10 });
        writer.Add(Outcome("a", 1));
        await Wait.UntilAsync(() => _clock.TimerCount == 1, "the first attempt failed");
        for (var i = 2; i <= 101; i++) writer.Add(Outcome("a", i));
        Assert.Equal(90, writer.Dropped);

        using var server = new FakeGraphite(port);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Wait.UntilAsync(() => server.Lines.Count == 11, "what was kept came");
        Assert.Equal([1, .. Enumerable.Range(92, 10)], server.Lines.Select(line => int.Parse(line.Split(' ')[1])));
        await Wait.UntilAsync(() => writer.Sent == 11, "what was sent is counted");
        var metrics = new ExpositionWriter();
        writer.Write(metrics);
        Assert.Contains("netgraph_collector_graphite_lines_sent_total 11\n", metrics.ToString(), StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_graphite_lines_dropped_total 90\n", metrics.ToString(), StringComparison.Ordinal);
        Assert.Empty(await Promtool.CheckMetricsAsync(metrics.ToString()));
    }

    [Fact]
    public async Task A_server_that_reads_nothing_is_left_and_what_it_did_not_take_goes_to_the_next_connection()
    {
        using var server = new FakeGraphite(serve: (graphite, number, socket) => number == 0 ? Task.CompletedTask : graphite.ReadAsync(socket));
        await using var writer = Writer(server.Port, options => options with { AttemptLimit = TimeSpan.FromMilliseconds(200), Path = (source, _) => source.PadRight(60_000, 'x') });
        // Far more than the sockets' buffers of both sides hold.
        for (var i = 1; i <= 400; i++) writer.Add(Outcome("a", i));
        await Wait.UntilAsync(() => _clock.TimerCount == 1, "the server was given up");
        _clock.Advance(TimeSpan.FromSeconds(1));

        await Wait.UntilAsync(() => writer.Sent == 400 || (_clock.TimerCount == 1 && Advance()), "all lines were taken");
        Assert.Equal(0, writer.Dropped);
        // What the first connection took whole is gone: nobody tells that it was never read. Buffers hold less than half of it all.
        await Wait.UntilAsync(() => Enumerable.Range(201, 200).ToHashSet().IsSubsetOf(server.Lines.Select(line => int.Parse(line.Split(' ')[1]))), "all lines came that the first connection did not take");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Its_end_is_bounded_and_what_could_not_be_sent_is_counted(bool isListening)
    {
        using var silent = new FakeGraphite(serve: (_, _, _) => Task.CompletedTask);
        var writer = Writer(isListening ? silent.Port : Repository.FreePort(), options => options with { FlushLimit = TimeSpan.FromMilliseconds(300), Path = (_, _) => new string('x', 60_000) });
        for (var i = 1; i <= 700; i++) writer.Add(Outcome("a", i));

        await writer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(700, writer.Sent + writer.Dropped);
        Assert.InRange(writer.Dropped, 200, 700);
        writer.Add(Outcome("a", 701));
        Assert.Equal(701, writer.Sent + writer.Dropped);
    }

    [Fact]
    public async Task A_real_Graphite_stores_what_is_written()
    {
        using var carbon = await Carbon.StartAsync();
        var now = DateTimeOffset.UtcNow;
        await using (var writer = Writer(carbon.Port))
        {
            writer.Add(new TestOutcome("node/1 é", "b.example", new ThroughputResult { ThroughputBitsPerSecond = 191_234_567.4 }, now));
            writer.Add(new TestOutcome("node/1 é", "b.example", new ThroughputResult { ThroughputBitsPerSecond = 5e12 }, now.AddSeconds(-10)));
        }

        IReadOnlyDictionary<long, double> stored = new Dictionary<long, double>();
        await Wait.UntilAsync(async () => (stored = await carbon.FetchAsync("t.node_1__.b_example")).Count == 2, "both values are stored", TimeSpan.FromSeconds(30));
        Assert.Equal(191_234_567, stored[now.ToUnixTimeSeconds()]);
        Assert.Equal(5e12, stored[now.AddSeconds(-10).ToUnixTimeSeconds()]);
    }

    private bool Advance()
    {
        _clock.Advance(TimeSpan.FromSeconds(60));
        return false;
    }

    private GraphiteWriter Writer(int port, Func<GraphiteOptions, GraphiteOptions>? change = null)
    {
        var options = new GraphiteOptions { Host = "127.0.0.1", Port = port, Path = GraphitePaths.Mesh("t"), AttemptLimit = TimeSpan.FromSeconds(30), FlushLimit = TimeSpan.FromSeconds(30) };
        return new GraphiteWriter(change?.Invoke(options) ?? options, _clock, NullLogger<GraphiteWriter>.Instance);
    }

    private static TestOutcome Outcome(string source, double bitsPerSecond) => new(source, "z", new ThroughputResult { ThroughputBitsPerSecond = bitsPerSecond }, Time);
}
