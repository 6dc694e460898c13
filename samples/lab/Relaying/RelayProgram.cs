using NetGraph.Lab.Building;
using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Relaying;

/// <summary>The process behind the delayed links of a lab: a thread for each. It ends when a tap fails or on SIGTERM.</summary>
internal static class RelayProgram
{
    public const string Verb = "relay";

    /// <summary>What it prints when all interfaces exist.</summary>
    public const string ReadyLine = "ready";

    /// <returns>The exit code; it returns only after a failure.</returns>
    public static int Run(string lab, StateDirectory states)
    {
        if (!states.Exists(lab))
            throw new LabException($"{lab} is not up: the relay is started by netlab up", ExitCode.NothingToDo);
        // A terminal that closes must not take the wires with it.
        _ = Kernel.NewSession();
        var process = Environment.ProcessId;
        // Before anything else, so that down finds this process whatever becomes of the one that started it.
        states.RecordRelay(lab, new RelayProcess(process, LabProcesses.StartTimeTicks(process)!.Value));
        var links = Topology.Read(states.PathOf(lab, "topology.json")).Links.Where(link => link.HasDelay).ToList();
        using var made = new CountdownEvent(links.Count);
        using var ended = new ManualResetEventSlim();
        foreach (var link in links)
            new Thread(() => Carry(lab, link, made, ended)) { IsBackground = true }.Start();
        if (WaitHandle.WaitAny([made.WaitHandle, ended.WaitHandle]) == 0)
        {
            Console.Out.WriteLine(ReadyLine);
            Console.Out.Flush();
            LogTo(states.PathOf(lab, "relay.log"));
        }

        ended.Wait();
        return ExitCode.Failure;
    }

    private static void Carry(string lab, Link link, CountdownEvent made, ManualResetEventSlim ended)
    {
        var (a, b) = (link.AToB.Source, link.AToB.Destination);
        try
        {
            NetworkNamespace.Enter($"{lab}-{a}");
            var tapA = Tap.Open(LabPlan.InterfaceTo(b));
            NetworkNamespace.Enter($"{lab}-{b}");
            var tapB = Tap.Open(LabPlan.InterfaceTo(a));
            var delaySeconds = link.AToB.DelaySeconds;
            var rateBitsPerSecond = Math.Max(link.AToB.RateBitsPerSecond, link.BToA.RateBitsPerSecond);
            using var wire = new DelayedWire(tapA, tapB, (long)(delaySeconds * 1e9), DelayedWire.CapacityBytes(rateBitsPerSecond, delaySeconds));
            made.Signal();
            wire.Run();
        }
        catch (LabException error)
        {
            Console.Error.WriteLine($"netlab: relay {a}-{b}: {error.Message}");
            ended.Set();
        }
    }

    /// <summary>Lets go of the terminal or pipe of the process that started this one.</summary>
    private static void LogTo(string path)
    {
        var nothing = Kernel.Open("/dev/null", Kernel.ReadOnly | Kernel.CloseOnExec, 0);
        var log = Kernel.Open(path, Kernel.WriteOnly | Kernel.Create | Kernel.Append | Kernel.CloseOnExec, Convert.ToInt32("644", 8));
        if (nothing < 0 || log < 0)
            throw new LabException($"cannot open {path}: {Kernel.LastError}");
        _ = Kernel.Duplicate(nothing, 0);
        _ = Kernel.Duplicate(log, 1);
        _ = Kernel.Duplicate(log, 2);
    }
}
