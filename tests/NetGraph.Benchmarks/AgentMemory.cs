using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>Resident memory of agents while a collector runs mesh cycles and a scraper reads their metrics, all as processes of their own, over TLS.</summary>
internal static class AgentMemory
{
    private const int Agents = 4;
    private const double BarMegabytes = 90;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(int cycles)
    {
        var folder = Directory.CreateTempSubdirectory("netgraph-bench-").FullName;
        var processes = new List<Process>();
        try
        {
            await WriteSecretsAsync(folder);
            var addresses = Enumerable.Range(2, Agents).Select(last => $"127.0.9.{last}").ToList();
            foreach (var address in addresses)
            {
                processes.Add(Command.Start(Repository.NetGraph,
                [
                    "agent", "--node", address, "--bind", address, "--log-level", "error",
                    "--token-file", $"{folder}/token", "--tls-certificate", $"{folder}/agents.crt", "--tls-key", $"{folder}/agents.key",
                ]));
            }

            var nodes = new JsonObject { ["nodes"] = new JsonArray([.. addresses.Select(address => new JsonObject { ["name"] = address, ["address"] = address })]) };
            await File.WriteAllTextAsync($"{folder}/nodes.json", nodes.ToJsonString());
            var port = Repository.FreePort();
            using var http = new HttpClient();
            foreach (var address in addresses) await AwaitAsync(http, $"http://{address}:9876/healthz");
            var started = await MemoryAsync(processes);

            processes.Add(Command.Start(Repository.NetGraph,
            [
                "collector", "--nodes", $"{folder}/nodes.json", "--duration", "1s", "--interval", "1s", "--max-duty-cycle", "1", "--bytes-per-day", "unlimited", "--listen", "127.0.0.1", "--metrics-port", $"{port}",
                "--bitrate", "500M", "--token-file", $"{folder}/token", "--tls-ca", $"{folder}/agents.crt", "--log-level", "error",
            ]));
            await AwaitAsync(http, $"http://127.0.0.1:{port}/healthz");
            await Wait.UntilAsync(async () =>
            {
                foreach (var address in addresses) await http.GetStringAsync($"http://{address}:9876/metrics");
                return (int?)(await http.GetFromJsonAsync<JsonNode>($"http://127.0.0.1:{port}/api/v1/cycle"))?["last"]?["cycle"] >= cycles;
            }, $"{cycles} cycles end", Patience);

            var after = (await MemoryAsync(processes)).Take(Agents).ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"agent memory after {cycles} cycles of {Agents} agents: largest {after.Max():0.0} MB resident, smallest {after.Min():0.0} MB (at the start {started.Max():0.0} MB); bar {BarMegabytes:0} MB"));
            return after.Max() <= BarMegabytes ? 0 : 1;
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

    private static async Task WriteSecretsAsync(string folder)
    {
        await File.WriteAllTextAsync($"{folder}/token", Guid.NewGuid().ToString("N"));
        var made = await Command.RunAsync("openssl",
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=netgraph-agent",
            "-addext", "subjectAltName=DNS:netgraph-agent", "-keyout", $"{folder}/agents.key", "-out", $"{folder}/agents.crt",
        ]);
        if (made.ExitCode != 0) throw new InvalidOperationException($"openssl could not make a certificate: {made.Error}");
    }

    private static async Task AwaitAsync(HttpClient http, string address) => await Wait.UntilAsync(async () =>
    {
        try
        {
            return (await http.GetAsync(address)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, $"{address} answers", TimeSpan.FromSeconds(30));

    /// <summary>Resident memory of each process in megabytes (10^6 bytes).</summary>
    private static async Task<List<double>> MemoryAsync(IEnumerable<Process> processes)
    {
        var memory = new List<double>();
        foreach (var process in processes)
        {
            var line = (await File.ReadAllLinesAsync($"/proc/{process.Id}/status")).Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            memory.Add(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6);
        }

        return memory;
    }
}
