using System.CommandLine;
using System.Globalization;
using NetGraph.Collector.Planning;

namespace NetGraph.Cli;

/// <summary>Options of what tests may cost.</summary>
internal sealed class BudgetSettings
{
    private readonly Option<double?> _duty = Options.Ratio("--max-duty-cycle", "Share of the time that a node may be in tests", $"{BudgetLimits.DefaultDutyRatio * 100:0}%");
    private readonly Option<double?> _bytes = Options.Bytes("--bytes-per-day", "Bytes that all tests may move in 24 hours", $"{BudgetLimits.DefaultBytesPerNodeAndDay / 1e9:0}G times the number of nodes");
    private readonly Option<double?> _bytesBetweenZones = Options.Bytes("--bytes-per-day-between-zones", "Bytes that tests may move between any two zones in 24 hours", "unlimited");
    private readonly Option<double> _price = Amount("--price-per-gb", "Price of a gigabyte (10^9 bytes) from one zone to another", "0");
    private readonly Option<double> _money = Amount("--money-per-day", "What bytes between zones may cost in 24 hours, in the currency of the price", "no limit");

    public void AddTo(Verb command)
    {
        command.AddGroup("Budget", _duty, _bytes, _bytesBetweenZones, _price, _money);
        command.AddCheck(result =>
        {
            if (result.GetValue(_duty) is 0) result.AddError("'0' is not allowed for --max-duty-cycle: it must be above 0%, or nothing would ever be measured");
            if (result.GetValue(_money) > 0 && result.GetValue(_price) == 0) result.AddError("--money-per-day needs a price: give --price-per-gb, such as 0.01.");
        });
    }

    /// <summary>What tests may cost.</summary>
    public BudgetLimits Read(ParseResult parsed) => new()
    {
        MaxDutyRatio = parsed.GetValue(_duty) ?? BudgetLimits.DefaultDutyRatio,
        BytesPerNodeAndDay = parsed.GetValue(_bytes) is null ? BudgetLimits.DefaultBytesPerNodeAndDay : null,
        BytesPerDay = Limit(parsed.GetValue(_bytes)),
        BytesPerDayBetweenZones = Limit(parsed.GetValue(_bytesBetweenZones)),
        PricePerGigabyteBetweenZones = parsed.GetValue(_price),
        MoneyPerDay = parsed.GetValue(_money) is > 0 and var money ? money : null,
    };

    private static double? Limit(double? bytes) => bytes is { } limit && double.IsFinite(limit) ? limit : null;

    private static Option<double> Amount(string name, string what, string otherwise) => new(name)
    {
        Description = $"{what}, such as 0.01 (default: {otherwise})",
        HelpName = "amount",
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1e9) return value;
            result.AddError($"'{result.Tokens[0].Value}' is not allowed for {name}: it must be an amount of money from 0 to 1000000000, such as 0.01.");
            return 0;
        },
    };
}
