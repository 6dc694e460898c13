using System.CommandLine;
using NetGraph.Api;

namespace NetGraph.Cli;

/// <summary><c>netgraph api</c>: answers with graphs.</summary>
internal static class ApiCommand
{
    public static Command Create()
    {
        var prometheus = new Option<string>("--prometheus") { Description = "Address of Prometheus, or of any server with its query API", HelpName = "URL", DefaultValueFactory = _ => "http://localhost:9090" };
        var port = Options.Port("--port", 8080, "Port of everything");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var timeout = Options.Seconds("--query-timeout", 10, 1, 600, "Longest time for a query to Prometheus");
        var fresh = Options.Seconds("--fresh", 5, 1, 3600, "How long a graph is served from memory");
        var logLevel = CommandRun.LogLevelOption();
        var command = new Command("api", "Turn what Prometheus holds into graphs, pictures and answers.") { prometheus, port, listen, timeout, fresh, logLevel };
        command.SetAction(async (parsed, stop) =>
        {
            var source = ApiHost.ReadFromPrometheus(parsed.GetValue(prometheus)!, parsed.GetValue(timeout));
            var options = new ApiOptions { Port = parsed.GetValue(port), ListenAddress = parsed.GetValue(listen), FreshFor = parsed.GetValue(fresh) };
            await using var api = await ApiHost.StartAsync(options, source, parsed.GetValue(logLevel), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
