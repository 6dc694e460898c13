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
        var logForm = CommandRun.LogForm();
        var command = new Verb("api", "Turn what Prometheus or a collector holds into graphs, pictures and answers.")
        {
            Examples =
            [
                ("netgraph api --prometheus http://prometheus:9090", "page, graphs and analysis at http://localhost:8080/"),
                ("netgraph api --collector http://collector:9876 --listen 127.0.0.1", "without Prometheus: the newest measurements, no history"),
                ("netgraph api --prometheus http://mimir/prometheus --prometheus-tenant ops --prometheus-token-file token", "a server that wants to know who asks"),
            ],
            ExitCodes = CommandRun.ExitCodesOfService,
        };
        prometheus.AddTo(command);
        command.AddGroup("Collector", collector);
        command.AddGroup("Serving", port, listen, fresh);
        command.AddGroup("Analysis and log", analysis, expect, logLevel, logForm);
        command.AddCheck(result =>
        {
            if (result.GetValue(collector) is not null && prometheus.IsGiven(result)) result.AddError("--collector and --prometheus are both named to read: name one of them.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var settings = prometheus.Read(parsed)!;
            var source = parsed.GetValue(collector) is { } address ? ApiHost.ReadFromCollector(address, settings.Timeout) : ApiHost.ReadFromPrometheus(settings, prometheus.Network(parsed));
            var options = new ApiOptions { Port = parsed.GetValue(port), ListenAddress = parsed.GetValue(listen), FreshFor = parsed.GetValue(fresh), AnalysisInterval = parsed.GetValue(analysis), Expectations = ExpectationFile.Read(parsed.GetValue(expect)) };
            await using var api = await ApiHost.StartAsync(options, source, CommandRun.ReadLog(parsed, logLevel, logForm), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
