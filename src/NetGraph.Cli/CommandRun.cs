using System.CommandLine;
using System.Runtime.InteropServices;
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

    public static Option<LogLevel> LogLevelOption(LogLevel preset = LogLevel.Information) => Options.Choice(
        "--log-level", preset, "Least level that is logged",
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error));

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
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
        if (parsed.CommandResult.Command == root)
        {
            var verbs = string.Join(", ", root.Subcommands.Select(command => command.Name));
            var given = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not a verb" : "A verb is missing";
            return $"{given}: choose one of {verbs}. Run 'netgraph --help' to see what they do.";
        }

        // Some errors follow from others: the first names the cause.
        return $"{parsed.Errors[0].Message.TrimEnd('.', ' ')}. Run 'netgraph {parsed.CommandResult.Command.Name} --help' to see what is allowed.";
    }
}
