using System.CommandLine;
using NetGraph.Cli;

var root = new RootCommand("NetGraph: is the network between every two nodes healthy, and if not, which node, link or rack is at fault?")
{
    AgentCommand.Create(),
    CollectorCommand.Create(),
    ApiCommand.Create(),
    MeshCommand.Create(),
    UpCommand.Create(),
    AnalyzeCommand.Create(),
    GraphCommand.Create(),
};
HelpExamples.Add(root, [MeshCommand.Examples, AnalyzeCommand.Examples, GraphCommand.Examples]);
return await CommandRun.RunAsync(root, args);
