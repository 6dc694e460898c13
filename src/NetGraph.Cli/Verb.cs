using System.CommandLine;
using System.CommandLine.Parsing;

namespace NetGraph.Cli;

/// <summary>A verb, with what its help shows beside its options.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">What it does, in one sentence.</param>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    private readonly List<(string Heading, IReadOnlyList<Option> Options)> _groups = [];

    /// <summary>Options by heading, in the order of the help.</summary>
    public IReadOnlyList<(string Heading, IReadOnlyList<Option> Options)> Groups => _groups;

    /// <summary>Commands that can be copied, each with what it does.</summary>
    public required IReadOnlyList<(string Command, string What)> Examples { get; init; }

    /// <summary>What more there is to know, in whole sentences.</summary>
    public string? Notes { get; init; }

    /// <summary>What its exit codes mean.</summary>
    public IReadOnlyList<(int Code, string Meaning)> ExitCodes { get; init; } = CommandRun.ExitCodes("done");

    /// <summary>Adds options under a heading; under one that is there already, behind its options.</summary>
    public void AddGroup(string heading, params IEnumerable<Option> options)
    {
        Option[] added = [.. options];
        foreach (var option in added) Add(option);
        var place = _groups.FindIndex(group => group.Heading == heading);
        if (place < 0) _groups.Add((heading, added));
        else _groups[place] = (heading, [.. _groups[place].Options, .. added]);
    }

    /// <summary>Adds a check of options that go together. It is left out when one of those that it reads has no value, or one that is not allowed: that is said by itself.</summary>
    public void AddCheck(Action<CommandResult> check) => Validators.Add(result =>
    {
        try
        {
            check(result);
        }
        catch (InvalidOperationException)
        {
            // What the parser throws for a value that it could not read; it has its own sentence on that.
        }
    });
}
