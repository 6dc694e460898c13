using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NetGraph.Cli;

/// <summary><c>netgraph version</c> and <c>--version</c>: what runs here.</summary>
internal static class VersionCommand
{
    private static string Number => typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Command Create()
    {
        var output = Options.Output();
        var command = new Verb("version", "Show the version, and the runtime that runs it.") { Examples = [("netgraph version --output json", "for a program")] };
        command.Add(output);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) == AnswerForm.Json) WriteJson();
            else WriteText(parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    /// <summary>Lets <c>--version</c> show it too.</summary>
    public static void Use(RootCommand root)
    {
        foreach (var version in root.Options.OfType<VersionOption>()) version.Action = new Shown();
    }

    private static void WriteText(TextWriter output) => output.Write($"netgraph {Number} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})\n");

    private static void WriteJson()
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("version", Number);
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteString("platform", RuntimeInformation.RuntimeIdentifier);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private sealed class Shown : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            WriteText(parseResult.InvocationConfiguration.Output);
            return 0;
        }
    }
}
