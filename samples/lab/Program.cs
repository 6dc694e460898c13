using System.Runtime.InteropServices;
using System.Text.Json;
using NetGraph.Lab;
using NetGraph.Lab.Building;
using NetGraph.Lab.Relaying;
using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

const string Usage = """
    netlab makes a small, real network of Linux namespaces from a topology file.

      netlab up TOPOLOGY           make it (root)
      netlab down NAME             end what runs inside it and remove all of it (root)
      netlab status [NAME]         list the labs that are up, or show one with its processes and shapers
      netlab truth TOPOLOGY        print as JSON what every ordered pair of hosts can carry
      netlab nodes TOPOLOGY|NAME   print the node inventory as JSON; management addresses exist only while the lab is up

    State: $NETLAB_STATE or /run/netgraph-lab. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 up already or not up.
    """;

try
{
    return Run(args);
}
catch (TopologyException error)
{
    foreach (var line in error.Message.Split('\n'))
        Console.Error.WriteLine($"netlab: {line}");
    return ExitCode.Failure;
}
catch (LabException error)
{
    Console.Error.WriteLine($"netlab: {error.Message}");
    return error.ExitCode;
}

static int Run(string[] arguments)
{
    var states = StateDirectory.FromEnvironment();
    switch (arguments)
    {
        case ["--help" or "-h" or "help"]:
            Console.Out.WriteLine(Usage);
            return ExitCode.Done;
        case ["up", var path]:
            return Up(path, states);
        case ["down", var name]:
            LabDown.Run(name, states);
            Console.Out.WriteLine($"{name} is down");
            return ExitCode.Done;
        case ["status"]:
            LabReport.List(states, Console.Out);
            return ExitCode.Done;
        case ["status", var name]:
            LabReport.Describe(name, states, Console.Out);
            return ExitCode.Done;
        case ["truth", var path]:
            Console.Out.WriteLine(JsonSerializer.Serialize(Truth.Of(Topology.Read(path)), LabJson.Readable.IReadOnlyListTruth));
            return ExitCode.Done;
        case ["nodes", var name] when !File.Exists(name) && states.Exists(name):
            Console.Out.WriteLine(File.ReadAllText(states.PathOf(name, "nodes.json")));
            return ExitCode.Done;
        case ["nodes", var path]:
            Console.Out.WriteLine(JsonSerializer.Serialize(NodeInventory.Of(Topology.Read(path), null), LabJson.Readable.NodeInventory));
            return ExitCode.Done;
        case [RelayProgram.Verb, var name]:
            return RelayProgram.Run(name, states);
        default:
            Console.Error.WriteLine(Problem(arguments));
            return ExitCode.Usage;
    }
}

static int Up(string path, StateDirectory states)
{
    using var interruption = new CancellationTokenSource();
    var exitCode = ExitCode.Interrupted;
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Interrupt(context, ExitCode.Interrupted));
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Interrupt(context, ExitCode.Terminated));
    using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Interrupt(context, ExitCode.Terminated));
    try
    {
        var state = LabUp.Run(path, states, interruption.Token);
        Console.Out.WriteLine($"{state.Name} is up: {state.Namespaces.Count} namespaces; its truth, nodes and state are in {states.PathOf(state.Name)}");
        return ExitCode.Done;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("netlab: interrupted; everything made was removed again");
        return exitCode;
    }

    void Interrupt(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        exitCode = code;
        interruption.Cancel();
    }
}

static string Problem(string[] arguments) => arguments switch
{
    [] => Usage,
    ["up" or "truth", ..] => $"netlab: {arguments[0]} takes one topology file: see netlab --help",
    ["down" or "nodes", ..] => $"netlab: {arguments[0]} takes one name: see netlab --help",
    ["status", ..] => "netlab: status takes one name or none: see netlab --help",
    _ => $"netlab: there is no verb {arguments[0]}: see netlab --help",
};
