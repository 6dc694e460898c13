using System.Text.Json;
using NetGraph.Measurements;

namespace NetGraph.Agent.Irtt;

/// <summary>What a run of irtt found of the way to the server: by the clocks of both ends, whose error is not in it.</summary>
/// <param name="Delay">Median of the delays from client to server; <see langword="null"/> when the run failed. Negative when the clocks differ by more than the delay.</param>
/// <param name="RoundTrip">Median of the round-trip times, by the client's clock alone.</param>
/// <param name="Failure">Why there is no delay.</param>
/// <param name="Text">What was seen of the failure.</param>
internal sealed record IrttResult(TimeSpan? Delay, TimeSpan? RoundTrip, ProbeFailure? Failure, string? Text)
{
    public static IrttResult Failed(ProbeFailure failure, string text) => new(null, null, failure, text);
}

/// <summary>Reads the JSON of <c>irtt client</c> 0.9, whose times are nanoseconds.</summary>
/// <remarks>From the summary alone: the member <c>lost</c> of single round trips is a string in some versions and a boolean in others.</remarks>
internal static class IrttReport
{
    public static IrttResult Read(ReadOnlySpan<byte> output)
    {
        try
        {
            var reader = new Utf8JsonReader(output, isFinalBlock: true, default);
            using var document = JsonDocument.ParseValue(ref reader);
            if (Member(document.RootElement, "stats") is not { } stats) return Invalid("the report of irtt has no stats");
            if (Number(Member(stats, "packets_received")) is 0) return IrttResult.Failed(ProbeFailure.Timeout, "no answer came during the whole run");
            var (delay, roundTrip) = (Median(stats, "send_delay"), Median(stats, "rtt"));
            return delay is null || roundTrip is null || roundTrip < TimeSpan.Zero
                ? Invalid("the report of irtt has no usable stats.send_delay.median and stats.rtt.median")
                : new IrttResult(delay, roundTrip, null, null);
        }
        catch (JsonException)
        {
            return Invalid(output.IsEmpty ? "irtt printed nothing" : "irtt printed what is no complete JSON");
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is no valid UTF-8 or UTF-16.
            return Invalid(exception.Message);
        }
    }

    private static IrttResult Invalid(string text) => IrttResult.Failed(ProbeFailure.InvalidOutput, text);

    private static TimeSpan? Median(JsonElement stats, string name) =>
        Number(Member(Member(stats, name), "n")) is > 0 && Number(Member(Member(stats, name), "median")) is { } nanoseconds && Math.Abs(nanoseconds) < 1e15
            ? TimeSpan.FromMicroseconds(nanoseconds / 1000)
            : null;

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member) ? member : null;

    private static double? Number(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && double.IsFinite(value) ? value : null;
}
