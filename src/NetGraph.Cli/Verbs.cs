using System.CommandLine;

namespace NetGraph.Cli;

/// <summary>The command line: all verbs, and what is the same for each.</summary>
internal static class Verbs
{
    /// <summary>Makes it.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("NetGraph: is the network between every two nodes healthy, and if not, which node, link or rack is at fault?")
        {
            AgentCommand.Create(),
            CollectorCommand.Create(),
            ApiCommand.Create(),
            PlanCommand.Create(),
            MeshCommand.Create(),
            UpCommand.Create(),
            PollCommand.Create(),
            AnalyzeCommand.Create(),
            GraphCommand.Create(),
            CompletionCommand.Create(),
            VersionCommand.Create(),
        };
        HelpPage.Use(root);
        VersionCommand.Use(root);
        return root;
    }
}
