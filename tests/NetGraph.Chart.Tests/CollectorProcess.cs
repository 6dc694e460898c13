using System.Globalization;
using System.Text.RegularExpressions;
using NetGraph.Testing;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Chart.Tests;

/// <summary>A collector outside the cluster, with the chart's service account's own token: it may do what the chart lets it, and no more.</summary>
internal sealed partial class CollectorProcess : IAsyncDisposable
{
    private readonly GuardedProcess _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly string _log;

    private CollectorProcess(GuardedProcess process, int port, string log)
    {
        _process = process;
        Port = port;
        _log = log;
    }

    public int Port { get; }

    public string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>Starts one for the release <c>netgraph</c> of a namespace; returns when it answers.</summary>
    public static async Task<CollectorProcess> StartAsync(ControlPlane plane, string ns, string name, params string[] arguments)
    {
        var kubeconfig = plane.KubeconfigFor(await plane.CreateTokenAsync(ns, "netgraph-collector"), ns);
        var secret = await plane.SendAsync(HttpMethod.Get, $"api/v1/namespaces/{ns}/secrets/netgraph-token");
        var token = Path.Combine(plane.Folder, $"{ns}-token");
        await File.WriteAllBytesAsync(token, Convert.FromBase64String(secret["data"]!["token"]!.ToString()));
        var (port, log) = (Repository.FreePort(), Path.Combine(plane.Folder, $"{ns}-{name}.log"));
        var process = await GuardedProcess.StartAsync(Repository.NetGraph,
        [
            "collector", "--kubernetes", "--kubeconfig", kubeconfig, "--agent-namespace", ns, "--token-file", token, "--node-grace", "0s", "--listen", "127.0.0.1",
            "--metrics-port", port.ToString(CultureInfo.InvariantCulture), .. arguments,
        ], log, new Dictionary<string, string> { ["POD_NAME"] = name });
        var collector = new CollectorProcess(process, port, log);
        try
        {
            await Wait.UntilAsync(async () => await collector.MetricsAsync() != "", $"the collector {name} answers", TimeSpan.FromSeconds(60));
            return collector;
        }
        catch
        {
            await collector.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its metrics; empty while it does not answer.</summary>
    public async Task<string> MetricsAsync()
    {
        try
        {
            return await _http.GetStringAsync(new Uri($"http://127.0.0.1:{Port}/metrics"));
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return _process.HasExited ? throw new InvalidOperationException($"The collector ended: {Log}") : "";
        }
    }

    /// <summary>Names of the nodes that it found, sorted.</summary>
    public async Task<string[]> NodesAsync() => [.. NodeName().Matches(await MetricsAsync()).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    /// <summary>Whether it leads.</summary>
    public async Task<bool> LeadsAsync() => (await MetricsAsync()).Contains("\nnetgraph_collector_leader 1\n", StringComparison.Ordinal);

    /// <summary>Kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    [GeneratedRegex("^netgraph_node_info\\{node=\"([^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex NodeName();
}
