using System.Text.RegularExpressions;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>Reads the Dockerfile.</summary>
internal static partial class Dockerfile
{
    /// <summary>One instruction, with what it stands in.</summary>
    /// <param name="Stage">Stage, counted from 0; -1 before the first.</param>
    /// <param name="Name">Its name, in capitals.</param>
    /// <param name="Text">What follows, on one line.</param>
    public sealed record Instruction(int Stage, string Name, string Text);

    /// <summary>The file.</summary>
    public static string File { get; } = Path.Combine(Repository.Root, "Dockerfile");

    /// <summary>Its instructions, comments left out and continued lines joined.</summary>
    public static IReadOnlyList<Instruction> Read()
    {
        var text = Continuation().Replace(Comment().Replace(System.IO.File.ReadAllText(File), ""), " ");
        var stage = -1;
        var instructions = new List<Instruction>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            if (parts[0] == "FROM") stage++;
            instructions.Add(new Instruction(stage, parts[0], Spaces().Replace(parts[1], " ")));
        }

        return instructions;
    }

    [GeneratedRegex(@"^#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
