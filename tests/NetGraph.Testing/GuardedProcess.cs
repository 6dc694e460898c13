using System.Diagnostics;
using System.Globalization;

namespace NetGraph.Testing;

/// <summary>A program that ends with the tests, however they end: a shell beside it kills it once the pipe to the test's process closes.</summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    // The group in braces waits for the end of the pipe, the shell itself for the end of the program.
    private const string Script = """
        log=$1 rubbish=$2; shift 2
        exec 3<&0
        "$@" </dev/null >>"$log" 2>&1 3<&- &
        program=$!
        echo "$program"
        { read -r _ <&3; : >"$log.end"; kill -KILL "$program"; } 2>/dev/null &
        guard=$!
        exec 3<&- 2>/dev/null
        wait "$program"; status=$?
        kill "$guard"
        if [ -n "$rubbish" ] && [ -e "$log.end" ]; then rm -rf "$rubbish"; fi
        exit "$status"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _shell;
    private readonly string _log;

    private GuardedProcess(Process shell, int id, string name, string log)
    {
        _shell = shell;
        Id = id;
        Name = name;
        _log = log;
    }

    /// <summary>The program's process.</summary>
    public int Id { get; }

    /// <summary>The program's name.</summary>
    public string Name { get; }

    /// <summary>Whether it ended.</summary>
    public bool HasExited => _shell.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string LastWords => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(5)) : "";

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="log">File that takes what it writes.</param>
    /// <param name="variables">Variables beside those of this process.</param>
    /// <param name="rubbish">Folder to remove after it was killed, or <see langword="null"/>.</param>
    public static async Task<GuardedProcess> StartAsync(string program, IEnumerable<string> arguments, string log, IReadOnlyDictionary<string, string>? variables = null, string? rubbish = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "guard", log, rubbish ?? "", program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var shell = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        var id = await shell.StandardOutput.ReadLineAsync(limit.Token);
        return new GuardedProcess(shell, int.Parse(id!, CultureInfo.InvariantCulture), Path.GetFileName(program), log);
    }

    /// <summary>Kills it and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        await _shell.WaitForExitAsync(limit.Token);
        _shell.Dispose();
    }
}
