using NetGraph.Api.Snapshots;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Api.Tests.Snapshots;

public sealed class SnapshotCacheTests
{
    private static readonly Mesh Empty = new([], [], default);
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Equal_questions_at_once_cost_one_read_and_different_ones_one_each()
    {
        var answer = new TaskCompletionSource<Mesh>();
        var source = new FakeSource(_ => answer.Task);
        var cache = Cache(source);
        var asked = Enumerable.Range(0, 20).Select(i => cache.GetAsync(new SnapshotQuery { Protocol = i % 2 == 0 ? "tcp" : "udp" }, CancellationToken.None)).ToList();
        answer.SetResult(Empty);
        await Task.WhenAll(asked);

        Assert.Equal(2, source.Reads);
    }

    [Fact]
    public async Task A_graph_is_kept_for_its_time_and_then_read_again()
    {
        var source = new FakeSource(Empty);
        var cache = Cache(source);
        await cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        await cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        Assert.Equal(1, source.Reads);

        _clock.Advance(TimeSpan.FromSeconds(5.1));
        await cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        Assert.Equal(2, source.Reads);
    }

    [Fact]
    public async Task Nobody_waits_while_the_next_graph_is_read_unless_the_last_one_is_old()
    {
        var next = new TaskCompletionSource<Mesh>();
        var answers = new Queue<Task<Mesh>>([Task.FromResult(Empty), next.Task]);
        var source = new FakeSource(_ => answers.Dequeue());
        var cache = Cache(source);
        await cache.GetAsync(new SnapshotQuery(), CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Same(Empty, (await cache.GetAsync(new SnapshotQuery(), CancellationToken.None)).Mesh);
        Assert.Same(Empty, (await cache.GetAsync(new SnapshotQuery(), CancellationToken.None)).Mesh);

        _clock.Advance(TimeSpan.FromSeconds(5));
        var waiting = cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        next.SetResult(new Mesh([], [], _clock.GetUtcNow()));
        Assert.Same(await next.Task, (await waiting).Mesh);
        Assert.Equal(2, source.Reads);
    }

    [Fact]
    public async Task A_caller_that_goes_away_does_not_end_the_read_for_the_others()
    {
        var answer = new TaskCompletionSource<Mesh>();
        var cache = Cache(new FakeSource(_ => answer.Task));
        using var away = new CancellationTokenSource();
        var first = cache.GetAsync(new SnapshotQuery(), away.Token);
        var second = cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(Empty);

        Assert.Same(Empty, (await second).Mesh);
    }

    [Fact]
    public async Task A_dashboard_that_asks_for_a_new_time_at_each_refresh_gets_the_last_good_graph_and_never_one_of_another_hour()
    {
        var isAway = false;
        var now = _clock.GetUtcNow();
        var cache = Cache(new FakeSource(query => isAway
            ? throw new MeasurementSourceException(SourceFailure.Unreachable, "away")
            : Task.FromResult(new Mesh([], [], query.At ?? now))));
        var good = await cache.GetAsync(new SnapshotQuery { At = now }, CancellationToken.None);
        isAway = true;

        var next = await cache.GetAsync(new SnapshotQuery { At = now + TimeSpan.FromSeconds(30) }, CancellationToken.None);

        Assert.Equal((good.Mesh, "away"), (next.Mesh, next.Failure));
        await Assert.ThrowsAsync<MeasurementSourceException>(() => cache.GetAsync(new SnapshotQuery { At = now - TimeSpan.FromHours(1) }, CancellationToken.None));
        await Assert.ThrowsAsync<MeasurementSourceException>(() => cache.GetAsync(new SnapshotQuery { At = now, Protocol = "udp" }, CancellationToken.None));
    }

    [Fact]
    public async Task The_last_good_graph_is_served_while_the_source_is_away_and_a_fresh_one_after()
    {
        var isAway = false;
        var cache = Cache(new FakeSource(_ => isAway ? throw new MeasurementSourceException(SourceFailure.Unreachable, "away") : Task.FromResult(Empty)));
        var good = await cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        isAway = true;
        _clock.Advance(TimeSpan.FromHours(1));
        var stale = await cache.GetAsync(new SnapshotQuery(), CancellationToken.None);
        Assert.Equal((good.ReadAt, "away"), (stale.ReadAt, stale.Failure));

        isAway = false;
        Assert.Null((await cache.GetAsync(new SnapshotQuery(), CancellationToken.None)).Failure);
    }

    [Fact]
    public async Task Questions_not_asked_for_long_are_forgotten()
    {
        var source = new FakeSource(Empty);
        var cache = Cache(source);
        for (var i = 0; i < 100; i++)
        {
            await cache.GetAsync(new SnapshotQuery { At = DateTimeOffset.FromUnixTimeSeconds(i) }, CancellationToken.None);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await cache.GetAsync(new SnapshotQuery { At = DateTimeOffset.FromUnixTimeSeconds(99) }, CancellationToken.None);
        Assert.Equal(100, source.Reads);
        await cache.GetAsync(new SnapshotQuery { At = DateTimeOffset.FromUnixTimeSeconds(0) }, CancellationToken.None);
        Assert.Equal(101, source.Reads);
    }

    [Fact]
    public async Task An_answer_with_more_detail_answers_a_question_for_less_but_not_the_other_way_round()
    {
        var source = new FakeSource(FakeSource.Large(SnapshotQuery.ReadWholeUpTo + 1));
        var cache = Cache(source);
        await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.Age | SnapshotDetail.Loss }, CancellationToken.None);
        await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.Loss }, CancellationToken.None);
        await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.ThroughputOnly }, CancellationToken.None);
        Assert.Equal(1, source.Reads);

        await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.Age | SnapshotDetail.RoundTripTime }, CancellationToken.None);
        await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.Loss, Protocol = "udp" }, CancellationToken.None);
        Assert.Equal(3, source.Reads);
    }

    [Fact]
    public async Task A_small_mesh_is_read_once_for_all_details()
    {
        var source = new FakeSource(FakeSource.Large(SnapshotQuery.ReadWholeUpTo));
        var cache = Cache(source);
        foreach (var detail in (SnapshotDetail[])[SnapshotDetail.ThroughputOnly, SnapshotDetail.Everything, SnapshotDetail.Age])
            await cache.GetAsync(new SnapshotQuery { Detail = detail }, CancellationToken.None);

        Assert.Equal(1, source.Reads);
    }

    [Fact]
    public async Task The_last_good_graph_serves_a_question_for_less_detail_while_the_source_is_away()
    {
        var isAway = false;
        var mesh = FakeSource.Large(SnapshotQuery.ReadWholeUpTo + 1);
        var cache = Cache(new FakeSource(_ => isAway ? throw new MeasurementSourceException(SourceFailure.Unreachable, "away") : Task.FromResult(mesh)));
        var at = mesh.MeasuredAt;
        await cache.GetAsync(new SnapshotQuery { At = at }, CancellationToken.None);
        isAway = true;

        Assert.Equal("away", (await cache.GetAsync(new SnapshotQuery { At = at + TimeSpan.FromMinutes(1), Detail = SnapshotDetail.Loss }, CancellationToken.None)).Failure);
    }

    [Fact]
    public async Task Of_large_meshes_only_as_many_times_are_kept_as_there_is_room_for()
    {
        var source = new FakeSource(FakeSource.Mesh("a b", "a>b:1 b>a:1"));
        var cache = new SnapshotCache(source, TimeSpan.FromHours(1), _clock, new ApiState(), maxLinks: 4);
        for (var i = 0; i < 10; i++)
        {
            await cache.GetAsync(new SnapshotQuery { At = DateTimeOffset.FromUnixTimeSeconds(i) }, CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        foreach (var i in (int[])[9, 8]) await cache.GetAsync(new SnapshotQuery { At = DateTimeOffset.FromUnixTimeSeconds(i) }, CancellationToken.None);
        Assert.Equal(10, source.Reads);
        await cache.GetAsync(new SnapshotQuery { At = DateTimeOffset.FromUnixTimeSeconds(5) }, CancellationToken.None);
        Assert.Equal(11, source.Reads);
    }

    private SnapshotCache Cache(IMeasurementSource source) => new(source, TimeSpan.FromSeconds(5), _clock, new ApiState());
}
