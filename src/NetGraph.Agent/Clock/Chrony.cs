using System.Globalization;
using NetGraph.Agent.Iperf3;

namespace NetGraph.Agent.Clock;

/// <summary>Asks chrony how far the clock may be off.</summary>
/// <param name="program">Name or path of chronyc.</param>
internal sealed class Chrony(string program)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private bool _isMissing;

    /// <summary>Asks; an answer is due within two seconds.</summary>
    /// <returns>The bound; <see langword="null"/> when chrony is not installed, does not run, or is not synchronised.</returns>
    public async Task<ClockErrorBound?> ReadAsync(CancellationToken cancellation)
    {
        if (_isMissing) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            await using var child = ChildProcess.Start(program, ["-c", "tracking"]);
            var line = await child.Output.ReadLineAsync(limit.Token).ConfigureAwait(false);
            return ChronyTracking.Read(line ?? "");
        }
        catch (ToolMissingException)
        {
            _isMissing = true;
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>Reads what <c>chronyc -c tracking</c> printed.</summary>
/// <remarks>
/// The bound is root dispersion + half the root delay + what the clock is still to be corrected by (chronyc(1), "tracking"). The flag that it is synchronised
/// alone would prove nothing; a clock whose reference is itself has no bound.
/// </remarks>
internal static class ChronyTracking
{
    private const int Fields = 14;
    private const string OwnClock = "7F7F0101";

    public static ClockErrorBound? Read(string line)
    {
        var fields = line.Split(',');
        if (fields.Length < Fields || fields[0] is OwnClock or "00000000" || fields[13].Trim() == "Not synchronised") return null;
        if (Number(fields[4]) is not { } correction || Number(fields[10]) is not { } delay || Number(fields[11]) is not { } dispersion) return null;
        var bound = Math.Abs(dispersion) + (Math.Abs(delay) / 2) + Math.Abs(correction);
        return bound < ClockWatch.UselessSeconds ? new ClockErrorBound(TimeSpan.FromSeconds(bound), "chrony") : null;
    }

    private static double? Number(string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
