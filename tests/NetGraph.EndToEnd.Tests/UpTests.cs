using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>All parts in one process on loopback: the first picture without root and without Prometheus.</summary>
[Collection(nameof(OneAtATime))]
public sealed class UpTests
{
    [Fact]
    public async Task Measures_and_draws_three_nodes_and_ends_on_a_signal()
    {
        if (!Command.Exists("iperf3")) Assert.Skip("not installed: iperf3");
        var port = Repository.FreePort();
        string[] arguments = ["up", "--nodes", "3", "--bitrate", "200M", "--port", port.ToString()];
        using var process = AsNobody(arguments);
        try
        {
            var printed = process.StandardOutput.ReadLineAsync();
            Assert.Equal($"3 agents on 127.0.0.2 to 127.0.0.4; page: http://127.0.0.1:{port}/", await printed.WaitAsync(TimeSpan.FromSeconds(30)));
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            JsonArray links = [];
            await Wait.UntilAsync(async () =>
            {
                links = (await http.GetFromJsonAsync<JsonNode>("graph.json"))!["links"]!.AsArray();
                return links.Count == 6 && links.All(link => link!["throughputBitsPerSecond"] is not null && link["rttSeconds"] is not null);
            }, "all six links are measured", TimeSpan.FromSeconds(60));

            Assert.All(links, link => Assert.InRange((double)link!["throughputBitsPerSecond"]!, 100e6, 220e6));
            Assert.Contains("</svg>", await http.GetStringAsync("graph.svg"), StringComparison.Ordinal);
            Assert.Contains("<h1>NetGraph</h1>", await http.GetStringAsync(""), StringComparison.Ordinal);
        }
        finally
        {
            await Command.RunAsync("kill", ["-TERM", process.Id.ToString()]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await process.WaitForExitAsync(limit.Token);
        }

        Assert.Equal(0, process.ExitCode);
    }

    // As root there is nobody to prove that no root is needed: then the user nobody does.
    private static Process AsNobody(string[] arguments) =>
        Environment.UserName == "root" && Command.Exists("setpriv")
            ? Command.Start("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", Repository.NetGraph, .. arguments], new Dictionary<string, string> { ["HOME"] = "/tmp" })
            : Command.Start(Repository.NetGraph, arguments);
}
