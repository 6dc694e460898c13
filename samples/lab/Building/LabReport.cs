using System.Globalization;
using System.Text.Json;
using NetGraph.Lab.States;

namespace NetGraph.Lab.Building;

/// <summary>Says in words how a lab is doing.</summary>
internal static class LabReport
{
    public static void List(StateDirectory states, TextWriter output)
    {
        var labs = states.Labs();
        if (labs.Count == 0)
            output.WriteLine("no lab is up");
        foreach (var lab in labs)
            output.WriteLine(Headline(states.Read(lab)));
    }

    /// <exception cref="LabException">It is not up.</exception>
    public static void Describe(string lab, StateDirectory states, TextWriter output)
    {
        if (!states.Exists(lab))
            throw new LabException($"{lab} is not up: netlab status lists the labs that are", ExitCode.NothingToDo);
        var state = states.Read(lab);
        output.WriteLine(Headline(state));
        var canLook = Environment.IsPrivilegedProcess;
        var processes = canLook ? LabProcesses.ByNamespace() : new Dictionary<string, List<int>>();
        foreach (var space in state.Namespaces)
        {
            var line = $"{space.Name,-20}{space.Kind,-12}{space.Address ?? "-",-14}{space.ManagementAddress ?? "-",-14}";
            if (!canLook)
                output.WriteLine(line.TrimEnd());
            else if (NetworkNamespace.Identity(space.Name) is not { } identity)
                output.WriteLine($"{line}missing");
            else
                Look(space, $"{line}processes: {(processes.GetValueOrDefault(identity) ?? []).Count}", output);
        }

        foreach (var relay in states.Relays(state))
            output.WriteLine($"relay {relay.ProcessId}: {(LabProcesses.IsRunning(relay) ? "running" : "ended; its links are dead")}");
        if (!canLook)
            output.WriteLine("run as root to see processes and shapers");
    }

    private static void Look(LabNamespace space, string line, TextWriter output)
    {
        output.WriteLine(line);
        foreach (var shaper in Shapers(Tool.Output("tc", ["-n", space.Name, "-s", "-j", "qdisc", "show"])))
            output.WriteLine($"    {shaper}");
    }

    /// <summary>One line for each token bucket in what tc says in JSON.</summary>
    public static IReadOnlyList<string> Shapers(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. from discipline in document.RootElement.EnumerateArray()
               where discipline.GetProperty("kind").GetString() == "tbf"
               let rate = discipline.GetProperty("options").GetProperty("rate").GetDouble() * 8 / 1e6
               select string.Create(
                   CultureInfo.InvariantCulture,
                   $"{discipline.GetProperty("dev").GetString(),-16}{rate:0.######} Mbit/s, sent {Count(discipline, "bytes")} bytes, dropped {Count(discipline, "drops")} frames, queued {Count(discipline, "backlog")} bytes"),
        ];
    }

    private static string Headline(LabState state)
    {
        var management = state.ManagementNetwork is null ? "no management network" : $"management network {state.ManagementNetwork} ({state.ManagementInterface})";
        var limit = state.MaxConcurrent is { } tests ? tests.ToString(CultureInfo.InvariantCulture) : "no limit";
        var warning = state.IsComplete ? "" : $"; NOT COMPLETE, remove it with netlab down {state.Name}";
        return $"{state.Name}: {state.Namespaces.Count} namespaces, {management}, tests at once: {limit}{warning}";
    }

    private static long Count(JsonElement discipline, string key) =>
        discipline.TryGetProperty(key, out var value) ? value.GetInt64() : 0;
}
