using NetGraph.Lab.Relaying;
using NetGraph.Lab.States;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Building;

/// <summary>Makes a lab: all of it, or nothing.</summary>
internal sealed class LabUp
{
    private readonly Topology _topology;
    private readonly StateDirectory _states;
    private readonly CancellationToken _interruption;
    private readonly LabPlan _plan;

    private LabUp(Topology topology, StateDirectory states, CancellationToken interruption)
    {
        _topology = topology;
        _states = states;
        _interruption = interruption;
        Paths = new Paths(topology);
        _plan = new LabPlan(topology, Paths);
    }

    private Paths Paths { get; }

    /// <exception cref="TopologyException">The file cannot be used; nothing was changed.</exception>
    /// <exception cref="LabException">Something failed; what had been made is removed again.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; what had been made is removed again.</exception>
    public static LabState Run(string topologyPath, StateDirectory states, CancellationToken interruption)
    {
        var topology = Topology.Read(topologyPath);
        Requirements.DemandRoot("up");
        Requirements.DemandTools(topology);
        return new LabUp(topology, states, interruption).Run(File.ReadAllText(topologyPath));
    }

    private LabState Run(string topologyJson)
    {
        LabState? state = null;
        try
        {
            using (LabLock.Take())
            {
                RefuseWhatExists();
                int? octet = _topology.HasManagementNetwork ? ManagementNetworks.FindFree() : null;
                state = Record(topologyJson, octet);
                if (octet is { } claimed)
                    Batch("ip", [], _plan.ManagementClaim(claimed));
            }

            Build(state);
            var relays = StartRelay();
            Configure(state);
            state = state with { IsComplete = true, Relays = relays };
            _states.Update(state);
            _interruption.ThrowIfCancellationRequested();
            return state;
        }
        catch (Exception failure) when (state is not null)
        {
            RemoveAfter(failure, state);
            _interruption.ThrowIfCancellationRequested();
            if (failure is LabException lab)
                throw new LabException($"{lab.Message}; everything made for {_topology.Name} was removed again", lab.ExitCode);
            throw;
        }
    }

    private void RemoveAfter(Exception failure, LabState state)
    {
        try
        {
            LabDown.Remove(state, _states);
        }
        catch (LabException removal)
        {
            throw new LabException($"{failure.Message}; and then {removal.Message}");
        }
    }

    private void RefuseWhatExists()
    {
        if (_states.Exists(_topology.Name))
            throw new LabException($"{_topology.Name} is up already: take it down first with netlab down {_topology.Name}", ExitCode.NothingToDo);
        var existing = _plan.Namespaces(null).FirstOrDefault(space => NetworkNamespace.Exists(space.Name));
        if (existing is not null)
        {
            throw new LabException(
                $"the namespace {existing.Name} exists already and is not this netlab's: give the lab another name, or remove it with ip netns del {existing.Name}",
                ExitCode.NothingToDo);
        }

        if (_topology.HasManagementNetwork && Directory.Exists($"/sys/class/net/{_plan.ManagementInterface}"))
        {
            throw new LabException(
                $"the interface {_plan.ManagementInterface} exists already and is not this netlab's: give the lab another name, or remove it with ip link del {_plan.ManagementInterface}",
                ExitCode.NothingToDo);
        }
    }

    private LabState Record(string topologyJson, int? managementOctet)
    {
        var state = new LabState(
            _topology.Name,
            IsComplete: false,
            Concurrency.Limit(_topology, Paths),
            AddressPlan.DataNetwork,
            managementOctet is { } octet ? AddressPlan.ManagementNetwork(octet) : null,
            managementOctet is null ? null : _plan.ManagementInterface,
            _plan.Namespaces(managementOctet),
            []);
        _states.Create(state, topologyJson, Truth.Of(_topology), NodeInventory.Of(_topology, managementOctet));
        return state;
    }

    private void Build(LabState state)
    {
        Batch("ip", [], _plan.NamespaceCommands());
        foreach (var space in state.Namespaces)
        {
            _interruption.ThrowIfCancellationRequested();
            NetworkNamespace.Run(space.Name, () =>
            {
                NodeSettings.Apply(forwards: space.Kind == "router");
                return true;
            });
        }

        Batch("ip", [], _plan.WireCommands());
        if (_topology.HasManagementNetwork)
            Batch("ip", ["-n", _plan.ManagementInterface], _plan.ManagementCommands());
    }

    private IReadOnlyList<RelayProcess> StartRelay()
    {
        _interruption.ThrowIfCancellationRequested();
        return _topology.Links.Any(link => link.HasDelay) ? [RelayLauncher.Start(_topology.Name, _interruption)] : [];
    }

    private void Configure(LabState state)
    {
        foreach (var space in state.Namespaces.Where(space => space.Kind != "management"))
        {
            NetworkNamespace.Run(space.Name, () =>
            {
                Offloads.SwitchOff(_plan.InterfacesOf(space.Node));
                return true;
            });
            Batch("ip", ["-n", space.Name], _plan.NodeCommands(space));
            Batch("tc", ["-n", space.Name], _plan.ShaperCommands(space.Node));
            if (_plan.LossRules(space.Node) is { } rules)
                _ = Tool.Output("ip", ["netns", "exec", space.Name, Tool.Find("nft")!, "-f", "-"], rules);
        }
    }

    private void Batch(string tool, IReadOnlyList<string> options, IReadOnlyList<string> commands)
    {
        _interruption.ThrowIfCancellationRequested();
        Tool.Batch(tool, options, commands);
    }
}
