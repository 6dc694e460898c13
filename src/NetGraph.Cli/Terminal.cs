using Spectre.Console;

namespace NetGraph.Cli;

/// <summary>What one of the two streams that people read can show.</summary>
/// <param name="Width">Width in characters; <see langword="null"/> when it is no terminal.</param>
/// <param name="HasColor">Whether it may be sent colour and boldness: a terminal, and nobody says otherwise with NO_COLOR or TERM=dumb.</param>
internal sealed record Terminal(int? Width, bool HasColor)
{
    private const int LeastWidth = 40;

    /// <summary>Standard output, where results go.</summary>
    public static Terminal Output => Of(Console.IsOutputRedirected);

    /// <summary>Standard error, where one sees how far the work is.</summary>
    public static Terminal Error => Of(Console.IsErrorRedirected);

    /// <summary>Whether standard error is a terminal on which a line can be written anew.</summary>
    public static bool CanShowProgress => !Console.IsErrorRedirected && !IsDumb;

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";

    /// <summary>Standard error as Spectre.Console writes to it.</summary>
    public static IAnsiConsole OpenError()
    {
        var terminal = Error;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = CanShowProgress ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.HasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(Console.Error),
        });
        if (terminal.Width is { } width) console.Profile.Width = width;
        return console;
    }

    // https://no-color.org: present and not empty.
    private static Terminal Of(bool isRedirected) =>
        isRedirected ? new Terminal(null, false) : new Terminal(Math.Max(LeastWidth, Console.WindowWidth), !IsDumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
}
