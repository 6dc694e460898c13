using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NetGraph.Hosting;

namespace NetGraph.Cli;

/// <summary>Runs a command line: errors become one sentence and an exit code, signals become cancellation.</summary>
internal static class CommandRun
{
    /// <summary>The program could not do what it was asked to.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Something was found, and the command line asked to fail then.</summary>
    public const int Found = 3;

    /// <summary>What exit codes mean, for the help: 0, 1, 2 and, where a verb can find something, 3.</summary>
    /// <param name="done">When it is 0.</param>
    /// <param name="failed">When it is 1.</param>
    /// <param name="found">When it is 3; <see langword="null"/> for never.</param>
    public static IReadOnlyList<(int Code, string Meaning)> ExitCodes(string done, string failed = "it could not be done; one sentence on standard error says why", string? found = null)
    {
        List<(int, string)> codes = [(0, done), (Failed, failed), (Usage, "the command line is wrong")];
        if (found is not null) codes.Add((Found, found));
        return codes;
    }

    /// <summary>What exit codes mean for a verb that runs until it is told to end.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> ExitCodesOfService => ExitCodes("it was told to end, with Ctrl-C or SIGTERM", "it could not start, or go on; one sentence on standard error says why");

    /// <summary>How a verb that runs until it is told to end writes to standard output.</summary>
    public static Option<AnswerForm> LogForm() => Options.Output("Log and messages for people, or a JSON object a line for programs");

    public static Option<LogLevel> LogLevelOption(LogLevel preset = LogLevel.Information) => Options.Choice(
        "--log-level", preset, "Least level that is logged",
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error));

    public static LogSettings ReadLog(ParseResult parsed, Option<LogLevel> level, Option<AnswerForm> form) => new(parsed.GetValue(level), parsed.GetValue(form) == AnswerForm.Json);

    /// <summary>Tells what a verb that goes on has reached: a sentence, or an object on a line of its own.</summary>
    public static Task TellAsync(LogSettings log, string sentence, JsonObject entry) => Console.Out.WriteLineAsync(log.IsJson ? entry.ToJsonString() : sentence);

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        if (Completion.IsAsked(args))
        {
            Completion.Answer(root, args, Console.Out);
            return 0;
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"netgraph: {Explain(parsed, root)}").ConfigureAwait(false);
            return Usage;
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);
        }
        catch (StartupException exception)
        {
            await Console.Error.WriteLineAsync($"netgraph: {exception.Message}").ConfigureAwait(false);
            return Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    /// <summary>Waits until the process is told to end, or until work ends that should not.</summary>
    public static async Task WaitAsync(CancellationToken stop, Task? work = null)
    {
        var stopped = Task.Delay(Timeout.Infinite, stop);
        var first = await Task.WhenAny(stopped, work ?? stopped).ConfigureAwait(false);
        if (first != stopped) await first.ConfigureAwait(false);
    }

    private static string Explain(ParseResult parsed, RootCommand root)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (command == root)
        {
            string[] verbs = [.. root.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name)];
            if (unknown is not null && Spelling.Nearest(unknown, unknown.StartsWith('-') ? Names(root.Options) : verbs) is { } meant)
                return $"'{unknown}' is not {(unknown.StartsWith('-') ? "an option" : "a verb")}: did you mean '{meant}'? Run 'netgraph --help' to see what there is.";
            var given = unknown is null ? "A verb is missing" : $"'{unknown}' is not a verb";
            return $"{given}: choose one of {string.Join(", ", verbs)}. Run 'netgraph --help' to see what they do.";
        }

        var hint = $"Run 'netgraph {command.Name} --help' to see what is allowed.";
        if (unknown is not null && unknown.StartsWith('-'))
            return Spelling.Nearest(unknown.Split('=')[0], Names(command.Options)) is { } option
                ? $"'{unknown}' is not an option of 'netgraph {command.Name}': did you mean '{option}'? {hint}"
                : $"'{unknown}' is not an option of 'netgraph {command.Name}'. {hint}";

        // Some errors follow from others: the first names the cause.
        return $"{parsed.Errors[0].Message.TrimEnd('.', ' ')}. {hint}";
    }

    private static IEnumerable<string> Names(IEnumerable<Option> options) => options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name));
}
