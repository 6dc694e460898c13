using NetGraph.Lab.States;

namespace NetGraph.Lab.Building;

/// <summary>Removes a lab, also one that was only half made.</summary>
internal static class LabDown
{
    /// <exception cref="LabException">It is not up, or something of it cannot be removed.</exception>
    public static void Run(string lab, StateDirectory states)
    {
        Requirements.DemandRoot("down");
        Requirements.DemandTool("ip", "iproute2");
        if (!states.Exists(lab))
            throw new LabException($"{lab} is not up: netlab status lists the labs that are", ExitCode.NothingToDo);
        Remove(states.Read(lab), states);
    }

    public static void Remove(LabState state, StateDirectory states)
    {
        var spaces = state.Namespaces.Select(space => space.Name).Where(NetworkNamespace.Exists).ToList();
        LabProcesses.End([.. spaces.Select(NetworkNamespace.Identity).OfType<string>()], states.Relays(state));
        var commands = spaces.Select(space => $"netns del {space}");
        if (HasManagementInterface(state))
            commands = commands.Prepend($"link del {state.ManagementInterface}");
        Tool.BatchRegardless("ip", [.. commands]);

        var left = spaces.Where(NetworkNamespace.Exists).ToList();
        if (HasManagementInterface(state))
            left.Add(state.ManagementInterface!);
        if (left.Count > 0)
            throw new LabException($"{string.Join(", ", left)} of {state.Name} cannot be removed: find what uses them and run netlab down {state.Name} again");
        states.Delete(state.Name);
    }

    private static bool HasManagementInterface(LabState state) =>
        state.ManagementInterface is { } name && Directory.Exists($"/sys/class/net/{name}");
}
