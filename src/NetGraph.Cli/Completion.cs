using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text;

namespace NetGraph.Cli;

/// <summary>Says how a command line may go on: to the scripts of <c>netgraph completion</c>, which ask with <c>[suggest:POSITION] "LINE"</c>.</summary>
internal static class Completion
{
    private const string Directive = "[suggest";
    private const int LongestText = 70;

    /// <summary>Whether a command line is such a question.</summary>
    public static bool IsAsked(string[] args) => args.Length == 2 && args[0].StartsWith(Directive, StringComparison.Ordinal) && args[0].EndsWith(']');

    /// <summary>Answers it: a line for each way to go on, with what it means behind a tab. Nothing stands for a file, or for a value that nobody can guess.</summary>
    public static void Answer(RootCommand root, string[] args, TextWriter output)
    {
        var line = args[1];
        var colon = args[0].IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && int.TryParse(args[0].AsSpan(colon + 1, args[0].Length - colon - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position < line.Length) line = line[..position];
        foreach (var (word, text) in Of(root, line)) output.Write(text.Length > 0 ? $"{word}\t{text}\n" : $"{word}\n");
    }

    /// <summary>Ways to go on.</summary>
    /// <param name="root">The program.</param>
    /// <param name="line">The line up to the cursor, with the program's name.</param>
    public static IReadOnlyList<(string Word, string Text)> Of(RootCommand root, string line)
    {
        var words = Split(line);
        if (words.Count < 2) return [];
        var typed = words[^1];
        string[] before = [.. words.Skip(1).SkipLast(1)];
        var verb = before.Length == 0 ? null : root.Subcommands.FirstOrDefault(command => command.Name == before[0]);
        var options = (verb?.Options ?? []).Concat(root.Options.Where(option => verb is null || option.Recursive)).Where(option => !option.Hidden).ToList();
        if (before.Length == 0 && !typed.StartsWith('-')) return Starting(typed, root.Subcommands.Where(command => !command.Hidden).Select(command => (command.Name, Short(command.Description))));
        if (before.Length > 0 && verb is null) return [];

        Option? Named(string name) => options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));
        if (before.Length > 0 && Named(before[^1]) is { } last && TakesValue(last)) return Starting(typed, Values(last));
        if (typed.StartsWith('-') && typed.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            return Named(typed[..equals]) is { } option && TakesValue(option) ? Starting(typed, Values(option).Select(value => ($"{typed[..equals]}={value.Word}", value.Text))) : [];
        if (!typed.StartsWith('-') && verb?.Arguments.FirstOrDefault() is { } argument) return Starting(typed, Values(argument));
        var given = before.Select(word => Named(word.Split('=')[0])).ToHashSet();
        return Starting(typed, options.Where(option => !given.Contains(option)).OrderBy(option => option.Name, StringComparer.Ordinal).Select(option => (NameFor(option, typed), Short(option.Description))));
    }

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static IEnumerable<(string Word, string Text)> Values(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(item => (item.Label, ""));

    private static string NameFor(Option option, string typed) =>
        option.Name.StartsWith(typed, StringComparison.Ordinal) ? option.Name : option.Aliases.FirstOrDefault(alias => alias is not ("/?" or "/h") && alias.StartsWith(typed, StringComparison.Ordinal)) ?? option.Name;

    private static IReadOnlyList<(string Word, string Text)> Starting(string typed, IEnumerable<(string Word, string Text)> items) => [.. items.Where(item => item.Word.StartsWith(typed, StringComparison.Ordinal))];

    private static string Short(string? description)
    {
        var text = description ?? "";
        var end = text.IndexOfAny([';', '(', ':']);
        if (end > 0) text = text[..end];
        text = text.TrimEnd(' ', '.');
        return text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
    }

    /// <summary>Words as a shell sees them; the last is the one at the cursor, and may be empty.</summary>
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\0' && c == ' ')
            {
                if (isWord) words.Add(word.ToString());
                word.Clear();
                isWord = false;
                continue;
            }

            isWord = true;
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else if (c == '\\' && quote != '\'' && i + 1 < line.Length) word.Append(line[++i]);
            else word.Append(c);
        }

        words.Add(word.ToString());
        return words;
    }
}
