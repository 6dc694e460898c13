using System.Globalization;
using NetGraph.Benchmarks;

// The lines of the short table, in order.
Func<Task<Figure>>[] table =
[
    // First, while memory is as a fresh process has it.
    () => PrometheusParse.MeasureAsync(1000),
    () => AllPairsWidest.CompareAsync("", SampleGraphs.Uniform(1000)),
    () => AllPairsWidest.CompareAsync("racks ", SampleGraphs.Racks(1000, racks: 40)),
    () => AllPairsWidest.CompareAsync("coarse racks ", SampleGraphs.CoarseRacks(1000, racks: 40)),
    () => AllPairsWidest.MeasureMemoryAsync(5000),
];

return args switch
{
    ["table"] => await PrintAsync(table),
    ["all-pairs-once", var vertices] => AllPairsWidest.RunOnce(int.Parse(vertices, CultureInfo.InvariantCulture)),
    ["micro"] => Micro.Run(),
    ["agent-memory"] => await AgentMemory.RunAsync(cycles: 10),
    ["lab"] => await LabAccuracy.RunAsync(),
    ["agent-echo"] => await AgentEcho.RunAsync(TimeSpan.FromMinutes(2)),
    ["agent-echo", var seconds] => await AgentEcho.RunAsync(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))),
    _ => Usage(),
};

static async Task<int> PrintAsync(Func<Task<Figure>>[] table)
{
    var fails = false;
    foreach (var line in table)
    {
        var figure = await line();
        Console.WriteLine(figure.Text + (figure.Fails ? " FAILED" : ""));
        fails |= figure.Fails;
    }

    return fails ? 1 : 0;
}

static int Usage()
{
    Console.Error.WriteLine("benchmarks: name one of these: table (the main figures beside their bars and peers), micro (the graph engine's parts one by one), agent-memory (resident memory of agents over ten mesh cycles), agent-echo (processor time and memory of an agent with 200 peers over two minutes, beside fping), lab (time and error of meshes on networks whose truth is known; needs root).");
    return 2;
}
