using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;

namespace NetGraph.Agent.Irtt;

/// <summary>Keeps an irtt server running for the other agents' runs, for as long as it lives: one that ends is started again, ever later.</summary>
internal sealed partial class IrttServer : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    // The shell's exit codes for a program that is missing, or may not be run.
    private const int NotExecutable = 126, NotFound = 127;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    // The server outlives no agent, not even one that was killed: a watcher reads from a pipe that the agent holds open, and ends the server when it closes.
    private const string Watched = "exec 3<&0 </dev/null; (read -r _ <&3; kill $$ 2>/dev/null) & exec 3<&-; exec \"$@\"";

    private readonly string _program;
    private readonly IPEndPoint _local;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    /// <param name="program">Name or path of irtt.</param>
    /// <param name="local">Where it listens.</param>
    /// <param name="clock">Time between restarts.</param>
    /// <param name="log">Says why it does not run.</param>
    public IrttServer(string program, IPEndPoint local, TimeProvider clock, ILogger log)
    {
        _program = program;
        _local = local;
        _clock = clock;
        _log = log;
        _work = Task.Run(WorkAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            var start = _clock.GetTimestamp();
            var (code, said) = await RunAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested) return;
            if (code is NotFound or NotExecutable)
            {
                Log.Missing(_log, _program);
                return;
            }

            // One that ran for long deserves to be back soon.
            if (_clock.GetElapsedTime(start) > LongestPause) pause = FirstPause;
            Log.Ended(_log, said, pause.TotalSeconds);
            await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<(int Code, string Said)> RunAsync()
    {
        // Strangers may use it too: short runs of small packets, not too fast.
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watched, "sh", _program, "server", "-b", _local.ToString(), "-d", "10s", "-i", "10ms", "-l", "256"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            var last = "";
            var output = DrainAsync(process.StandardOutput);
            var error = DrainAsync(process.StandardError, line => last = line);
            await process.WaitForExitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(EndLimit);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await Task.WhenAll(output, error).WaitAsync(EndLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return (process.HasExited ? process.ExitCode : 0, last);
        }
        catch (Win32Exception exception)
        {
            return (NotFound, exception.Message);
        }
    }

    private static async Task DrainAsync(StreamReader reader, Action<string>? onLine = null)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line) onLine?.Invoke(line);
        }
        catch (IOException)
        {
            // The process is gone.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "'{Program}' cannot be started: other agents cannot measure one-way delay to this node; install irtt, or name it with --irtt, and start the agent again")]
        public static partial void Missing(ILogger log, string program);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The irtt server ended ('{Said}'): other agents cannot measure one-way delay to this node; it is started again in {Seconds} s")]
        public static partial void Ended(ILogger log, string said, double seconds);
    }
}
