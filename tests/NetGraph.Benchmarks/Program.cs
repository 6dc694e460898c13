using NetGraph.Benchmarks;

return args switch
{
    ["agent-memory"] => await AgentMemory.RunAsync(cycles: 10),
    ["prometheus-parse"] => await PrometheusParse.RunAsync(nodes: 1000),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("benchmarks: name one of these: agent-memory (resident memory of agents over ten mesh cycles).");
    return 2;
}
