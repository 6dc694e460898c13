using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace NetGraph.Cli;

/// <summary>A line at the foot of a terminal that says what goes on and how far it is: on standard error, and only where that is a terminal. Work that is done at once shows nothing.</summary>
/// <remarks>There is one line at a time; what is begun before the services of this process keeps their log out of it.</remarks>
internal sealed class Activity : IDisposable
{
    private const int BarWidth = 30;
    private const string Clear = "\r\u001b[2K";
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

    private static readonly Lock OneAtATime = new();
    private static Activity? _current;
    private static bool _isGuarded;

    private readonly Func<(double? Ratio, string Text)?> _read;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly IAnsiConsole? _console;
    private readonly Timer? _timer;
    private int _turn;
    private bool _isShown;
    private bool _isEnded;

    private Activity(Func<(double? Ratio, string Text)?> read)
    {
        _read = read;
        if (!Terminal.CanShowProgress) return;
        _console = Terminal.OpenError();
        lock (OneAtATime)
        {
            _current = this;
            // Whoever writes to the same terminal must not write into the line. A log keeps the writer that it found at its start, so this one stays.
            if (!_isGuarded && !Console.IsOutputRedirected) Console.SetOut(new Above(Console.Out));
            _isGuarded = true;
        }

        _timer = new Timer(_ => Draw(), null, Delay, Pause);
    }

    /// <summary>Shows a line until it is disposed.</summary>
    /// <param name="read">What to show, as often as the line is drawn: the share that is done, 0 to 1, or <see langword="null"/> when nobody knows; <see langword="null"/> altogether for no line.</param>
    public static Activity Show(Func<(double? Ratio, string Text)?> read) => new(read);

    /// <summary>Does work of which nobody knows how long it takes.</summary>
    public static async Task<T> RunAsync<T>(string what, Func<Task<T>> work)
    {
        using var activity = Show(() => (null, what));
        return await work().ConfigureAwait(false);
    }

    /// <summary>The same for work that keeps the processor busy.</summary>
    public static T Run<T>(string what, Func<T> work)
    {
        using var activity = Show(() => (null, what));
        return work();
    }

    /// <summary>A bar, for Spectre.Console to draw.</summary>
    /// <param name="ratio">The share that is done, 0 to 1.</param>
    public static string Bar(double ratio)
    {
        var filled = (int)Math.Clamp(BarWidth * ratio, 0, BarWidth);
        return $"[green]{new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/]";
    }

    public void Dispose()
    {
        lock (OneAtATime)
        {
            if (_isEnded) return;
            _isEnded = true;
            _timer?.Dispose();
            Erase();
            if (_current == this) _current = null;
        }
    }

    private void Erase()
    {
        if (!_isShown) return;
        _isShown = false;
        Console.Error.Write(Clear);
    }

    private void Draw()
    {
        lock (OneAtATime)
        {
            if (_isEnded) return;
            if (_read() is not var (ratio, text))
            {
                Erase();
                return;
            }

            var seconds = (int)Stopwatch.GetElapsedTime(_begun).TotalSeconds;
            var sign = ratio is { } share ? Bar(share) : Spinner[_turn++ % Spinner.Length];
            var rest = ratio is null && seconds > 1 ? string.Create(CultureInfo.InvariantCulture, $"{text} ({seconds} s)") : text;
            // A line that wraps could not be written anew.
            var room = Math.Max(0, _console!.Profile.Width - 2 - (ratio is null ? 1 : BarWidth));
            if (rest.Length > room) rest = rest[..room];
            Console.Error.Write(Clear);
            _console.Markup($"{sign} {Markup.Escape(rest)}");
            _isShown = true;
        }
    }

    /// <summary>Writes where the line was; the line comes again below.</summary>
    private sealed class Above(TextWriter inner) : TextWriter
    {
        public override System.Text.Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(string? value)
        {
            lock (OneAtATime)
            {
                _current?.Erase();
                inner.Write(value);
            }
        }

        public override void Flush() => inner.Flush();
    }
}
