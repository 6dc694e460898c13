using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Cli;

/// <summary>Kinds of option that several verbs have, with their checks.</summary>
internal static class Options
{
    private const string TokenVariable = "NETGRAPH_TOKEN";

    public static Option<int> Port(string name, int preset, string what) => Whole(name, preset, 1, 65535, what, "port");

    public static Option<int> Whole(string name, int preset, int least, int most, string what, string helpName) => new(name)
    {
        Description = $"{what} ({least} to {most}; default: {preset})",
        DefaultValueFactory = _ => preset,
        HelpName = helpName,
        CustomParser = result => ReadWhole(result, name, least, most) ?? preset,
    };

    /// <summary>A whole number that need not be given.</summary>
    /// <param name="name">The option.</param>
    /// <param name="least">The least that is allowed.</param>
    /// <param name="most">The most; <see cref="int.MaxValue"/> for no limit.</param>
    /// <param name="what">What it sets.</param>
    /// <param name="helpName">What its value is called in the help.</param>
    /// <param name="otherwise">What holds when it is not given; <see langword="null"/> when nothing is to be said of that.</param>
    public static Option<int?> OptionalWhole(string name, int least, int most, string what, string helpName, string? otherwise = null) => new(name)
    {
        Description = $"{what} ({(most == int.MaxValue ? $"{least} or more" : $"{least} to {most}")}{(otherwise is null ? "" : $"; default: {otherwise}")})",
        HelpName = helpName,
        CustomParser = result => ReadWhole(result, name, least, most),
    };

