using NetGraph.Cli;

return await CommandRun.RunAsync(Verbs.Create(), args);
