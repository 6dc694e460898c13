using System.Diagnostics;
using NetGraph.Lab.Building;
using NetGraph.Lab.States;

namespace NetGraph.Lab.Relaying;

/// <summary>Starts the relay and waits until its interfaces exist.</summary>
internal static class RelayLauncher
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static RelayProcess Start(string lab, CancellationToken interruption)
    {
        // Whatever the caller left open, such as a lock of its shell, must not stay open as long as the lab is up.
        _ = Kernel.CloseRange(3, uint.MaxValue, Kernel.CloseRangeOnExec);
        using var process = Process.Start(Command(lab)) ?? throw new LabException("the relay did not start");
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(interruption);
        patience.CancelAfter(Patience);
        try
        {
            var line = process.StandardOutput.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult();
            if (line == RelayProgram.ReadyLine && LabProcesses.StartTimeTicks(process.Id) is { } startTimeTicks)
                return new RelayProcess(process.Id, startTimeTicks);
            process.WaitForExit(Patience);
            throw new LabException($"the relay of the delayed links failed: {process.StandardError.ReadToEnd().Split('\n')[0]}");
        }
        catch (OperationCanceledException) when (!interruption.IsCancellationRequested)
        {
            throw new LabException($"the relay of the delayed links was not ready within {Patience.TotalSeconds} s");
        }
    }

    private static ProcessStartInfo Command(string lab)
    {
        var own = Environment.ProcessPath ?? throw new LabException("cannot find the program file of netlab");
        var isHost = Path.GetFileNameWithoutExtension(own) == "dotnet";
        string[] assembly = isHost ? [Path.Combine(AppContext.BaseDirectory, "netlab.dll")] : [];
        return new ProcessStartInfo(own, [.. assembly, RelayProgram.Verb, lab])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
