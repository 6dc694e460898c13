using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace NetGraph.Cli;

/// <summary>The help of the program and of each verb: what it does, options under headings, examples, exit codes; as wide as the terminal.</summary>
internal static class HelpPage
{
    /// <summary>Width where there is no terminal.</summary>
    public const int UsualWidth = 100;

    /// <summary>Lines longer than this are hard to read, however wide the terminal is.</summary>
    private const int MostWidth = 120;

    private const int LeastWidth = 40;
    private const string Indent = "  ";

    /// <summary>Lets <c>--help</c> show these pages.</summary>
    public static void Use(RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Show help";
            help.Action = new Shown(root);
        }

        foreach (var version in root.Options.OfType<VersionOption>()) version.Description = "Show the version, and the runtime that runs it";
    }

    /// <summary>Writes a page.</summary>
    /// <param name="command">The verb, or the program itself.</param>
    /// <param name="root">The program.</param>
    /// <param name="width">Width of the terminal in characters.</param>
    /// <param name="isBold">Whether headings are bold.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Command command, RootCommand root, int width, bool isBold, TextWriter output)
    {
        var page = new Page(Math.Clamp(width, LeastWidth, MostWidth), isBold, output);
        page.Paragraph(command.Description ?? "");
        var arguments = string.Concat(command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : $" <{argument.Name}>"));
        page.Heading("Usage");
        output.Write($"{Indent}netgraph{(command == root ? " <verb>" : $" {command.Name}")}{arguments} [options]\n");
        var verb = command as Verb;
        List<(string, IReadOnlyList<(string Left, string Right)>)> lists =
        [
            ("Verbs", [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description ?? ""))]),
            ("Arguments", [.. command.Arguments.Select(argument => (argument.Name, argument.Description ?? ""))]),
        ];
        var grouped = verb?.Groups.SelectMany(group => group.Options).ToHashSet() ?? [];
        foreach (var (heading, options) in verb?.Groups ?? []) lists.Add((heading, [.. options.Select(Row)]));
        var others = command.Options.Where(option => !grouped.Contains(option)).Concat(command == root ? [] : root.Options.Where(option => option.Recursive)).Where(option => !option.Hidden);
        lists.Add((grouped.Count > 0 ? "Other" : "Options", [.. others.Select(Row)]));
        page.Lists(lists);
        if (verb is not null)
        {
            if (verb.Notes is { } notes)
            {
                output.Write('\n');
                page.Paragraph(notes);
            }

            page.Examples(verb.Examples);
            page.Lists([("Exit codes", [.. verb.ExitCodes.Select(code => ($"{code.Code}", code.Meaning))])]);
        }
        else
        {
            page.Lists([("Exit codes", [.. CommandRun.ExitCodes("done").Select(code => ($"{code.Code}", code.Meaning)), ($"{CommandRun.Found}", "something was found, and 'mesh' or 'analyze' was asked to fail then")])]);
            output.Write('\n');
            page.Paragraph("'netgraph <verb> --help' shows a verb's options and examples. 'netgraph completion bash' prints what lets the Tab key complete them.");
        }
    }

    private static (string Left, string Right) Row(Option option)
    {
        // Long names with one dash are for old command lines: they are taken, and not shown.
        var names = option.Aliases.Prepend(option.Name).Where(name => name is not ("-?" or "/?" or "/h") && (name.Length <= 2 || name.StartsWith("--", StringComparison.Ordinal))).OrderBy(name => name.StartsWith("--", StringComparison.Ordinal)).ThenBy(name => name.Length);
        return ($"{string.Join(", ", names)}{(option.HelpName is { } value ? $" <{value}>" : "")}", option.Description ?? "");
    }

    private sealed class Page(int width, bool isBold, TextWriter output)
    {
        public void Heading(string text) => output.Write(isBold ? $"\n\u001b[1m{text}:\u001b[0m\n" : $"\n{text}:\n");

        public void Paragraph(string text)
        {
            foreach (var line in Words.Wrap(text, width)) output.Write(line + "\n");
        }

        public void Lists(IReadOnlyList<(string Heading, IReadOnlyList<(string Left, string Right)> Rows)> lists)
        {
            // A few long names must not push all descriptions to the right: theirs stand below them.
            var most = width * 2 / 5;
            var left = lists.SelectMany(list => list.Rows).Select(row => row.Left.Length).Where(length => length <= most).DefaultIfEmpty().Max();
            foreach (var (heading, rows) in lists.Where(list => list.Rows.Count > 0))
            {
                Heading(heading);
                foreach (var row in rows)
                {
                    string[] lines = [.. Words.Wrap(row.Right, width - left - (2 * Indent.Length))];
                    var isBelow = row.Left.Length > left;
                    if (isBelow || lines.Length == 0) output.Write($"{Indent}{row.Left}\n");
                    for (var i = 0; i < lines.Length; i++) output.Write($"{Indent}{(i == 0 && !isBelow ? row.Left : "").PadRight(left)}{Indent}{lines[i]}\n");
                }
            }
        }

        public void Examples(IReadOnlyList<(string Command, string What)> examples)
        {
            if (examples.Count == 0) return;
            Heading("Examples");
            foreach (var (command, what) in examples)
            {
                foreach (var line in Words.Wrap(what, width - 4)) output.Write($"{Indent}# {line}\n");
                string[] parts = [.. Words.Wrap(command, width - 6)];
                for (var i = 0; i < parts.Length; i++) output.Write($"{Indent}{(i == 0 ? "" : "    ")}{parts[i]}{(i < parts.Length - 1 ? " \\" : "")}\n");
            }
        }
    }

    private sealed class Shown(RootCommand root) : SynchronousCommandLineAction
    {
        // Whoever asks for help need not give what is required.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Write(parseResult.CommandResult.Command, root, Terminal.Output.Width ?? UsualWidth, Terminal.Output.HasColor, parseResult.InvocationConfiguration.Output);
            return 0;
        }
    }
}
