using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Collector.Planning;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary><c>netgraph plan</c>: what a schedule would do and cost, before it runs.</summary>
internal static class PlanCommand
{
    private const double SecondsPerDay = 86400;

    public static Command Create()
    {
        var nodeCount = Options.OptionalWhole("--nodes", 2, 20_000, "How many nodes", "count");
        var file = new Option<string?>("--nodes-file") { Description = "The collector's node list, in place of --nodes", HelpName = "file" };
        var racks = Options.Whole("--racks", 0, 0, 20_000, "Racks that the nodes are spread over, each with an uplink of its own; 0 for none", "count");
        var zones = Options.Whole("--zones", 0, 0, 1000, "Zones that the nodes are spread over; 0 for none", "count");
        var interval = Options.Seconds("--interval", 300, 1, 7 * 86400, "Time from the start of a mesh cycle to the next, if the budget allows it");
        var rate = Options.BitsPerSecond("--assume-rate", "Rate that tests without a limit are taken to reach", "10G");
        var output = Options.Output();
        var (tests, settings, budgets) = (new TestSettings(), new PlanSettings(), new BudgetSettings());
        var command = new Verb("plan", "Say what a schedule would do and cost: rounds, time, bytes, money, coverage.")
        {
            Examples =
            [
                ("netgraph plan --nodes 100", "all pairs of 100 nodes, 5 s at 10 Gbit/s"),
                ("netgraph plan --nodes 500 --duration 5s --bitrate 1G --racks 25", "sampled, each rack behind an uplink of its own"),
                ("netgraph plan --nodes-file nodes.json --price-per-gb 0.01 --output json", "the collector's own node list, for a program"),
            ],
        };
        command.AddGroup("Nodes", nodeCount, file, racks, zones);
        tests.AddTo(command);
        command.AddGroup("Tests", rate);
        command.AddGroup("Mesh", interval);
        settings.AddTo(command);
        budgets.AddTo(command);
        command.AddGroup("Answer", output);
        command.AddCheck(result =>
        {
            if (result.GetValue(nodeCount) is null == result.GetValue(file) is null) result.AddError("Which nodes? Give --nodes with a number, or --nodes-file with a node list.");
            if (result.GetValue(file) is not null && (result.GetValue(racks) > 0 || result.GetValue(zones) > 0)) result.AddError("--racks and --zones go with --nodes: a node list has its own.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var capped = settings.CappedGroup(parsed);
            if (capped == GroupKey.Region && parsed.GetValue(file) is null) throw new StartupException("'--capped-groups region' needs a node list that says in which region each node is: give --nodes-file, or cap racks or zones.");
            var nodes = parsed.GetValue(file) is { } path
                ? await ReadAsync(path, capped, stop).ConfigureAwait(false)
                : Invent(parsed.GetValue(nodeCount)!.Value, parsed.GetValue(racks), parsed.GetValue(zones), capped);
            var budget = budgets.Read(parsed);
            var bitsPerSecond = tests.Bitrate(parsed) ?? parsed.GetValue(rate) ?? 10_000_000_000;
            var (test, isBothWays) = (tests.Duration(parsed) + tests.Omit(parsed), tests.IsBidirectional(parsed));
            var (plan, cost) = Activity.Run(string.Create(CultureInfo.InvariantCulture, $"Planning tests between {nodes.Length:#,0} nodes"), () =>
            {
                var planned = MeshPlanner.Plan(nodes, settings.Read(parsed), cycle: 0);
                if (isBothWays) planned = planned.BothWaysAtOnce();
                return (planned, PlanCost.Of(planned, nodes, test, new CollectorOptions { Token = SharedToken.Random() }.SlotMargin, (isBothWays ? 2.0 : 1.0) * bitsPerSecond, budget.PricePerGigabyteBetweenZones));
            });
            var pace = Pace.Of(nodes.Length, cost, budget, parsed.GetValue(interval).TotalSeconds);
            if (parsed.GetValue(output) == AnswerForm.Json) WriteJson(nodes.Length, plan, cost, pace);
            else WriteText(nodes.Length, plan, cost, pace, $"{(isBothWays ? " both ways at once," : "")} {Quantities.Duration(test.TotalSeconds)} each at {Quantities.Rate(bitsPerSecond)}");
            return 0;
        });
        return command;
    }

    private static async Task<PlanNode[]> ReadAsync(string path, GroupKey capped, CancellationToken stop)
    {
        try
        {
            var members = await new NodeFile(path).ReadAsync(stop).ConfigureAwait(false);
            return [.. members.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => new PlanNode(node.Name, node.Node.GroupBy(capped), node.Node.Zone ?? "", IsSource: node is AgentNode))];
        }
        catch (NodeSourceException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private static PlanNode[] Invent(int count, int racks, int zones, GroupKey capped) =>
        [.. Enumerable.Range(0, count).Select(i => new MeshNode(string.Create(CultureInfo.InvariantCulture, $"node-{i:00000}")) { Rack = racks > 0 ? $"rack-{i % racks}" : null, Zone = zones > 0 ? $"zone-{i % zones}" : null })
            .Select(node => new PlanNode(node.Name, node.GroupBy(capped), node.Zone ?? ""))];

    private static void WriteText(int nodes, MeshPlan plan, PlanCost cost, Pace pace, string test)
    {
        var lines = new List<(string What, string Value)>
        {
            ("nodes", Count(nodes)),
            ("tests a cycle", $"{Count(plan.TestCount)},{test}"),
            ("rounds, slots", $"{Count(plan.RoundCount)}, {Count(plan.SlotCount)}; lower bound {Count(plan.LowerBoundSlots)} slots"),
            ("time of a cycle", Time(cost.WallSeconds)),
            ("busiest node", $"{Time(cost.BusiestNodeSeconds)} in tests a cycle, {Quantities.Share(cost.BusiestNodeSeconds / pace.SecondsBetweenStarts)} of the time"),
            ("coverage", plan.CyclesToCover == 1 ? "all pairs each cycle" : $"{Quantities.Share(plan.CoverageRatio)} of pairs a cycle, all within {Count(plan.CyclesToCover)} cycles, {Time(plan.CyclesToCover * pace.SecondsBetweenStarts)}"),
            ("a cycle starts every", $"{Time(pace.SecondsBetweenStarts)} ({pace.DecidedBy})"),
            ("bytes", $"{Quantities.Size(cost.Bytes)} a cycle, {Quantities.Size(pace.PerDay(cost.Bytes))} a day"),
        };
        if (cost.BytesBetweenZones > 0) lines.Add(("between zones", $"{Quantities.Size(cost.BytesBetweenZones)} a cycle, {Quantities.Size(pace.PerDay(cost.BytesBetweenZones))} a day"));
        if (cost.Money > 0) lines.Add(("money", string.Create(CultureInfo.InvariantCulture, $"{cost.Money:#,0.00} a cycle, {pace.PerDay(cost.Money):#,0.00} a day")));
        foreach (var (what, value) in lines) Console.WriteLine($"{what,-21}{value}");
    }

    private static void WriteJson(int nodes, MeshPlan plan, PlanCost cost, Pace pace)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("nodes", nodes);
            json.WriteNumber("rounds", plan.RoundCount);
            json.WriteNumber("slots", plan.SlotCount);
            json.WriteNumber("lowerBoundSlots", plan.LowerBoundSlots);
            json.WriteNumber("tests", plan.TestCount);
            json.WriteNumber("wallSeconds", cost.WallSeconds);
            json.WriteNumber("bytes", cost.Bytes);
            json.WriteNumber("bytesBetweenZones", cost.BytesBetweenZones);
            json.WriteNumber("money", cost.Money);
            json.WriteNumber("coverageRatio", plan.CoverageRatio);
            json.WriteNumber("cyclesToCover", plan.CyclesToCover);
            json.WriteNumber("busiestNodeSeconds", cost.BusiestNodeSeconds);
            json.WriteNumber("secondsBetweenStarts", pace.SecondsBetweenStarts);
            json.WriteString("decidedBy", pace.DecidedBy);
            json.WriteNumber("bytesPerDay", pace.PerDay(cost.Bytes));
            json.WriteNumber("moneyPerDay", pace.PerDay(cost.Money));
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Time(double seconds) => seconds switch
    {
        >= 2 * SecondsPerDay => string.Create(CultureInfo.InvariantCulture, $"{seconds / SecondsPerDay:0.#} days"),
        >= 2 * 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
        >= 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => Quantities.Duration(seconds),
    };

    /// <summary>How often a cycle can run.</summary>
    /// <param name="SecondsBetweenStarts">From one start to the next, on the average.</param>
    /// <param name="DecidedBy">What keeps it from running more often.</param>
    private sealed record Pace(double SecondsBetweenStarts, string DecidedBy)
    {
        public static Pace Of(int nodes, PlanCost cost, BudgetLimits budget, double intervalSeconds)
        {
            static double Days(double cost, double? perDay) => perDay is > 0 and var limit ? SecondsPerDay * cost / limit : 0;
            (double Seconds, string What)[] limits =
            [
                (intervalSeconds, "the interval"),
                (cost.WallSeconds, "the length of a cycle"),
                (cost.BusiestNodeSeconds / budget.MaxDutyRatio, $"a node is in tests {budget.MaxDutyRatio * 100:0.#} % of the time at most"),
                (Days(cost.Bytes, budget.BytesPerDayOf(nodes)), $"{Quantities.Size(budget.BytesPerDayOf(nodes) ?? 0)} a day at most"),
                (Days(cost.LargestBytesBetweenTwoZones, budget.BytesPerDayBetweenZones), $"{Quantities.Size(budget.BytesPerDayBetweenZones ?? 0)} a day between two zones at most"),
                (Days(cost.Money, budget.MoneyPerDay), $"{(budget.MoneyPerDay ?? 0).ToString("0.00", CultureInfo.InvariantCulture)} of money a day at most"),
            ];
            var (seconds, what) = limits.MaxBy(limit => limit.Seconds);
            return new Pace(seconds, what);
        }

        public double PerDay(double amount) => amount * SecondsPerDay / SecondsBetweenStarts;
    }
}
