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
    () => KubernetesCaches.MeasureAsync(1000),
    .. Plans.Names.Select(name => new Func<Task<Figure>>(() => Plans.MeasureAsync(name))),
];

return args switch
{
    ["table"] => await PrintAsync(table),
    ["all-pairs-once", var vertices] => AllPairsWidest.RunOnce(int.Parse(vertices, CultureInfo.InvariantCulture)),
    ["plan-once", var name] => Plans.RunOnce(name),
    ["kubernetes"] => await PrintAsync([() => KubernetesCaches.MeasureAsync(1000), () => KubernetesCaches.MeasureAsync(5000)]),
    ["kubernetes-once", var address, var nodes] => await KubernetesCaches.RunOnceAsync(address, int.Parse(nodes, CultureInfo.InvariantCulture)),
    ["micro"] => Micro.Run(),
    ["agent-memory"] => await AgentMemory.RunAsync(cycles: 10),
    ["lab", .. var names] => await LabAccuracy.RunAsync(names),
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
    Console.Error.WriteLine("benchmarks: name one of these: table (the main figures beside their bars and peers), micro (the graph engine's parts one by one), kubernetes (what it costs to know a cluster), agent-memory (resident memory of agents over ten mesh cycles), agent-echo (processor time and memory of an agent with 200 peers over two minutes, beside fping), lab (time and error of meshes on networks whose truth is known; needs root).");
    return 2;
}
