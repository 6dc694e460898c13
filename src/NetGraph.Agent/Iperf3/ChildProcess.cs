using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NetGraph.Agent.Iperf3;

/// <summary>A child process that never outlives its owner's interest: ended softly, then hard, with every wait bounded.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Interrupt = 15;
    private const int Uncatchable = 9;
    private static readonly TimeSpan SoftWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan HardWait = TimeSpan.FromSeconds(2);
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    /// <exception cref="ToolMissingException">There is no such program.</exception>
    public static ChildProcess Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Messages are matched by their English text.
        start.Environment["LC_ALL"] = "C";
        start.Environment[Orphans.Mark] = Orphans.OwnMark;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return new ChildProcess(process);
        }
        catch (Win32Exception exception)
        {
            throw new ToolMissingException(program, exception);
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>Ends the process if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Interrupt);
            if (!await ExitsWithin(SoftWait).ConfigureAwait(false))
            {
                _process.Kill(entireProcessTree: true);
                await ExitsWithin(HardWait).ConfigureAwait(false);
            }
        }

        _process.Dispose();
    }

    /// <summary>Kills the process and all that it started.</summary>
    public async Task KillAllAsync()
    {
        _process.Kill(entireProcessTree: true);
        await ExitsWithin(HardWait).ConfigureAwait(false);
    }

    public async Task<bool> ExitsWithin(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends a process of an earlier agent at once.</summary>
    /// <returns>Whether it was there and may be ended.</returns>
    public static bool Kill(int process) => Kill(process, Uncatchable) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

/// <summary>A program that the agent runs is not installed or may not be run.</summary>
internal sealed class ToolMissingException(string program, Exception cause)
    : Exception($"'{program}' cannot be started ({cause.Message}).", cause);
