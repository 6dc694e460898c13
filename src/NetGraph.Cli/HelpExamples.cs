using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NetGraph.Cli;

/// <summary>Examples below the help of a verb.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Text">What is printed, in whole lines.</param>
internal sealed record HelpExamples(string Verb, string Text)
{
    /// <summary>Adds examples to the help of verbs.</summary>
    public static void Add(RootCommand root, IReadOnlyList<HelpExamples> all)
    {
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new Extended((SynchronousCommandLineAction)help.Action!, all);
    }

    private sealed class Extended(SynchronousCommandLineAction plain, IReadOnlyList<HelpExamples> all) : SynchronousCommandLineAction
    {
        // Whoever asks for help need not give what is required.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = plain.Invoke(parseResult);
            foreach (var examples in all.Where(examples => examples.Verb == parseResult.CommandResult.Command.Name)) parseResult.InvocationConfiguration.Output.Write(examples.Text);
            return code;
        }
    }
}
