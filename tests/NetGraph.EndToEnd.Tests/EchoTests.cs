using System.Globalization;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>What real agents' echoes say, against what the lab's links do and what fping says.</summary>
[Collection(nameof(OneAtATime))]
public sealed class EchoTests(EchoLab lab) : IClassFixture<EchoLab>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_median_is_that_of_fping_within_30_microseconds()
    {
        Demand();
        double echo = 0, fping = 0;
        // A machine that others use disturbs one run or the other.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            // At the pace of the echoes: how deep the processors sleep between two datagrams is half of the time.
            fping = await FpingMedianAsync("plain1", "plain2");
            echo = await lab.ReadMedianAsync("plain1", "plain2");
            if (Math.Abs(echo - fping) <= 30e-6) break;
        }

        Repository.Report("echo-accuracy", string.Create(CultureInfo.InvariantCulture, $"idle round-trip time on veth, medians: echo {echo * 1e6:0} us, fping {fping * 1e6:0} us; bar: within 30 us"));
        Assert.InRange(echo, fping - 30e-6, fping + 30e-6);
    }

    [Fact]
    public async Task A_delay_of_5_ms_is_measured_within_half_a_millisecond_one_way()
    {
        Demand();
        const double Most = 2 * (EchoLab.OneWayDelaySeconds + 0.0005);
        var median = double.MaxValue;
        // The wire is a process: what else the machine does can only slow it down.
        for (var attempt = 1; attempt <= 3 && median > Most; attempt++)
        {
            await AwaitSentAsync("plain2", "delayed", 64 * attempt);
            median = await lab.ReadMedianAsync("plain2", "delayed");
        }

        Repository.Report("echo-delay", string.Create(CultureInfo.InvariantCulture, $"wire of 5 ms each way: round-trip time {median * 1e3:0.00} ms (median)"));
        Assert.InRange(median, 2 * EchoLab.OneWayDelaySeconds, Most);
    }

    [Fact]
    public async Task A_loss_of_2_per_cent_lies_within_its_binomial_interval()
    {
        Demand();
        const int Enough = 300;
        long allSent = 0, allLost = 0, sent = 0, lost = 0, least = 0, most = 0;
        // The wire is a process: what else the machine does can only lose more. Each attempt counts new echoes.
        for (var attempt = 1; attempt <= 3 && (attempt == 1 || lost > most); attempt++)
        {
            long sentNow = 0, lostNow = 0;
            // Whoever asks, each echo crosses the lossy direction once, as a request or as an answer; delayed has losses of its own.
            foreach (var (source, destination) in lab.Lab.Hosts.Where(host => host is not ("lossy" or "delayed")).SelectMany(host => new[] { (host, "lossy"), ("lossy", host) }))
            {
                await AwaitSentAsync(source, destination, Enough * attempt);
                var echoes = await lab.ReadEchoesAsync(source, destination);
                sentNow += echoes.Sent;
                lostNow += echoes.Sent - echoes.Received;
            }

            (sent, lost, allSent, allLost) = (sentNow - allSent, lostNow - allLost, sentNow, lostNow);
            (least, most) = BinomialInterval(sent, EchoLab.LossRatio);
        }

        Repository.Report("echo-loss", string.Create(CultureInfo.InvariantCulture, $"2 % loss: {lost} of {sent} echoes lost ({(double)lost / sent:P2}); 99.9 % interval {least} to {most}"));
        Assert.InRange(lost, least, most);
    }

    [Fact]
    public async Task One_of_four_source_ports_that_loses_everything_is_a_quarter()
    {
        Demand();
        double? ratio = null;
        await Wait.UntilAsync(async () => (ratio = await lab.Lab.ReadAsync("plain1", "netgraph_probe_ecmp_lost_ports_ratio")) is > 0, "a port is found to lose everything", Patience);
        Assert.Equal(0.25, ratio);
        await Wait.UntilAsync(async () => await lab.Lab.ReadAsync("plain2", "netgraph_probe_ecmp_lost_ports_ratio") is not null, "enough is known of every port of another host", Patience);
        Assert.Equal(0, await lab.Lab.ReadAsync("plain2", "netgraph_probe_ecmp_lost_ports_ratio"));
    }

    [Fact]
    public async Task A_test_behind_a_queue_of_50_ms_adds_at_least_20_ms_and_the_idle_time_stays_idle()
    {
        Demand();
        await AwaitSentAsync("plain1", "queued", 64);

        var result = await lab.TestAsync("plain1", "queued", 3);

        Assert.Null(result["failure"]);
        double loaded = (double)result["loadedRoundTripSeconds"]!, idle = (double)result["idleRoundTripSeconds"]!;
        Repository.Report("echo-load", string.Create(CultureInfo.InvariantCulture,
            $"queue of 50 ms, cubic: round-trip time {loaded * 1e3:0.0} ms under load, {idle * 1e3:0.00} ms idle; bar: at least 20 ms more"));
        Assert.InRange(loaded - idle, 0.020, EchoLab.QueueSeconds * 1.5);
        Assert.InRange(idle, 0, 0.005);
        Assert.Equal(loaded - idle, (await lab.Lab.ReadAsync("plain1", "netgraph_latency_under_load_seconds"))!.Value, 1e-6);
        Assert.InRange((await lab.Lab.ReadAsync("plain1", "netgraph_loaded_probe_round_trip_seconds_count"))!.Value, 10, 60);
        var echoes = await lab.ReadEchoesAsync("plain1", "queued");
        Assert.InRange(echoes.RoundTripSeconds / echoes.Received, 0, 0.005);
    }

    private void Demand()
    {
        if (lab.Lack is { } lack) Assert.Skip(lack);
    }

    private Task AwaitSentAsync(string source, string destination, int count) =>
        Wait.UntilAsync(async () => (await lab.ReadEchoesAsync(source, destination)).Sent >= count, $"{count} echoes are sent from {source} to {destination}", Patience);

    private async Task<double> FpingMedianAsync(string source, string destination)
    {
        // "10.77.0.2 : 0.05 0.06 - ..." in milliseconds, a dash for a lost one.
        var run = await lab.Lab.InsideAsync(source, "fping", "-C", "60", "-p", "111", "-q", lab.Lab.AddressOf(destination));
        var times = run.Error.Split(" : ")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.Trim() != "-").Select(word => double.Parse(word, CultureInfo.InvariantCulture)).Order().ToList();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2 / 1e3;
    }

    /// <summary>Outside of it a binomial variable is once in a thousand times.</summary>
    private static (long Least, long Most) BinomialInterval(long trials, double probability)
    {
        double term = Math.Pow(1 - probability, trials), below = 0;
        long least = 0, successes = 0;
        while (true)
        {
            // Below is P(X < successes), term is P(X = successes).
            if (below <= 0.0005) least = successes;
            below += term;
            if (below >= 0.9995) return (least, successes);
            term *= (trials - successes) * probability / ((successes + 1) * (1 - probability));
            successes++;
        }
    }
}
