using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>Processor time and memory of an agent with many peers at the default echo train, which it sends to and answers, beside fping sending as many.</summary>
internal static class AgentEcho
{
    private const int Peers = 200;
    private const int WarmUpEchoesPerPeer = 15;
    private const double CpuBarRatio = 0.02;
    private const double BarMegabytes = 100;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(TimeSpan length)
    {
        var folder = Directory.CreateTempSubdirectory("netgraph-bench-").FullName;
        var processes = new List<Process>();
        try
        {
            var token = Guid.NewGuid().ToString("N");
            await File.WriteAllTextAsync($"{folder}/token", token);
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            // All of 127.0.0.0/8 is this machine: each agent is as many peers of the other as there are addresses.
            var (measured, other) = (await StartAsync(http, folder, processes), await StartAsync(http, folder, processes));
            await GivePeersAsync(http, measured, "127.0.11", other);
            await GivePeersAsync(http, other, "127.0.12", measured);
            // It prints more than a pipe holds that nobody reads.
            var fping = Command.Exists("fping") ? Command.Start("sh", ["-c", $"exec fping -l -q -p 1000 -i 4 {string.Join(' ', Addresses("127.0.13"))} >/dev/null 2>&1"]) : null;
            if (fping is not null) processes.Add(fping);

            // The first seconds compile what then runs.
            await WarmUpAsync(http, measured);
            var before = (Agent: CpuSeconds(measured.Process), Fping: CpuSeconds(fping), Echoes: await EchoesAsync(http, measured));
            var watch = Stopwatch.StartNew();
            using (var timer = new PeriodicTimer(ScrapeInterval))
            {
                while (watch.Elapsed < length && await timer.WaitForNextTickAsync()) await http.GetStringAsync(new Uri($"http://127.0.0.1:{measured.MetricsPort}/metrics"));
            }

            var seconds = watch.Elapsed.TotalSeconds;
            var cpu = (CpuSeconds(measured.Process) - before.Agent)!.Value / seconds;
            var echoes = await EchoesAsync(http, measured);
            var (sent, lost) = (echoes.Sent - before.Echoes.Sent, (echoes.Sent - echoes.Received) - (before.Echoes.Sent - before.Echoes.Received));
            var memory = PeakMegabytes(measured.Process);
            if (fping is { HasExited: true }) throw new InvalidOperationException($"fping ended early, with code {fping.ExitCode}.");
            var beside = (CpuSeconds(fping) - before.Fping) / seconds is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:P2} of a core, {PeakMegabytes(fping!):0.0} MB") : "not installed";
            var fails = cpu > CpuBarRatio || memory > BarMegabytes || sent < 0.9 * Peers * seconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"agent echo, {Peers} peers over {seconds:0} s: {cpu:P2} of a core, {memory:0.0} MB at most, {sent / seconds:0} echoes/s sent and about as many answered, {lost} lost; bars {CpuBarRatio:P0}, {BarMegabytes:0} MB; fping sending as many: {beside}{(fails ? " FAILED" : "")}"));
            return fails ? 1 : 0;
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Addresses(string prefix) => Enumerable.Range(1, Peers).Select(last => $"{prefix}.{last}");

    private static async Task<Agent> StartAsync(HttpClient http, string folder, List<Process> processes)
    {
        int metrics = Repository.FreePort(), orders = Repository.FreePort(), echo = Repository.FreePort();
        var process = Command.Start(Repository.NetGraph,
        [
            "agent", "--node", $"n{metrics}", "--metrics-port", $"{metrics}", "--orders-port", $"{orders}", "--echo-port", $"{echo}", "--token-file", $"{folder}/token", "--metrics-level", "full", "--log-level", "error",
        ]);
        processes.Add(process);
        await Wait.UntilAsync(async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri($"http://127.0.0.1:{metrics}/healthz"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the agent answers", TimeSpan.FromSeconds(30));
        return new Agent(process, metrics, orders, echo);
    }

    private static async Task GivePeersAsync(HttpClient http, Agent agent, string prefix, Agent answering)
    {
        var peers = new JsonArray([.. Addresses(prefix).Select(address => new JsonObject { ["node"] = address, ["address"] = address, ["echoPort"] = answering.EchoPort })]);
        using var answer = await http.PutAsJsonAsync(new Uri($"http://127.0.0.1:{agent.OrdersPort}/v1/peers"), new JsonObject { ["version"] = "1", ["peers"] = peers });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task WarmUpAsync(HttpClient http, Agent agent)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while ((await EchoesAsync(http, agent)).Sent < WarmUpEchoesPerPeer * Peers)
        {
            if (watch.Elapsed > LongestWarmUp) throw new InvalidOperationException($"The agent sent fewer than {WarmUpEchoesPerPeer} echoes a peer in {LongestWarmUp.TotalSeconds:0} s.");
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<(long Sent, long Received)> EchoesAsync(HttpClient http, Agent agent)
    {
        var lines = (await http.GetStringAsync(new Uri($"http://127.0.0.1:{agent.MetricsPort}/metrics"))).Split('\n');
        long Sum(string metric) => lines.Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal)).Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        return (Sum("netgraph_probes_sent_total"), Sum("netgraph_probes_received_total"));
    }

    private static double? CpuSeconds(Process? process)
    {
        process?.Refresh();
        return process?.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Largest resident memory so far in megabytes (10^6 bytes).</summary>
    private static double PeakMegabytes(Process process)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    private sealed record Agent(Process Process, int MetricsPort, int OrdersPort, int EchoPort);
}
