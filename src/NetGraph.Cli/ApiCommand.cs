using System.CommandLine;
using NetGraph.Api;

namespace NetGraph.Cli;

/// <summary><c>netgraph api</c>: answers with graphs.</summary>
internal static class ApiCommand
{
    public static Command Create()
    {
        var prometheus = new PrometheusSettings("http://localhost:9090");
        var port = Options.Port("--port", 8080, "Port of everything");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var fresh = Options.Seconds("--fresh", 5, 1, 3600, "How long a graph is served from memory, and up to twice as long while the next is read");
        var expect = ExpectationFile.Option();
        var logLevel = CommandRun.LogLevelOption();
        var command = new Command("api", "Turn what Prometheus holds into graphs, pictures and answers.") { port, listen, fresh, expect, logLevel };
        prometheus.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var source = ApiHost.ReadFromPrometheus(prometheus.Read(parsed)!);
            var options = new ApiOptions { Port = parsed.GetValue(port), ListenAddress = parsed.GetValue(listen), FreshFor = parsed.GetValue(fresh), Expectations = ExpectationFile.Read(parsed.GetValue(expect)) };
            await using var api = await ApiHost.StartAsync(options, source, parsed.GetValue(logLevel), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
