using System.Diagnostics;
using System.Globalization;
using NetGraph.Lab.States;

namespace NetGraph.Lab.Building;

/// <summary>The processes that belong to a lab: those inside its namespaces, and its relays.</summary>
internal static class LabProcesses
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>How many processes each namespace holds, by the identity of the namespace.</summary>
    public static IReadOnlyDictionary<string, List<int>> ByNamespace()
    {
        var processes = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var process) || NamespaceOf(path) is not { } identity)
                continue;
            if (!processes.TryGetValue(identity, out var list))
                processes[identity] = list = [];
            list.Add(process);
        }

        return processes;
    }

    /// <summary>Asks all to end, waits, then ends those that did not.</summary>
    public static void End(IReadOnlyList<string> identities, IReadOnlyList<RelayProcess> relays)
    {
        foreach (var signal in new[] { Kernel.Terminate, Kernel.Kill })
        {
            var remaining = Remaining(identities, relays);
            foreach (var process in remaining)
                _ = Kernel.Signal(process, signal);
            var waited = Stopwatch.StartNew();
            while (remaining.Count > 0 && waited.Elapsed < Patience)
            {
                Thread.Sleep(Pause);
                remaining = Remaining(identities, relays);
            }

            if (remaining.Count == 0)
                return;
        }

        throw new LabException($"these processes of the lab do not end: {string.Join(", ", Remaining(identities, relays))}; end them and run down again");
    }

    public static bool IsRunning(RelayProcess relay) => StartTimeTicks(relay.ProcessId) == relay.StartTimeTicks;

    /// <summary>When a process started, or <see langword="null"/> when there is none or it has ended.</summary>
    public static long? StartTimeTicks(int process)
    {
        try
        {
            var status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            // The name in parentheses may hold spaces; what follows it starts with field 3, the state.
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<int> Remaining(IReadOnlyList<string> identities, IReadOnlyList<RelayProcess> relays)
    {
        var all = identities.Count == 0 ? new Dictionary<string, List<int>>() : ByNamespace();
        return [.. identities.SelectMany(identity => all.GetValueOrDefault(identity) ?? []), .. relays.Where(IsRunning).Select(relay => relay.ProcessId)];
    }

    private static string? NamespaceOf(string process)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(process, "ns/net"), returnFinalTarget: false)?.Name;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
