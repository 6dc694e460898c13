using NetGraph.Api.Rendering;
using NetGraph.Api.Snapshots;
using NetGraph.Measurements;

namespace NetGraph.Api.Tests.Rendering;

public sealed class RenderedAnswersTests
{
    private readonly RenderedAnswers _answers = new();
    private int _renders;

    [Fact]
    public async Task Equal_requests_are_rendered_once_for_each_mesh()
    {
        var (first, second) = (Read(), Read());

        await Get("/a", first);
        await Get("/a", first);
        Assert.Equal(1, _renders);
        await Get("/b", first);
        await Get("/a", second);
        await Get("/a", second with { Before = Read().Now });
        await Get("/a", second, "a notice");
        Assert.Equal(5, _renders);
        // The same mesh as before is the same, in whatever snapshot.
        await Get("/a", new RequestedSnapshots(second.Now with { Failure = "away" }, null), "a notice");
        Assert.Equal(5, _renders);
    }

    [Fact]
    public async Task Requests_that_come_at_once_share_one_rendering()
    {
        var read = Read();
        var gate = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, 10).Select(_ => _answers.GetAsync("/a", read, null, async () =>
        {
            Interlocked.Increment(ref _renders);
            await gate.Task;
            return Answer(1);
        })).ToList();
        gate.SetResult();
        var answers = await Task.WhenAll(waiting);

        Assert.Equal(1, _renders);
        Assert.Single(answers.Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public async Task While_a_new_mesh_is_rendered_the_others_get_the_answer_of_the_one_before()
    {
        var old = await Get("/a", Read());
        var read = Read();
        var gate = new TaskCompletionSource();
        var first = _answers.GetAsync("/a", read, null, async () =>
        {
            await gate.Task;
            return Answer(1);
        });

        Assert.Same(old, await Get("/a", read));
        gate.SetResult();
        Assert.NotSame(old, await first);
        Assert.Same(await first, await Get("/a", read));
        // What says how old the data is is never answered with what says otherwise.
        Assert.NotSame(await first, await Get("/a", read, "a notice"));
        Assert.Equal(2, _renders);
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        var read = Read();

        await Assert.ThrowsAsync<TimeoutException>(() => _answers.GetAsync("/a", read, null, () => throw new TimeoutException()));
        await Get("/a", read);
        Assert.Equal(1, _renders);
    }

    [Fact]
    public async Task What_is_too_large_or_too_many_is_rendered_again()
    {
        var read = Read();
        await Get("/large", read, bytes: (8 * 1024 * 1024) + 1);
        await Get("/large", read, bytes: (8 * 1024 * 1024) + 1);
        Assert.Equal(2, _renders);

        for (var i = 0; i < 200; i++) await Get("/" + i, read);
        await Get("/199", read);
        Assert.Equal(202, _renders);
        await Get("/0", read);
        Assert.Equal(203, _renders);

        for (var i = 0; i < 20; i++) await Get("/mega" + i, read, bytes: 8 * 1024 * 1024);
        await Get("/mega19", read);
        Assert.Equal(223, _renders);
        await Get("/mega0", read);
        Assert.Equal(224, _renders);
    }

    private static RequestedSnapshots Read() => new(new Snapshot(new Mesh([], [], default), default, null), null);

    private static RenderedAnswer Answer(int bytes) => new(new byte[bytes], "\"x\"");

    private Task<RenderedAnswer> Get(string request, RequestedSnapshots read, string? notice = null, int bytes = 10) => _answers.GetAsync(request, read, notice, () =>
    {
        _renders++;
        return Task.FromResult(Answer(bytes));
    });
}
