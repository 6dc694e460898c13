using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>Token and certificate that the chart makes are what agents and collector want.</summary>
public sealed class OrderSecretsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netgraph-secrets-");

    [Fact]
    public async Task A_mesh_runs_with_them_and_not_with_those_of_another_install()
    {
        Helm.Need("helm", "iperf3");
        if (!File.Exists(Repository.NetGraph)) Assert.Skip($"{Repository.NetGraph} is not there: build with -c Release");
        await WriteSecretsAsync("ours");
        await WriteSecretsAsync("theirs");
        var nodes = new JsonArray();
        var agents = new List<Process>();
        try
        {
            foreach (var (name, address) in new[] { ("a", "127.0.0.2"), ("b", "127.0.0.3") })
            {
                var (metrics, orders, echo) = (Repository.FreePort(), Repository.FreePort(), Repository.FreePort());
                agents.Add(Command.Start(Repository.NetGraph,
                [
                    "agent", "--node", name, "--bind", address, "--metrics-port", Text(metrics), "--orders-port", Text(orders), "--echo-port", Text(echo), "--icmp", "off",
                    "--token-file", PathOf("ours/token"), "--tls-certificate", PathOf("ours/tls.crt"), "--tls-key", PathOf("ours/tls.key"), "--log-level", "error",
                ]));
                nodes.Add(new JsonObject { ["name"] = name, ["address"] = address, ["ordersPort"] = orders, ["echoPort"] = echo });
                using var http = new HttpClient();
                await Wait.UntilAsync(async () =>
                {
                    try
                    {
                        using var answer = await http.GetAsync($"http://{address}:{metrics}/healthz");
                        return answer.IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                }, $"agent {name} answers", TimeSpan.FromSeconds(30));
            }

            await File.WriteAllTextAsync(PathOf("nodes.json"), new JsonObject { ["nodes"] = nodes }.ToJsonString());

            var ours = await MeshAsync("ours", "ours");
            Assert.True(ours.ExitCode == 0, ours.Output + ours.Error);
            Assert.Contains("2 of 2 links measured, 0 failed", ours.Output, StringComparison.Ordinal);
            Assert.Equal(1, (await MeshAsync("ours", "theirs")).ExitCode);
            Assert.Equal(1, (await MeshAsync("theirs", "ours")).ExitCode);
        }
        finally
        {
            foreach (var agent in agents)
            {
                agent.Kill();
                await agent.WaitForExitAsync();
                agent.Dispose();
            }
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<Command.Outcome> MeshAsync(string token, string authority) =>
        Command.RunAsync(Repository.NetGraph, ["mesh", "--nodes", PathOf("nodes.json"), "--token-file", PathOf($"{token}/token"), "--tls-ca", PathOf($"{authority}/ca.crt"), "--duration", "1s", "--bitrate", "50M"], patience: TimeSpan.FromMinutes(3));

    private async Task WriteSecretsAsync(string name)
    {
        var run = await Helm.TemplateAsync([]);
        var objects = Yaml.ReadAll(run.Output);
        Directory.CreateDirectory(PathOf(name));
        foreach (var secret in new[] { "netgraph-token", "netgraph-tls" })
        {
            foreach (var (key, value) in objects.Find("Secret", secret)["data"]!.AsObject()) await File.WriteAllBytesAsync(PathOf($"{name}/{key}"), Convert.FromBase64String(value!.ToString()));
        }
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
