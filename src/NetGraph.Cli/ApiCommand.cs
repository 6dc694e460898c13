using System.CommandLine;
using NetGraph.Api;

namespace NetGraph.Cli;

/// <summary><c>netgraph api</c>: answers with graphs.</summary>
internal static class ApiCommand
{
    public static Command Create()
    {
        var prometheus = new PrometheusSettings("http://localhost:9090");
        var collector = Options.Collector("Read the newest measurements from this collector instead of Prometheus; there is no history then");
        var port = Options.Port("--port", 8080, "Port of everything");
        var listen = Options.Address("--listen", "Local address to listen on (default: any)");
        var fresh = Options.Seconds("--fresh", 5, 1, 3600, "How long a graph is served from memory, and up to twice as long while the next is read");
        var analysis = Options.Seconds("--analysis-interval", 60, 1, 3600, "Time from one analysis, whose suspects are published as metrics, to the next");
        var expect = ExpectationFile.Option();
        var logLevel = CommandRun.LogLevelOption();
        var command = new Command("api", "Turn what Prometheus or a collector holds into graphs, pictures and answers.") { collector, port, listen, fresh, analysis, expect, logLevel };
        prometheus.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(collector) is not null && prometheus.IsGiven(result)) result.AddError("--collector and --prometheus are both named to read: name one of them.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var settings = prometheus.Read(parsed)!;
            var source = parsed.GetValue(collector) is { } address ? ApiHost.ReadFromCollector(address, settings.Timeout) : ApiHost.ReadFromPrometheus(settings, prometheus.Network(parsed));
            var options = new ApiOptions { Port = parsed.GetValue(port), ListenAddress = parsed.GetValue(listen), FreshFor = parsed.GetValue(fresh), AnalysisInterval = parsed.GetValue(analysis), Expectations = ExpectationFile.Read(parsed.GetValue(expect)) };
            await using var api = await ApiHost.StartAsync(options, source, parsed.GetValue(logLevel), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
