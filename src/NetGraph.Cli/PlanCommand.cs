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

    public static HelpExamples Examples { get; } = new("plan", """
        Examples:
          netgraph plan --nodes 100                                         all pairs of 100 nodes, 5 s at 10 Gbit/s
          netgraph plan --nodes 500 --duration 5s --bitrate 1G --racks 25   sampled, each rack behind an uplink of its own
          netgraph plan --nodes-file nodes.json --price-per-gb 0.01         the collector's own node list

        """);

    public static Command Create()
    {
        var nodeCount = Options.OptionalWhole("--nodes", 2, 20_000, "How many nodes", "count");
        var file = new Option<string?>("--nodes-file") { Description = "The collector's node list, in place of --nodes", HelpName = "file" };
        var racks = Options.Whole("--racks", 0, 0, 20_000, "Racks that the nodes are spread over, each with an uplink of its own; 0 for none", "count");
        var zones = Options.Whole("--zones", 0, 0, 1000, "Zones that the nodes are spread over; 0 for none", "count");
        var interval = Options.Seconds("--interval", 300, 1, 7 * 86400, "Time from the start of a mesh cycle to the next, if the budget allows it");
        var duration = Options.Seconds("--duration", 5, 1, 3600, "Length of a test");
        var bitrate = Options.BitsPerSecond("--bitrate", "Limit of a test");
        var rate = Options.BitsPerSecond("--assume-rate", "Rate that tests without a limit are taken to reach", "10G");
        var output = Options.Choice("--output", "text", "For people or for programs", ("text", "text"), ("json", "json"));
        var settings = new PlanSettings();
        var command = new Command("plan", "Say what a schedule would do and cost: rounds, time, bytes, money, coverage.") { nodeCount, file, racks, zones, interval, duration, bitrate, rate, output };
        settings.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(nodeCount) is null == result.GetValue(file) is null) result.AddError("Which nodes? Give --nodes with a number, or --nodes-file with a node list.");
            if (result.GetValue(file) is not null && (result.GetValue(racks) > 0 || result.GetValue(zones) > 0)) result.AddError("--racks and --zones go with --nodes: a node list has its own.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var nodes = parsed.GetValue(file) is { } path ? await ReadAsync(path, stop).ConfigureAwait(false) : Invent(parsed.GetValue(nodeCount)!.Value, parsed.GetValue(racks), parsed.GetValue(zones));
            var options = settings.ReadPlan(parsed);
            var budget = settings.ReadBudget(parsed);
            var bitsPerSecond = parsed.GetValue(bitrate) ?? parsed.GetValue(rate) ?? 10_000_000_000;
            var plan = MeshPlanner.Plan(nodes, options, cycle: 0);
            var cost = PlanCost.Of(plan, nodes, parsed.GetValue(duration), new CollectorOptions { Token = SharedToken.Random() }.SlotMargin, bitsPerSecond, budget.PricePerGigabyteBetweenZones);
            var pace = Pace.Of(nodes.Length, cost, budget, parsed.GetValue(interval).TotalSeconds);
            if (parsed.GetValue(output) == "json") WriteJson(nodes.Length, plan, cost, pace);
            else WriteText(nodes.Length, plan, cost, pace, bitsPerSecond, parsed.GetValue(duration));
            return 0;
        });
        return command;
    }

    private static async Task<PlanNode[]> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            var members = await new NodeFile(path).ReadAsync(stop).ConfigureAwait(false);
            return [.. members.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => new PlanNode(node.Name, node.Node.Rack ?? "", node.Node.Zone ?? "", IsSource: node is AgentNode))];
        }
        catch (NodeSourceException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private static PlanNode[] Invent(int count, int racks, int zones) =>
        [.. Enumerable.Range(0, count).Select(i => new PlanNode(string.Create(CultureInfo.InvariantCulture, $"node-{i:00000}"), racks > 0 ? $"rack-{i % racks}" : "", zones > 0 ? $"zone-{i % zones}" : ""))];

    private static void WriteText(int nodes, MeshPlan plan, PlanCost cost, Pace pace, double bitsPerSecond, TimeSpan duration)
    {
        var lines = new List<(string What, string Value)>
        {
            ("nodes", Count(nodes)),
            ("tests a cycle", $"{Count(plan.TestCount)}, {Quantities.Duration(duration.TotalSeconds)} each at {Quantities.Rate(bitsPerSecond)}"),
            ("rounds, slots", $"{Count(plan.RoundCount)}, {Count(plan.SlotCount)}; lower bound {Count(plan.LowerBoundSlots)} slots"),
            ("time of a cycle", Time(cost.WallSeconds)),
            ("busiest node", $"{Time(cost.BusiestNodeSeconds)} in tests a cycle, {Quantities.Share(cost.BusiestNodeSeconds / pace.SecondsBetweenStarts)} of the time"),
            ("coverage", plan.CyclesToCover == 1 ? "all pairs each cycle" : $"{Quantities.Share(plan.CoverageRatio)} of the pairs a cycle, all within {Count(plan.CyclesToCover)} cycles, {Time(plan.CyclesToCover * pace.SecondsBetweenStarts)}"),
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
