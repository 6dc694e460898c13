using System.CommandLine;
using System.Net;
using NetGraph.Collector;
using NetGraph.Collector.Discovery;
using NetGraph.Hosting;
using Spectre.Console;

namespace NetGraph.Cli;

/// <summary><c>netgraph mesh</c>: runs one mesh now and says whether the network is as it should be.</summary>
internal static class MeshCommand
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var collector = Options.Collector("Address of a running collector, which is asked to run a cycle now");
        var nodes = new Option<string?>("--nodes") { Description = "JSON file that lists nodes: without a collector, the mesh is planned and run from here", HelpName = "file" };
        var token = Options.TokenFile();
        var authority = new Option<string?>("--tls-ca") { Description = "PEM file of the authority that signed the agents' certificates (default: plain HTTP)", HelpName = "file" };
        var streams = Options.Whole("--streams", 1, 1, 128, "Parallel TCP streams of a test", "count");
        var (tests, plan) = (new TestSettings(), new PlanSettings());
        var least = Options.BitsPerSecond("--min-bandwidth", "Throughput that every link must have", "none");
        var longest = Options.ShortTime("--max-rtt", "Mean round-trip time that no link may exceed", "no limit");
        var loss = Options.Ratio("--max-loss", "Share of echoes that no link may lose more of", "no limit");
        var limit = Options.Whole("--limit", 5, 0, 1000, "At most how many worst links to list", "count");
        var output = Options.Output();
        var command = new Verb("mesh", "Run one mesh now: a bar with the time left, the worst links, and an exit code that says whether all links are as expected.")
        {
            Examples =
            [
                ("netgraph mesh --collector http://collector:9876 --token-file token", "ask a running collector for a cycle"),
                ("netgraph mesh --nodes nodes.json --token-file token --min-bandwidth 5G --max-rtt 1ms --max-loss 0.1%", "without a collector; is every link good enough?"),
                ("netgraph mesh --nodes nodes.json --token-file token --pairs sampled --degree 4 --isolation direction --output json", "a quick look at many nodes, for a program"),
            ],
            ExitCodes = CommandRun.ExitCodes("every link is as expected", "the mesh could not be run, or nothing was measured", "a link is not as expected, or its test failed"),
        };
        Option[] ofNodes = [authority, streams, .. tests.All, .. plan.All];
        command.AddGroup("Who runs it", collector, nodes, token);
        command.AddGroup("With --nodes", [.. tests.All, streams, .. plan.All, authority]);
        command.AddGroup("Expectations", least, longest, loss);
        command.AddGroup("Answer", limit, output);
        command.AddCheck(result =>
        {
            var (hasCollector, hasNodes) = (result.GetValue(collector) is not null, result.GetValue(nodes) is not null);
            if (hasCollector == hasNodes) result.AddError(hasNodes ? "--collector and --nodes are both named: name one of them" : "Nothing is named to run the mesh: name a running collector with --collector URL, or the nodes with --nodes FILE");
            else if (hasCollector && ofNodes.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } idle) result.AddError($"{idle.Name} is the collector's to say: leave it out, or name the nodes with --nodes FILE");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var secret = Options.ReadToken(parsed, token);
            var expectations = new MeshExpectations(parsed.GetValue(least), parsed.GetValue(longest), parsed.GetValue(loss));
            var form = parsed.GetValue(output);
            if (parsed.GetValue(collector) is { } address) return await RunAsync(address, secret, expectations, form, parsed.GetValue(limit), stop).ConfigureAwait(false);

            var options = new CollectorOptions
            {
                ParallelStreams = parsed.GetValue(streams),
                ListenAddress = IPAddress.Loopback,
                MetricsPort = 0,
                Token = secret,
                AuthorityFile = parsed.GetValue(authority),
                OnRequestOnly = true,
                // A collector that runs elsewhere knows better whom they should send echoes to.
                ReplacesPeers = false,
                LinksInterval = TimeSpan.FromSeconds(2),
            };
            var here = await CollectorHost.StartAsync(plan.Apply(parsed, tests.Apply(parsed, options)), new NodeFile(parsed.GetValue(nodes)!), LogSettings.None, stop).ConfigureAwait(false);
            await using (here.ConfigureAwait(false))
                return await RunAsync($"http://127.0.0.1:{here.Port}", secret, expectations, form, parsed.GetValue(limit), stop).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(string address, SharedToken token, MeshExpectations expectations, AnswerForm form, int limit, CancellationToken stop)
    {
        using var client = new CollectorClient(address, token);
        var follower = new MeshFollower(client, TimeProvider.System);
        MeshOutcome outcome;
        try
        {
            outcome = await FollowAsync(follower, expectations.NeedsEchoes, form, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (stop.IsCancellationRequested)
        {
            // Nothing was found out, and a pipeline must not take that for good.
            throw new StartupException("Interrupted before the mesh had ended: nothing is judged.", exception);
        }

        var broken = expectations.Judge(outcome.Tests, outcome.Echoes);
        var standardOutput = Console.OpenStandardOutput();
        await using (standardOutput.ConfigureAwait(false))
        {
            if (form == AnswerForm.Json)
            {
                MeshReport.WriteJson(outcome, broken, standardOutput);
            }
            else
            {
                var text = new StreamWriter(standardOutput, leaveOpen: true);
                await using (text.ConfigureAwait(false)) MeshReport.WriteText(outcome, expectations, broken, limit, Terminal.Output.Width, text);
            }
        }

        if (broken.Count > 0) return CommandRun.Found;
        if (outcome.Summary.TestsSucceeded == 0) throw new StartupException("Nothing was measured: look at the collector's and the agents' messages.");
        return 0;
    }

    private static async Task<MeshOutcome> FollowAsync(MeshFollower follower, bool needsEchoes, AnswerForm form, CancellationToken stop)
    {
        if (!Terminal.CanShowProgress) return await follower.RunAsync(needsEchoes, form == AnswerForm.Json ? (_, _) => { } : WriteLines(), stop).ConfigureAwait(false);

        MeshOutcome? outcome = null;
        var console = Terminal.OpenError();
        await console.Live(MeshScreen.Draw(null, [], console.Profile.Width, console.Profile.Height)).AutoClear(true).StartAsync(async screen =>
        {
            outcome = await follower.RunAsync(needsEchoes, (cycle, tests) =>
            {
                screen.UpdateTarget(MeshScreen.Draw(cycle, tests, console.Profile.Width, console.Profile.Height));
                screen.Refresh();
            }, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return outcome!;
    }

    private static Action<RunningCycle?, IReadOnlyList<TestReport>> WriteLines()
    {
        var written = TimeProvider.System.GetTimestamp();
        return (cycle, _) =>
        {
            if (cycle is null || TimeProvider.System.GetElapsedTime(written) < BetweenLines) return;
            written = TimeProvider.System.GetTimestamp();
            Console.Error.WriteLine(MeshScreen.Line(cycle));
        };
    }
}
