using System.Globalization;
using System.Net;
using System.Text;
using NetGraph.Agent.Iperf3;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;

namespace NetGraph.Agent.Ping;

/// <summary>Sends a train by the program fping.</summary>
/// <param name="program">Name or path of fping 4 or newer.</param>
/// <param name="bind">Local address, used when it is of the destination's family.</param>
internal sealed class Fping(string program, IPAddress? bind)
{
    // The report of a hundred echoes to one destination has a fifth of that.
    private const int MaxCharacters = 4096;

    /// <summary>Sends a train and waits for its answers.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="end"/> fired. No child process is left.</exception>
    public async Task<ProbeOutcome> RunAsync(IcmpTrain train, IPAddress destination, CancellationToken end)
    {
        try
        {
            await using var child = ChildProcess.Start(program, Arguments(train, destination));
            var output = child.Output.BaseStream.CopyToAsync(Stream.Null, end);
            // The results are printed to standard error.
            var text = await ReadEndAsync(child.Error, end).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await child.WaitAsync(end).ConfigureAwait(false);
            return FpingReport.Read(text, train);
        }
        catch (ToolMissingException exception)
        {
            return new ProbeOutcome([], train.Echoes, ProbeFailure.ToolMissing, exception.Message);
        }
    }

    // All is read, or a full pipe would stop fping; the end is kept, since the report comes last, after a complaint for each packet that a router sent back.
    private static async Task<string> ReadEndAsync(StreamReader from, CancellationToken end)
    {
        var kept = new StringBuilder();
        var buffer = new char[MaxCharacters];
        while (await from.ReadAsync(buffer, end).ConfigureAwait(false) is var count and > 0)
        {
            kept.Append(buffer, 0, count);
            if (kept.Length > MaxCharacters) kept.Remove(0, kept.Length - MaxCharacters);
        }

        return kept.ToString();
    }

    private List<string> Arguments(IcmpTrain train, IPAddress destination)
    {
        List<string> arguments = ["-C", Text(train.Echoes), "-q", "-p", Milliseconds(train.Spacing), "-t", Milliseconds(train.Timeout)];
        if (bind is not null && !bind.Equals(IPAddress.Any) && !bind.Equals(IPAddress.IPv6Any) && bind.AddressFamily == destination.AddressFamily) arguments.AddRange(["-S", bind.ToString()]);
        arguments.Add(destination.ToString());
        return arguments;
    }

    private static string Milliseconds(TimeSpan time) => Text((int)Math.Ceiling(time.TotalMilliseconds));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads what <c>fping -C n -q ADDRESS</c> printed: <c>10.77.0.2 : 0.076 - 0.088</c>, times in milliseconds.</summary>
internal static class FpingReport
{
    public static ProbeOutcome Read(string text, IcmpTrain train)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.LastIndexOf(" : ", StringComparison.Ordinal) is not (var colon and >= 0)) continue;
            var fields = line[(colon + 3)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length != train.Echoes) continue;
            var times = fields.Select(Time).ToList();
            if (times.Exists(time => time is null) && !fields.Contains("-")) continue;
            var answered = times.OfType<TimeSpan>().ToList();
            var lost = fields.Count(field => field == "-");
            if (answered.Count + lost != fields.Length) continue;
            return new ProbeOutcome([.. answered], lost, lost > 0 ? ProbeFailure.Timeout : null, lost > 0 ? $"no answer within {train.Timeout.TotalSeconds:0.###} s" : null);
        }

        var said = text.Trim();
        return new ProbeOutcome([], train.Echoes, said.Length > 0 ? ProbeFailure.ToolError : ProbeFailure.InvalidOutput, said.Length > 0 ? said : "fping printed nothing");
    }

    private static TimeSpan? Time(string field) =>
        double.TryParse(field, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e7 ? TimeSpan.FromMicroseconds(milliseconds * 1000) : null;
}
