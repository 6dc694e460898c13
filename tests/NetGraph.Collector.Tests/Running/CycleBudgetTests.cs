using FsCheck;
using FsCheck.Fluent;
using NetGraph.Collector.Running;
using NetGraph.Hosting;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests.Running;

public sealed class CycleBudgetTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Without_limits_nothing_waits()
    {
        var budget = Of(null, 1);
        Run(budget, seconds: 100, tests: 10, bytes: long.MaxValue / 2);

        Assert.Null(budget.FindHold(1_000_000));
    }

    [Fact]
    public void A_cycle_waits_until_what_it_will_cost_is_there_again()
    {
        var budget = Of(86_400, 1);
        Run(budget, seconds: 0, tests: 10, bytes: 86_000);
        var hold = budget.FindHold(tests: 2)!;

        // A byte a second: 17,200 are needed and 400 left.
        Assert.Equal(("budget", TimeSpan.FromSeconds(16_800)), (hold.Reason, hold.Time));
        Assert.Equal("The next cycle moves about 17.2 kB, and 400 B are left of 86.4 kB a day.", hold.Detail);
        _clock.Advance(hold.Time);
        Assert.Null(budget.FindHold(tests: 2));
    }

    [Fact]
    public void A_cycle_that_costs_more_than_a_day_begins_when_a_whole_day_is_saved()
    {
        var budget = Of(1000, 1);
        Run(budget, seconds: 0, tests: 1, bytes: 2500);
        var hold = budget.FindHold(tests: 1)!;

        Assert.Equal(2.5, hold.Time.TotalDays, 3);
        _clock.Advance(hold.Time);
        Assert.Null(budget.FindHold(tests: 1));
    }

    [Fact]
    public void The_limit_of_a_test_tells_what_the_first_cycle_costs()
    {
        var options = new CollectorOptions { Token = SharedToken.Random(), BytesPerDay = 1000, BitrateBitsPerSecond = 8000, DurationSeconds = 1 };
        var budget = new CycleBudget(options, _clock);
        budget.Charge(1);

        Assert.NotNull(budget.FindHold(tests: 1));
    }

    [Fact]
    public void A_duty_cycle_stretches_the_time_from_start_to_start()
    {
        var budget = Of(null, 0.25);
        Assert.Null(budget.FindHold(1));
        Run(budget, seconds: 60, tests: 1, bytes: 1);
        var hold = budget.FindHold(1)!;

        Assert.Equal(("duty_cycle", TimeSpan.FromSeconds(180)), (hold.Reason, hold.Time));
        Assert.Equal("Tests may run 25 % of the time, and the last cycle took 60.0 s.", hold.Detail);
        _clock.Advance(hold.Time);
        Assert.Null(budget.FindHold(1));
    }

    [Fact]
    public void Over_any_time_no_more_is_spent_than_allowed_beyond_a_full_bucket_and_one_cycle() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var clock = new ManualClock();
            const long PerDay = 1_000_000;
            var budget = new CycleBudget(new CollectorOptions { Token = SharedToken.Random(), BytesPerDay = PerDay }, clock);
            var (begun, spent, largest) = (clock.GetTimestamp(), 0L, 0L);
            for (var i = 0; i < 50; i++)
            {
                if (budget.FindHold(tests: 10) is { } hold) clock.Advance(hold.Time);
                if (budget.FindHold(tests: 10) is not null) return false;
                var bytes = random.NextInt64(3 * PerDay);
                budget.Begin();
                budget.Charge(bytes);
                clock.Advance(TimeSpan.FromSeconds(random.Next(3600)));
                budget.End(10);
                spent += bytes;
                largest = Math.Max(largest, bytes);
            }

            return spent <= PerDay + largest + (clock.GetElapsedTime(begun).TotalDays * PerDay);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_cycle_that_is_due_waits_for_the_budget_and_says_so_and_one_that_is_asked_for_does_not()
    {
        await using var collector = await TestCollector.StartAsync(2);
        var state = new CollectorState(collector.Options with { BytesPerDay = 100 }, TimeProvider.System);
        var budget = new CycleBudget(collector.Options with { BytesPerDay = 100 }, TimeProvider.System);
        budget.Begin();
        budget.Charge(1000);
        budget.End(1);
        var cycles = new CycleRunner(
            collector.Watch, collector.Test, collector.Aggregate, collector.Health, collector.Links, collector.Requests, budget, collector.Options, state, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<CycleRunner>.Instance);
        using var stop = new CancellationTokenSource();
        var run = cycles.RunAsync(stop.Token);

        await Wait.UntilAsync(() => state.ReadProgress().Waiting is { Reason: "budget", SecondsLeft: > 800_000 }, "the cycle waits");
        var writer = new Prometheus.Exposition.ExpositionWriter();
        state.Write(writer);
        Assert.Contains("netgraph_collector_budget_bytes 100\n", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("netgraph_collector_budget_exhausted 1\n", writer.ToString(), StringComparison.Ordinal);
        Assert.Matches("netgraph_collector_budget_wait_seconds [89]\\d{5}", writer.ToString());

        Assert.True(collector.Requests.TryAsk());
        await Wait.UntilAsync(() => state.ReadProgress().Last is { TestsSucceeded: 2 }, "the cycle that was asked for ran");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private CycleBudget Of(long? bytesPerDay, double duty) =>
        new(new CollectorOptions { Token = SharedToken.Random(), BytesPerDay = bytesPerDay, MaxDutyRatio = duty }, _clock);

    private void Run(CycleBudget budget, int seconds, int tests, long bytes)
    {
        budget.Begin();
        budget.Charge(bytes);
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        budget.End(tests);
    }
}
