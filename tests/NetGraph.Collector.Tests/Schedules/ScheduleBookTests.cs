using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Collector.Planning;
using NetGraph.Collector.Schedules;
using NetGraph.Collector.Tests.Running;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Tests.Schedules;

public sealed class ScheduleBookTests
{
    private readonly Report _report = new();

    [Fact]
    public async Task A_due_schedule_tests_from_its_sources_to_its_destinations_with_its_settings_and_says_how_it_went()
    {
        await using var collector = await StartAsync(4);
        var book = Book(collector);
        book.Take([Schedule("nightly", """{"interval":"1h","duration":"2s","sources":{"matchLabels":{"name":"n1"}},"destinations":{"matchExpressions":[{"key":"name","operator":"In","values":["n2","n3"]}]},"iperf3":{"dscp":8},"expectations":{"minBandwidth":"900K"}}""")]);
        Assert.True(book.UntilDue <= TimeSpan.Zero);
        await book.RunDueAsync(CancellationToken.None);

        var orders = collector.Agents.SelectMany((agent, i) => agent.Orders.Where(order => order.Path == "/v1/tests").Select(order => (From: $"n{i + 1}", order.Body))).ToList();
        Assert.Equal([("n1", "n2"), ("n1", "n3")], orders.Select(order => (order.From, (string)order.Body!["peerNode"]!)).Order());
        Assert.All(orders, order => Assert.Equal((2, 8, "nightly"), ((int)order.Body!["durationSeconds"]!, (int)order.Body["dscp"]!, (string)order.Body["schedule"]!)));
        var status = _report.Status["nightly"];
        Assert.Equal((2, 2, 0, 2, 2), (status.PairsPlanned, status.PairsSucceeded, status.PairsFailed, status.Slots, status.LowerBoundSlots));
        Assert.Equal(("Met", "All 2 links are as expected."), (status.Verdict, status.VerdictMessage));
        Assert.Equal(["Accepted=True Valid", "Running=False Waiting", "Degraded=False AsExpected"], Conditions("nightly"));
        Assert.Equal([true], _report.Verdicts.Select(verdict => verdict.IsMet));
        Assert.True(book.UntilDue > TimeSpan.FromMinutes(59));
        Assert.Contains("netgraph_schedule_pairs{schedule=\"nightly\",state=\"succeeded\"} 2\n", Metrics(book), StringComparison.Ordinal);
        Assert.Contains("netgraph_schedule_expectations_met{schedule=\"nightly\"} 1\n", Metrics(book), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_are_not_as_expected_are_told_each_time_with_an_example()
    {
        await using var collector = await StartAsync(2);
        var book = Book(collector);
        book.Take([Schedule("s", """{"interval":"10s","expectations":{"minBandwidth":"2M"}}""")]);
        await book.RunDueAsync(CancellationToken.None);

        Assert.Equal("NotMet", _report.Status["s"].Verdict);
        Assert.Equal("2 of 2 links are not as expected, such as n1 to n2: 1.00 Mbit/s, expected at least 2.00 Mbit/s.", _report.Status["s"].VerdictMessage);
        Assert.Equal([false], _report.Verdicts.Select(verdict => verdict.IsMet));
    }

    [Fact]
    public async Task A_wrong_schedule_says_what_to_change_and_stops_no_other()
    {
        await using var collector = await StartAsync(2);
        var book = Book(collector);
        book.Take([Schedule("bad", """{"interval":"1s","pairs":"x"}"""), Schedule("good", """{"interval":"1h"}""")]);
        await book.RunDueAsync(CancellationToken.None);

        Assert.Equal(["Accepted=False Invalid", "Running=False NotAccepted", "Degraded=False AsExpected"], Conditions("bad"));
        Assert.StartsWith("Nothing runs until this is mended: spec.interval: '1s' must be", _report.Status["bad"].Conditions![0].Message, StringComparison.Ordinal);
        Assert.Equal(2, _report.Status["good"].PairsSucceeded);
        Assert.Contains("netgraph_schedule_accepted{schedule=\"bad\"} 0\n", Metrics(book), StringComparison.Ordinal);

        book.Take([Schedule("bad", """{"interval":"1h"}""", generation: 2), Schedule("good", """{"interval":"1h"}""")]);
        Assert.True(book.UntilDue <= TimeSpan.Zero);
        Assert.Equal("Accepted=True Valid", Conditions("bad")[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleting_or_suspending_a_schedule_ends_its_run_and_releases_the_servers(bool isSuspended)
    {
        await using var collector = await StartAsync(2);
        var begun = new TaskCompletionSource();
        collector.Agents[0].WhileTesting = async _ =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan);
        };
        var book = Book(collector);
        book.Take([Schedule("s", """{"interval":"1h"}""")]);
        var run = book.RunDueAsync(CancellationToken.None);
        await begun.Task;
        Assert.Equal("Running=True CycleRuns", Conditions("s")[1]);
        book.Take(isSuspended ? [Schedule("s", """{"interval":"1h","suspend":true}""", generation: 2)] : []);
        await run;

        Assert.Empty(collector.Agents[1].Servers);
        Assert.Null(book.UntilDue);
        Assert.Null(collector.State.ReadProgress().Running);
        if (isSuspended) Assert.Equal("Running=False Suspended", Conditions("s")[1]);
        else Assert.DoesNotContain("schedule=\"s\"", Metrics(book), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_value_of_the_annotation_runs_it_now_once()
    {
        await using var collector = await StartAsync(2);
        var book = Book(collector);
        const string Spec = """{"cron":"0 0 1 1 *"}""";
        book.Take([Schedule("s", Spec)]);
        Assert.True(book.UntilDue > TimeSpan.Zero);
        book.Take([Schedule("s", Spec, runNow: "a")]);
        Assert.True(book.UntilDue <= TimeSpan.Zero);
        await book.RunDueAsync(CancellationToken.None);
        Assert.Equal((2, "a"), (_report.Status["s"].PairsSucceeded, _report.Status["s"].LastRunNow));

        book.Take([Schedule("s", Spec, runNow: "a")]);
        Assert.True(book.UntilDue > TimeSpan.Zero);
        // A collector that takes over knows from the status what was obeyed.
        var next = Book(collector);
        next.Take([Schedule("s", Spec, runNow: "a") with { Status = _report.Status["s"] }]);
        Assert.True(next.UntilDue > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_collector_that_takes_over_counts_from_the_run_that_the_status_tells()
    {
        await using var collector = await StartAsync(2);
        var book = Book(collector);
        book.Take([Schedule("s", """{"interval":"1h"}""") with { Status = new TestScheduleStatus { LastRunTime = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(20), PairsSucceeded = 7, Verdict = "Met" } }]);

        Assert.InRange(book.UntilDue!.Value, TimeSpan.FromMinutes(39), TimeSpan.FromMinutes(40));
        Assert.Equal((7, "Met"), (_report.Status["s"].PairsSucceeded, _report.Status["s"].Verdict));
    }

    [Fact]
    public async Task Without_a_pair_it_says_how_many_nodes_its_selectors_chose()
    {
        await using var collector = await StartAsync(3);
        var book = Book(collector);
        book.Take([Schedule("s", """{"interval":"1h","destinations":{"matchLabels":{"name":"n9"}}}""")]);
        await book.RunDueAsync(CancellationToken.None);

        Assert.Equal("Degraded=True TooFewNodes", Conditions("s")[2]);
        Assert.StartsWith("There is no pair to test: of 3 nodes with an agent or server 3 are sources and 0 are destinations.", _report.Status["s"].Conditions![2].Message, StringComparison.Ordinal);
        Assert.True(book.UntilDue > TimeSpan.FromMinutes(59));
    }

    [Fact]
    public async Task With_orders_off_it_plans_and_orders_nothing()
    {
        await using var collector = await StartAsync(3);
        var book = Book(collector, isOrderingOff: true);
        book.Take([Schedule("s", """{"interval":"1h","iperf3":{"bitrate":"8M"},"duration":"1s"}""")]);
        await book.RunDueAsync(CancellationToken.None);

        var status = _report.Status["s"];
        Assert.Equal((6, 6, 6_000_000), (status.PairsPlanned, status.Slots, status.EstimatedBytes));
        Assert.Equal("Degraded=False OrderingOff", Conditions("s")[2]);
        Assert.All(collector.Agents, agent => Assert.Empty(agent.Orders));
    }

    [Fact]
    public async Task A_run_that_the_budget_does_not_allow_waits_and_says_so_unless_it_is_asked_for()
    {
        await using var collector = await StartAsync(2, new BudgetLimits { BytesPerDay = 1_000_000 });
        collector.Budget.Charge("", "", 1_000_000);
        var book = Book(collector);
        const string Spec = """{"interval":"10s","iperf3":{"bitrate":"4M"},"duration":"1s"}""";
        book.Take([Schedule("s", Spec)]);
        await book.RunDueAsync(CancellationToken.None);
        Assert.Equal("Degraded=True BudgetSpent", Conditions("s")[2]);
        Assert.True(book.UntilDue > TimeSpan.FromMinutes(59));
        Assert.Null(_report.Status["s"].PairsSucceeded);

        book.Take([Schedule("s", Spec, runNow: "now")]);
        await book.RunDueAsync(CancellationToken.None);
        Assert.Equal(2, _report.Status["s"].PairsSucceeded);
        Assert.Equal("Degraded=False AsExpected", Conditions("s")[2]);
    }

    [Fact]
    public async Task A_condition_keeps_the_time_of_its_last_change_and_a_status_of_our_own_changes_nothing()
    {
        await using var collector = await StartAsync(2);
        var book = Book(collector);
        book.Take([Schedule("s", """{"cron":"0 0 1 1 *"}""")]);
        var since = _report.Status["s"].Conditions![0].LastTransitionTime;
        var sets = _report.Sets;
        book.Take([Schedule("s", """{"cron":"0 0 1 1 *"}""") with { Status = _report.Status["s"] }]);
        Assert.Equal(sets, _report.Sets);
        book.Take([Schedule("s", """{"cron":"0 0 2 1 *"}""", generation: 2)]);
        Assert.Equal((since, 2), (_report.Status["s"].Conditions![0].LastTransitionTime, _report.Status["s"].ObservedGeneration));
    }

    [Fact]
    public void The_status_as_a_patch_takes_away_what_is_no_longer_known()
    {
        var patch = JsonSerializer.SerializeToNode(new TestScheduleStatus { Verdict = "Met" }, StatusJsonContext.Default.TestScheduleStatus)!.AsObject();
        Assert.True(patch.TryGetPropertyValue("nextRunTime", out var next));
        Assert.Null(next);
        Assert.Equal("Met", (string)patch["verdict"]!);
    }

    private static Task<TestCollector> StartAsync(int agents, BudgetLimits? budget = null) => TestCollector.StartAsync(agents, change: options => options with { Budget = budget ?? BudgetLimits.None });

    private static TestSchedule Schedule(string name, string spec, long generation = 1, string? runNow = null)
    {
        var schedule = ScheduleReaderTests.Schedule(spec, name);
        var annotations = runNow is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [ScheduleBook.RunNow] = runNow };
        return schedule with { Metadata = schedule.Metadata with { Generation = generation, Annotations = annotations } };
    }

    private ScheduleBook Book(TestCollector collector, bool isOrderingOff = false)
    {
        collector.Nodes = [.. collector.Nodes.Select(node => node with { Labels = new Dictionary<string, string> { ["name"] = node.Name } })];
        return new ScheduleBook(collector.Services, collector.Options with { IsOrderingOff = isOrderingOff }, _report, NullLogger<ScheduleBook>.Instance);
    }

    private string[] Conditions(string name) => [.. _report.Status[name].Conditions!.Select(condition => $"{condition.Type}={condition.Status} {condition.Reason}")];

    private static string Metrics(ScheduleBook book)
    {
        var writer = new ExpositionWriter();
        book.Write(writer);
        return writer.ToString();
    }

    private sealed class Report : IScheduleReport
    {
        public Dictionary<string, TestScheduleStatus> Status { get; } = [];

        public List<ScheduleVerdict> Verdicts { get; } = [];

        public int Sets { get; private set; }

        public void Set(TestSchedule schedule, TestScheduleStatus status)
        {
            Status[schedule.Metadata.Name] = status;
            Sets++;
        }

        public void Tell(TestSchedule schedule, ScheduleVerdict verdict) => Verdicts.Add(verdict);
    }
}
