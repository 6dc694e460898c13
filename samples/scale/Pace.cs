using System.Diagnostics;
using System.Globalization;

namespace NetGraph.Scale;

/// <summary>Asks at an even pace, whether or not earlier answers came: what is measured includes the time that a request waits behind others in the api.</summary>
internal static class Pace
{
    /// <summary>Sends requests and prints how long their answers took, read to the end: median, 99th percentile and largest, in milliseconds.</summary>
    /// <exception cref="HttpRequestException">An answer was not 200.</exception>
    public static async Task<int> RunAsync(Uri address, int rate, int seconds)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 }) { Timeout = TimeSpan.FromSeconds(30) };
        // The first opens the connection and lets both programs compile what they run.
        for (var i = 0; i < rate; i++) await AskAsync(http, address, Stopwatch.GetTimestamp()).ConfigureAwait(false);

        var start = Stopwatch.GetTimestamp();
        var asked = new Task<double>[rate * seconds];
        for (var i = 0; i < asked.Length; i++)
        {
            var due = start + (long)(i * (double)Stopwatch.Frequency / rate);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero) await Task.Delay(wait).ConfigureAwait(false);
            // A delay ends up to a millisecond late: that is the client's doing, not the api's.
            asked[i] = AskAsync(http, address, Math.Max(due, Stopwatch.GetTimestamp()));
        }

        var milliseconds = await Task.WhenAll(asked).ConfigureAwait(false);
        Array.Sort(milliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds[milliseconds.Length / 2]:0.00} {milliseconds[milliseconds.Length * 99 / 100]:0.00} {milliseconds[^1]:0.00}"));
        return 0;
    }

    private static async Task<double> AskAsync(HttpClient http, Uri address, long start)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        await response.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
