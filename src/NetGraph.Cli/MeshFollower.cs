using NetGraph.Collector;
using NetGraph.Collector.Links;
using NetGraph.Hosting;

namespace NetGraph.Cli;

/// <summary>Orders a cycle from a collector and follows it to its end.</summary>
/// <param name="collector">The collector.</param>
/// <param name="clock">For the pauses.</param>
internal sealed class MeshFollower(CollectorClient collector, TimeProvider clock)
{
    private const int MostFailures = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    /// <summary>A train of echoes goes every 10 s, and a collector asks its agents every 15 s.</summary>
    private static readonly TimeSpan LongestWaitForEchoes = TimeSpan.FromSeconds(40);

    private readonly List<TestReport> _tests = [];

    /// <summary>Runs a mesh.</summary>
    /// <param name="needsEchoes">Whether to wait until echoes of every link are known too, up to 40 s beyond the end.</param>
    /// <param name="onProgress">Told of every step; the cycle is <see langword="null"/> before it begins.</param>
    /// <param name="cancellation">Follows it no longer; the collector goes on.</param>
    /// <exception cref="StartupException">It could not be run or followed.</exception>
    public async Task<MeshOutcome> RunAsync(bool needsEchoes, Action<RunningCycle?, IReadOnlyList<TestReport>> onProgress, CancellationToken cancellation)
    {
        try
        {
            var cycle = await collector.StartCycleAsync(cancellation).ConfigureAwait(false);
            var summary = await FollowAsync(cycle, onProgress, cancellation).ConfigureAwait(false);
            await ReadTestsAsync(cycle, cancellation).ConfigureAwait(false);
            if (_tests.Count < summary.TestsPlanned)
                throw new StartupException($"Only {_tests.Count} of {summary.TestsPlanned} results could be read, since the collector went on with other cycles: give it a longer --interval.");
            return new MeshOutcome(summary, _tests, await ReadEchoesAsync(needsEchoes, cancellation).ConfigureAwait(false));
        }
        catch (CollectorException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private async Task<CycleSummary> FollowAsync(long cycle, Action<RunningCycle?, IReadOnlyList<TestReport>> onProgress, CancellationToken cancellation)
    {
        var failures = 0;
        var begun = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var progress = await collector.ReadProgressAsync(cancellation).ConfigureAwait(false);
                if (progress.Running?.Cycle == cycle) await ReadTestsAsync(cycle, cancellation).ConfigureAwait(false);
                onProgress(progress.Running?.Cycle == cycle ? progress.Running : null, _tests);
                failures = 0;
                if (progress.Last is { } last && last.Cycle == cycle) return last;
                if (progress.Last?.Cycle > cycle || progress.Running?.Cycle > cycle) throw new StartupException($"The collector went on with other cycles before cycle {cycle} could be followed to its end: give it a longer --interval.");
                if ((progress.Running?.Cycle ?? 0) < cycle && clock.GetElapsedTime(begun) > LongestStart)
                    throw new StartupException($"The collector did not begin the cycle: {progress.Waiting?.Detail ?? "it was started anew, ask again."}");
            }
            catch (CollectorException) when (++failures < MostFailures)
            {
                // A collector that is slow to answer for a moment still measures.
            }

            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReadTestsAsync(long cycle, CancellationToken cancellation)
    {
        while (true)
        {
            var more = await collector.ReadTestsAsync(cycle, _tests.Count, cancellation).ConfigureAwait(false);
            if (more.Tests.Count == 0) return;
            _tests.AddRange(more.Tests);
        }
    }

    private async Task<IReadOnlyDictionary<(string Source, string Destination), LinkEchoes>> ReadEchoesAsync(bool areNeeded, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            var echoes = (await collector.ReadEchoesAsync(cancellation).ConfigureAwait(false)).ToDictionary(link => (link.Source, link.Destination));
            if (!areNeeded || _tests.All(test => echoes.ContainsKey((test.Source, test.Destination))) || clock.GetElapsedTime(begun) > LongestWaitForEchoes) return echoes;
            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }
}