    public static Option<TimeSpan> Seconds(string name, int presetSeconds, int least, int most, string what) => new(name)
    {
        Description = $"{what} ({DurationText(least)} to {DurationText(most)}; default: {DurationText(presetSeconds)})",
        DefaultValueFactory = _ => TimeSpan.FromSeconds(presetSeconds),
        HelpName = "duration",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            // As the help of earlier versions wrote the default.
            if (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) && text.Contains(':', StringComparison.Ordinal)) text = FormattableString.Invariant($"{(long)span.TotalSeconds}s");
            if (QuantityText.ReadDuration(text) is { } duration && duration.TotalSeconds >= least && duration.TotalSeconds <= most) return duration;
            result.AddError($"'{text}' is not allowed for {name}: it must be whole seconds, minutes or hours from {DurationText(least)} to {DurationText(most)}, such as 30s or 5m.");
            return default;
        },
    };

    /// <summary>A text, with what holds when it is not given.</summary>
    public static Option<string> Text(string name, string preset, string what, string helpName) => new(name) { Description = $"{what} (default: {preset})", HelpName = helpName, DefaultValueFactory = _ => preset };

    /// <summary>Name or path of a program; by default found by its usual name.</summary>
    public static Option<string> Program(string name, string preset, string what) => Text(name, preset, what, "program");

    /// <summary>A time of microseconds to seconds that need not be given.</summary>
    public static Option<TimeSpan?> FineTime(string name, string what) => new(name)
    {
        Description = what,
        HelpName = "duration",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var (unit, microseconds) in (ReadOnlySpan<(string, double)>)[("us", 1), ("ms", 1e3), ("s", 1e6)])
            {
                if (text.EndsWith(unit, StringComparison.Ordinal)
                    && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                    && value * microseconds is >= 0 and <= 10e6)
                {
                    return TimeSpan.FromMicroseconds(value * microseconds);
                }
            }

            result.AddError($"'{text}' is not allowed for {name}: it must be a time from 0us to 10s, such as 50us or 1ms.");
            return null;
        },
    };

    public static Option<long?> BitsPerSecond(string name, string what, string otherwise = "no limit") => new(name)
    {
        Description = $"{what}, such as 500M or 10G (default: {otherwise})",
        HelpName = "bits/s",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (QuantityText.ReadRate(text) is { } rate) return rate;
            result.AddError($"'{text}' is not allowed for {name}: it must be {QuantityText.RateRule}.");
            return null;
        },
    };

    /// <summary>A number of bytes; infinite when it is said to be unlimited, <see langword="null"/> when nothing is said.</summary>
    public static Option<double?> Bytes(string name, string what, string otherwise) => new(name)
    {
        Description = $"{what}, such as 500G, 2T or unlimited (default: {otherwise})",
        HelpName = "bytes",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "unlimited") return double.PositiveInfinity;
            var factor = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'M' => 1e6, 'G' => 1e9, 'T' => 1e12, 'P' => 1e15, _ => 1 };
            if (double.TryParse(factor > 1 ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * factor is >= 1e6 and <= 1e18)
                return value * factor;
            result.AddError($"'{text}' is not allowed for {name}: it must be a number of bytes from 1M to 1000P, such as 500G or 2T, or unlimited.");
            return null;
        },
    };

    /// <summary>A time in seconds, for times much shorter than one.</summary>
    public static Option<double?> ShortTime(string name, string what, string? otherwise = null) => new(name)
    {
        Description = $"{what}, such as 500us, 5ms or 0.2s{(otherwise is null ? "" : $" (default: {otherwise})")}",
        HelpName = "duration",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (QuantityText.ReadShortTime(text) is { } seconds) return seconds;
            result.AddError($"'{text}' is not allowed for {name}: it must be {QuantityText.ShortTimeRule}.");
            return null;
        },
    };

    /// <summary>A share, 0 to 1.</summary>
    public static Option<double?> Ratio(string name, string what, string? otherwise = null) => new(name)
    {
        Description = $"{what}, such as 1% or 0.01{(otherwise is null ? "" : $" (default: {otherwise})")}",
        HelpName = "share",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (QuantityText.ReadShare(text) is { } share) return share;
            result.AddError($"'{text}' is not allowed for {name}: it must be {QuantityText.ShareRule}.");
            return null;
        },
    };

    public static Option<IPAddress?> Address(string name, string what) => new(name)
    {
        Description = what,
        HelpName = "address",
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
            result.AddError($"'{result.Tokens[0].Value}' is not allowed for {name}: it must be an IP address.");
            return null;
        },
    };

    /// <summary>Name of a network that agents measure.</summary>
    public static Option<string?> Network(string what) => new("--network")
    {
        Description = what,
        HelpName = "name",
        CustomParser = result =>
        {
            var name = result.Tokens[0].Value;
            if (name.Length is > 0 and <= 63 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return name;
            result.AddError($"'{name}' is not allowed for --network: it must be 1 to 63 letters, digits, dashes, dots or underscores, such as host or pod.");
            return null;
        },
    };

    public static Option<string?> Collector(string what) => new("--collector") { Description = what, HelpName = "URL" };

    /// <summary>A host with or without a port; <see langword="null"/> when it is not said.</summary>
    public static Option<DnsEndPoint?> HostAndPort(string name, int presetPort, string what) => new(name)
    {
        Description = what,
        HelpName = "host:port",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var (host, port) = (text, "");
            if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is var end and > 0) (host, port) = (text[1..end], text[(end + 1)..]);
            else if (text.Count(c => c == ':') == 1) (host, port) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[text.IndexOf(':', StringComparison.Ordinal)..]);
            var number = presetPort;
            if (OrderRules.IsHost(host) && (port.Length == 0 || (port[0] == ':' && int.TryParse(port[1..], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= 65535)))
                return new DnsEndPoint(host, number);
            result.AddError($"'{text}' is not allowed for {name}: it must be a host name or an IP address, with or without a port, such as graphite.example:{presetPort} or [fd00::1]:{presetPort}.");
            return null;
        },
    };

    public static Option<string?> TokenFile() => new("--token-file")
    {
        Description = $"File with the secret that collector and agents share (or variable {TokenVariable})",
        HelpName = "file",
    };

    /// <exception cref="StartupException">There is neither a file nor a variable, or what is there is no usable secret.</exception>
    public static SharedToken ReadToken(ParseResult parsed, Option<string?> file)
    {
        if (parsed.GetValue(file) is { } path) return SharedToken.Read(path);
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token) return SharedToken.Of(token, TokenVariable);
        throw new StartupException($"No token is given: make one with 'openssl rand -hex 32', and give it to collector and agents with --token-file or in {TokenVariable}.");
    }

    /// <summary>How to group nodes; <see langword="null"/> when it is not said.</summary>
    public static Option<GroupKey?> Group(string what) => OptionalChoice<GroupKey?>(
        "--group", what, "zone, or rack when all nodes are of one zone", ("zone", GroupKey.Zone), ("rack", GroupKey.Rack), ("region", GroupKey.Region), ("none", GroupKey.None));

    /// <summary>The form of a verb's answer.</summary>
    public static Option<AnswerForm> Output(string what = "For people or for programs") => Choice("--output", AnswerForm.Text, what, ("text", AnswerForm.Text), ("json", AnswerForm.Json));

    /// <summary>A choice among words.</summary>
    public static Option<T> Choice<T>(string name, T preset, string what, params (string Word, T Value)[] allowed)
    {
        var option = OptionalChoice(name, what, allowed.First(item => EqualityComparer<T>.Default.Equals(item.Value, preset)).Word, allowed);
        option.DefaultValueFactory = _ => preset;
        return option;
    }

    /// <summary>A choice among words that need not be made.</summary>
    public static Option<T> OptionalChoice<T>(string name, string what, string? otherwise, params (string Word, T Value)[] allowed)
    {
        string[] words = [.. allowed.Select(item => item.Word)];
        var list = string.Join(", ", words);
        var option = new Option<T>(name)
        {
            Description = otherwise is null ? $"{what} ({list})" : $"{what} ({list}; default: {otherwise})",
            HelpName = "word",
            CustomParser = result =>
            {
                foreach (var (word, value) in allowed)
                {
                    if (word.Equals(result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase)) return value;
                }

                result.AddError($"'{result.Tokens[0].Value}' is not allowed for {name}: choose one of {list}.");
                return default;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>A duration as it is written on a command line: <c>5m</c>, <c>1h30m</c>, <c>0s</c>.</summary>
    public static string DurationText(int seconds)
    {
        var text = string.Concat(seconds >= 3600 ? $"{seconds / 3600}h" : "", seconds / 60 % 60 > 0 ? $"{seconds / 60 % 60}m" : "", seconds % 60 > 0 ? $"{seconds % 60}s" : "");
        return text.Length > 0 ? text : "0s";
    }

    private static int? ReadWhole(ArgumentResult result, string name, int least, int most)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        result.AddError($"'{result.Tokens[0].Value}' is not allowed for {name}: it must be a whole number from {least} to {most}.");
        return null;
    }
}

/// <summary>For whom an answer is written.</summary>
internal enum AnswerForm
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,
}
