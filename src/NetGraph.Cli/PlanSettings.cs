using System.CommandLine;
using System.Globalization;
using NetGraph.Collector.Planning;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary>Options of which tests there are, which may run at once, and what they may cost: those of a collector, and of the question what one would do.</summary>
internal sealed class PlanSettings
{
    private readonly Option<PairSelection> _pairs = Options.Choice(
        "--pairs", PairSelection.Auto, "Pairs that a cycle tests; auto is full up to 100 nodes, then sampled",
        ("auto", PairSelection.Auto), ("full", PairSelection.Full), ("sampled", PairSelection.Sampled), ("zones", PairSelection.Zones));

    private readonly Option<int> _degree = Options.Whole("--degree", 8, 1, 1000, "Peers of each node in a sampled cycle, tested both ways", "count");

    private readonly Option<Isolation> _isolation = Options.Choice(
        "--isolation", Isolation.Pair, "What a test has of a node for itself; by direction a node sends and receives at once, which is faster, and disturbs results", ("pair", Isolation.Pair), ("direction", Isolation.Direction));

    private readonly Option<int> _crossings = Options.Whole("--crossings", 1, 1, 1000, "Tests that may cross the boundary of a group with a shared uplink at once", "count");
    private readonly Option<int> _maxConcurrent = Options.Whole("--max-concurrent", int.MaxValue, 1, int.MaxValue, "Tests that may run at once", "count");
    private readonly Option<double?> _duty = Options.Ratio("--max-duty-cycle", $"Share of the time that a node may be in tests (default: {BudgetLimits.DefaultDutyRatio:P0})");
    private readonly Option<double?> _bytes = Options.Bytes("--bytes-per-day", $"Bytes that all tests may move in 24 hours (default: {BudgetLimits.DefaultBytesPerNodeAndDay / 1e9:0}G times the number of nodes)");
    private readonly Option<double?> _bytesBetweenZones = Options.Bytes("--bytes-per-day-between-zones", "Bytes that tests may move between any two zones in 24 hours (default: unlimited)");
    private readonly Option<double> _price = Amount("--price-per-gb", "Price of a gigabyte (10^9 bytes) from one zone to another");
    private readonly Option<double> _money = Amount("--money-per-day", "What bytes between zones may cost in 24 hours, in the currency of the price; 0 for no limit");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _pairs, _degree, _isolation, _crossings, _maxConcurrent, _duty, _bytes, _bytesBetweenZones, _price, _money }) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_duty) is 0) result.AddError("'0' is not allowed for --max-duty-cycle: it must be above 0%, or nothing would ever be measured");
            if (result.GetValue(_money) > 0 && result.GetValue(_price) == 0) result.AddError("--money-per-day needs a price: give --price-per-gb, such as 0.01.");
        });
    }

    /// <summary>What the planner is told.</summary>
    public PlanOptions ReadPlan(ParseResult parsed) => new()
    {
        Isolation = parsed.GetValue(_isolation),
        Pairs = parsed.GetValue(_pairs),
        Degree = parsed.GetValue(_degree),
        Limits = new PlanLimits
        {
            CrossingsPerGroup = parsed.GetValue(_crossings),
            MaxConcurrent = parsed.GetValue(_maxConcurrent) is var most && most < int.MaxValue ? most : null,
        },
    };

    /// <summary>What tests may cost.</summary>
    public BudgetLimits ReadBudget(ParseResult parsed) => new()
    {
        MaxDutyRatio = parsed.GetValue(_duty) ?? BudgetLimits.DefaultDutyRatio,
        BytesPerNodeAndDay = parsed.GetValue(_bytes) is null ? BudgetLimits.DefaultBytesPerNodeAndDay : null,
        BytesPerDay = Limit(parsed.GetValue(_bytes)),
        BytesPerDayBetweenZones = Limit(parsed.GetValue(_bytesBetweenZones)),
        PricePerGigabyteBetweenZones = parsed.GetValue(_price),
        MoneyPerDay = parsed.GetValue(_money) is > 0 and var money ? money : null,
    };

    private static double? Limit(double? bytes) => bytes is { } limit && double.IsFinite(limit) ? limit : null;

    private static Option<double> Amount(string name, string what) => new(name)
    {
        Description = $"{what}; such as 0.01 (default: 0)",
        HelpName = "amount",
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1e9) return value;
            result.AddError($"'{result.Tokens[0].Value}' is not allowed for {name}: it must be an amount of money from 0 to 1000000000, such as 0.01.");
            return 0;
        },
    };
}
