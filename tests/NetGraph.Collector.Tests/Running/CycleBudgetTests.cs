using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Collector.Planning;
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

        Assert.Null(Find(budget, 1000));
    }

    [Fact]
    public void A_cycle_waits_until_what_it_will_cost_is_there_again()
    {
        var budget = Of(86_400, 1);
        Run(budget, seconds: 0, tests: 10, bytes: 86_000);
        var hold = Find(budget, 2)!;

        // A byte a second: 17,200 are needed and 400 left.
        Assert.Equal(("budget", TimeSpan.FromSeconds(16_800)), (hold.Reason, hold.Time));
        Assert.Equal("The next cycle moves about 17.2 kB, and 400 B are left of 86.4 kB a day.", hold.Detail);
        _clock.Advance(hold.Time);
        Assert.Null(Find(budget, 2));
    }

    [Fact]
    public void A_cycle_that_costs_more_than_a_day_begins_when_a_whole_day_is_saved()
    {
        var budget = Of(1000, 1);
        Run(budget, seconds: 0, tests: 1, bytes: 2500);
        var hold = Find(budget, 1)!;

        Assert.Equal(2.5, hold.Time.TotalDays, 3);
        _clock.Advance(hold.Time);
        Assert.Null(Find(budget, 1));
    }

    [Fact]
    public void The_limit_of_a_test_tells_what_the_first_cycle_costs()
    {
        var options = new CollectorOptions { Token = SharedToken.Random(), BitrateBitsPerSecond = 8000, DurationSeconds = 1 };
        var budget = new CycleBudget(new BudgetLimits { BytesPerDay = 1000 }, options.BytesPerTest, _clock);
        budget.Charge("", "", 1);

        Assert.NotNull(Find(budget, 1));
    }

    [Fact]
    public void A_duty_cycle_stretches_the_time_from_start_to_start()
    {
        var budget = Of(null, 0.25);
        Assert.Null(Find(budget, 1));
        Run(budget, seconds: 60, tests: 1, bytes: 1);
        var hold = Find(budget, 1)!;

        Assert.Equal(("duty_cycle", TimeSpan.FromSeconds(180)), (hold.Reason, hold.Time));
        Assert.Equal("A node may be in tests 25 % of the time, and the last cycle took 60.0 s of the busiest.", hold.Detail);
        _clock.Advance(hold.Time);
        Assert.Null(Find(budget, 1));
    }

    [Fact]
    public void Over_any_time_no_more_is_spent_than_allowed_beyond_a_full_bucket_and_one_cycle() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var clock = new ManualClock();
            const long PerDay = 1_000_000;
            var budget = new CycleBudget(new BudgetLimits { BytesPerDay = PerDay }, null, clock);
            var (begun, spent, largest) = (clock.GetTimestamp(), 0L, 0L);
            for (var i = 0; i < 50; i++)
            {
                if (Find(budget, 10) is { } hold) clock.Advance(hold.Time);
                if (Find(budget, 10) is not null) return false;
                var bytes = random.NextInt64(3 * PerDay);
                budget.Begin(0);
                budget.Charge("", "", bytes);
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
        var limits = new BudgetLimits { BytesPerDay = 100 };
        var state = new CollectorState(collector.Options with { Budget = limits }, TimeProvider.System);
        var budget = new CycleBudget(limits, null, TimeProvider.System);
        budget.Begin(0);
        budget.Charge("", "", 1000);
        budget.End(1);
        var services = collector.Services with { Budget = budget, State = state };
        var cycles = new CycleRunner(services, [new TestMesh(services, collector.Options)], collector.Aggregate, collector.Requests, collector.Options, scheduled: null, NullLogger<CycleRunner>.Instance);
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

    [Fact]
    public void A_limit_between_zones_counts_both_ways_of_two_zones_and_nothing_within_one()
    {
        var budget = new CycleBudget(new BudgetLimits { BytesPerDayBetweenZones = 1000 }, null, _clock);
        PlanNode[] nodes = [new("a1", "", "a"), new("a2", "", "a"), new("b1", "", "b")];
        budget.Begin(0);
        budget.Charge("a", "a", 1_000_000);
        budget.Charge("a", "b", 300);
        budget.Charge("b", "a", 300);
        budget.End(3000);
        var plan = MeshPlanner.Plan(nodes, new PlanOptions(), 0);
        var hold = budget.FindHold(plan, nodes)!;

        // Four of the six tests cross, at about 334 bytes each.
        Assert.Equal("The next cycle moves about 1.00 kB between the zones 'a' and 'b', and 400 B are left of 1.00 kB a day.", hold.Detail);
        _clock.Advance(hold.Time);
        Assert.Null(budget.FindHold(plan, nodes));
        Assert.Null(budget.FindHold(MeshPlanner.Plan(nodes[..2], new PlanOptions(), 0), nodes[..2]));
    }

    [Fact]
    public void Each_two_zones_wait_for_their_own_bytes_alone()
    {
        var budget = new CycleBudget(new BudgetLimits { BytesPerDayBetweenZones = 1000 }, null, _clock);
        PlanNode[] nodes = [new("a1", "", "a"), new("a2", "", "a"), new("b", "", "b"), new("c", "", "c")];
        budget.Begin(0);
        budget.Charge("c", "b", 900);
        budget.End(9);
        CycleHold Hold(params NodePair[] pairs) => budget.FindHold(MeshPlanner.PlanTests(nodes, pairs, new PlanOptions()), nodes)!;

        // What much is needed for has its full day; what is spent is needed little, or not at all.
        Assert.Null(Hold(new(0, 2), new(1, 2), new(2, 3)));
        Assert.Equal("The next cycle moves about 200 B between the zones 'b' and 'c', and 100 B are left of 1.00 kB a day.", Hold(new(0, 2), new(2, 0), new(1, 2), new(2, 3), new(3, 2)).Detail);
        Assert.Null(Hold(new(0, 2), new(2, 0), new(0, 3)));
    }

    [Fact]
    public void Money_is_counted_and_holds_the_next_cycle_back()
    {
        var budget = new CycleBudget(new BudgetLimits { PricePerGigabyteBetweenZones = 0.5, MoneyPerDay = 10 }, null, _clock);
        PlanNode[] nodes = [new("a", "", "a"), new("b", "", "b")];
        budget.Begin(0);
        Assert.Equal(0, budget.Charge("a", "a", 100e9));
        Assert.Equal(4, budget.Charge("a", "b", 8e9));
        budget.End(1);
        Assert.Equal(4, budget.Charge("b", "a", 8e9));
        var plan = MeshPlanner.Plan(nodes, new PlanOptions(), 0);
        var hold = budget.FindHold(plan, nodes)!;

        Assert.Equal(("budget", "The next cycle costs about 10.00, and 2.00 are left of 10.00 a day."), (hold.Reason, hold.Detail));
        Assert.Equal(TimeSpan.FromDays(0.8), hold.Time);
    }

    [Theory]
    [InlineData(10, 2e12)]
    [InlineData(500, 100e12)]
    public void The_default_grows_with_the_nodes(int nodes, double expected) =>
        Assert.Equal(expected, new BudgetLimits { BytesPerNodeAndDay = BudgetLimits.DefaultBytesPerNodeAndDay }.BytesPerDayOf(nodes));

    private CycleBudget Of(long? bytesPerDay, double duty) => new(new BudgetLimits { BytesPerDay = bytesPerDay, MaxDutyRatio = duty }, null, _clock);

    /// <summary>Asks for a cycle of so many tests: one node sends to as many others.</summary>
    private static CycleHold? Find(CycleBudget budget, int tests)
    {
        PlanNode[] nodes = [.. Enumerable.Range(0, tests + 1).Select(i => new PlanNode($"n{i:0000}"))];
        return budget.FindHold(MeshPlanner.PlanTests(nodes, [.. Enumerable.Range(1, tests).Select(i => new NodePair(0, i))], new PlanOptions()), nodes);
    }

    private void Run(CycleBudget budget, int seconds, int tests, long bytes)
    {
        budget.Begin(seconds);
        budget.Charge("", "", bytes);
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        budget.End(tests);
    }
}
