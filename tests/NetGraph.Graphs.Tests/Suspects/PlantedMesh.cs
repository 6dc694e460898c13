using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Suspects;

internal enum MeshShape
{
    Flat,
    Racks,
    Zones,
}

/// <summary>How a mesh is made.</summary>
internal sealed record MeshRecipe(int Count, MeshShape Shape, bool HasLabels)
{
    public GroupKey Key { get; init; } = GroupKey.Rack;

    /// <summary>How many of each kind may be planted: nodes in any direction, uplinks, links.</summary>
    public (int Nodes, int Groups, int Links) Most { get; init; }

    /// <summary>Whether a fault divides what it touches, as loss does; else it caps it, as a narrow port does.</summary>
    public bool IsFactor { get; init; }

    /// <summary>How many peers each node is measured with; all of them when null.</summary>
    public int? Peers { get; init; }

    /// <summary>How far nodes differ from one another, as a share either way.</summary>
    public double Difference { get; init; } = 0.1;

    /// <summary>Labels that the nodes do not have even if they have others.</summary>
    public GroupKey Missing { get; init; }

    /// <summary>Nodes in a rack; by size when null.</summary>
    public int? RackSize { get; init; }

    /// <summary>What every fault divides by; 2 to 100, or everything, when null.</summary>
    public double? Divisor { get; init; }
}

/// <summary>A fault that was planted.</summary>
/// <param name="Cause">What it is.</param>
/// <param name="Shown">Causes that count as found: the fault itself, or of a node the one direction that any trusted measurement shows. Empty when none does.</param>
/// <param name="Divisor">What it divides the capacity by; infinite when nothing passes.</param>
internal sealed record PlantedFault(SuspectCause Cause, IReadOnlyList<SuspectCause> Shown, double Divisor);

/// <summary>A made-up network of capacities with faults in it, and what measuring it gives: noise, gaps and doubtful results.</summary>
/// <remarks>Knows nothing of how faults are searched: it computes each way from the ports it crosses.</remarks>
internal sealed class PlantedMesh
{
    private const double Speed = 1e10;

    // A fault that takes less than this from every trusted pair is not shown by any.
    private const double Shown = 0.6;

    private readonly Random _random;
    private readonly MeshRecipe _recipe;
    private readonly int[] _rack;
    private readonly int[] _zone;
    private readonly double[] _egress;
    private readonly double[] _ingress;
    private readonly double[] _rackUplink;
    private readonly double[,] _distance;
    private readonly List<(SuspectCause Cause, double Divisor)> _faults = [];

    private PlantedMesh(MeshRecipe recipe, int seed)
    {
        (_recipe, _random) = (recipe, new Random(seed));
        var rackSize = recipe.RackSize ?? recipe.Count switch { <= 8 => 4, <= 32 => _random.Next(2) == 0 ? 4 : 8, _ => _random.Next(2) == 0 ? 8 : 20 };
        var racks = (recipe.Count + rackSize - 1) / rackSize;
        var zones = recipe.Shape == MeshShape.Zones ? Math.Max(1, Math.Min(racks / 2, _random.Next(2, 5))) : 1;
        _rack = [.. Enumerable.Range(0, recipe.Count).Select(i => i / rackSize)];
        _zone = [.. _rack.Select(rack => rack * zones / racks)];
        // Slight but lasting differences between nodes are normal.
        _egress = [.. _rack.Select(_ => Speed * (1 - recipe.Difference + (2 * recipe.Difference * _random.NextDouble())))];
        _ingress = [.. _rack.Select(_ => Speed * (1 - recipe.Difference + (2 * recipe.Difference * _random.NextDouble())))];
        var uplink = recipe.Shape == MeshShape.Flat ? 2 * Speed : Speed * (0.2 + (0.4 * _random.NextDouble()));
        _rackUplink = [.. Enumerable.Repeat(uplink, racks)];
        _distance = new double[zones, zones];
        for (var a = 0; a < zones; a++)
        {
            for (var b = 0; b <= a; b++) _distance[a, b] = _distance[b, a] = a == b ? double.PositiveInfinity : uplink * Math.Pow(10, -0.2 - (0.8 * _random.NextDouble()));
        }
    }

    public Mesh Mesh { get; private set; } = null!;

    public IReadOnlyList<PlantedFault> Faults { get; private set; } = [];

    public SuspectOptions Options => new() { Group = _recipe.HasLabels ? _recipe.Key : GroupKey.None };

    public static PlantedMesh Of(MeshRecipe recipe, int seed)
    {
        var planted = new PlantedMesh(recipe, seed);
        planted.PlantFaults();
        planted.Measure();
        return planted;
    }

    private void PlantFaults()
    {
        var (nodes, groups, links) = _recipe.Most;
        if (nodes + groups + links == 0) return;
        do
        {
            foreach (var node in Sample(_recipe.Count, _random.Next(nodes + 1)))
                Plant(new SuspectCause((SuspectKind)_random.Next(3), Node: NameOf(node)));

            // Of three groups or fewer, two faulty uplinks leave nothing to compare with.
            var names = Enumerable.Range(0, _recipe.Count).Select(GroupOf).Distinct().ToArray();
            if (_recipe.HasLabels && names.Length > 1)
            {
                foreach (var group in Sample(names.Length, _random.Next(Math.Min(groups, names.Length > 3 ? 2 : 1) + 1)))
                    Plant(new SuspectCause(_random.Next(2) == 0 ? SuspectKind.GroupEgress : SuspectKind.GroupIngress, Group: names[group]));
            }

            foreach (var pair in Sample(_recipe.Count * (_recipe.Count - 1), _random.Next(links + 1)))
            {
                int source = pair / (_recipe.Count - 1), rest = pair % (_recipe.Count - 1), destination = rest < source ? rest : rest + 1;
                Plant(new SuspectCause(SuspectKind.Link, Source: NameOf(source), Destination: NameOf(destination)));
            }
        }
        while (_faults.Count == 0);
    }

    private void Plant(SuspectCause cause) =>
        _faults.Add((cause, _recipe.Divisor ?? (_random.Next(10) == 0 ? double.PositiveInfinity : 2 * Math.Pow(50, _random.NextDouble()))));

    private int[] Sample(int count, int take)
    {
        var all = Enumerable.Range(0, count).ToArray();
        for (var i = 0; i < take; i++)
        {
            var other = _random.Next(i, count);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..take];
    }

    private static string NameOf(int node) => $"n{node:000}";

    private string RackOf(int node) => $"r{_rack[node]:00}";

    private string ZoneOf(int node) => $"z{_zone[node]}";

    private string GroupOf(int node) => _recipe.Key == GroupKey.Zone ? ZoneOf(node) : RackOf(node);

    private bool Touches(SuspectCause cause, int source, int destination) => cause.Kind switch
    {
        SuspectKind.Node => cause.Node == NameOf(source) || cause.Node == NameOf(destination),
        SuspectKind.NodeEgress => cause.Node == NameOf(source),
        SuspectKind.NodeIngress => cause.Node == NameOf(destination),
        SuspectKind.GroupEgress => cause.Group == GroupOf(source) && cause.Group != GroupOf(destination),
        SuspectKind.GroupIngress => cause.Group == GroupOf(destination) && cause.Group != GroupOf(source),
        _ => cause.Source == NameOf(source) && cause.Destination == NameOf(destination),
    };

    /// <summary>What a way carries, or would without one of the faults.</summary>
    private double Capacity(int source, int destination, int without = -1)
    {
        var ports = new List<double> { _egress[source], _ingress[destination] };
        if (_rack[source] != _rack[destination]) ports.AddRange([_rackUplink[_rack[source]], _rackUplink[_rack[destination]]]);
        if (_zone[source] != _zone[destination]) ports.Add(_distance[_zone[source], _zone[destination]]);
        var healthy = ports.Min();
        var capacity = healthy;
        for (var i = 0; i < _faults.Count; i++)
        {
            var (cause, divisor) = _faults[i];
            if (i == without || !Touches(cause, source, destination)) continue;
            var port = cause.Kind switch
            {
                SuspectKind.Node => Math.Min(cause.Node == NameOf(source) ? _egress[source] : double.PositiveInfinity, cause.Node == NameOf(destination) ? _ingress[destination] : double.PositiveInfinity),
                SuspectKind.NodeEgress => _egress[source],
                SuspectKind.NodeIngress => _ingress[destination],
                SuspectKind.Link => healthy,
                _ => _recipe.Key == GroupKey.Zone && _recipe.Shape == MeshShape.Zones ? ZoneUplink(cause.Group!) : Math.Min(_rackUplink[0], Speed),
            };
            capacity = _recipe.IsFactor ? capacity / divisor : Math.Min(capacity, port / divisor);
        }

        return capacity;
    }

    /// <summary>The fastest way that crosses a zone's boundary.</summary>
    private double ZoneUplink(string zone)
    {
        var index = int.Parse(zone[1..], System.Globalization.CultureInfo.InvariantCulture);
        return Enumerable.Range(0, _distance.GetLength(0)).Where(other => other != index).Max(other => _distance[index, other]);
    }

    private void Measure()
    {
        var isMeasured = Chosen();
        var links = new List<LinkMeasurement>();
        var shown = new HashSet<SuspectCause>();
        for (var source = 0; source < _recipe.Count; source++)
        {
            for (var destination = 0; destination < _recipe.Count; destination++)
            {
                if (source == destination || !isMeasured[source, destination]) continue;
                var capacity = Capacity(source, destination);
                var link = Result(new LinkMeasurement(source, destination), capacity);
                links.Add(link);
                if (link.Quality == MeasurementQuality.Ok) Show(source, destination, capacity, shown);
            }
        }

        var nodes = Enumerable.Range(0, _recipe.Count).Select(i => _recipe.HasLabels
            ? new MeshNode(NameOf(i)) { Rack = _recipe.Missing == GroupKey.Rack ? null : RackOf(i), Zone = _recipe.Missing == GroupKey.Zone || _recipe.Shape != MeshShape.Zones ? null : ZoneOf(i) }
            : new MeshNode(NameOf(i)));
        Mesh = new Mesh([.. nodes], links, DateTimeOffset.UnixEpoch);
        Faults = [.. _faults.Select(fault => new PlantedFault(fault.Cause, Found(fault.Cause, shown), fault.Divisor))];
    }

    private void Show(int source, int destination, double capacity, HashSet<SuspectCause> shown)
    {
        for (var i = 0; i < _faults.Count; i++)
        {
            var cause = _faults[i].Cause;
            if (!Touches(cause, source, destination) || !(capacity <= Shown * Capacity(source, destination, without: i)) || Capacity(source, destination, without: i) == 0) continue;
            if (cause.Kind != SuspectKind.Node) shown.Add(cause);
            else shown.Add(cause with { Kind = cause.Node == NameOf(source) ? SuspectKind.NodeEgress : SuspectKind.NodeIngress });
        }
    }

    private static IReadOnlyList<SuspectCause> Found(SuspectCause cause, HashSet<SuspectCause> shown)
    {
        if (cause.Kind != SuspectKind.Node) return shown.Contains(cause) ? [cause] : [];
        SuspectCause egress = cause with { Kind = SuspectKind.NodeEgress }, ingress = cause with { Kind = SuspectKind.NodeIngress };
        return (shown.Contains(egress), shown.Contains(ingress)) switch
        {
            (true, true) => [cause],
            (true, false) => [cause, egress],
            (false, true) => [cause, ingress],
            _ => [],
        };
    }

    private bool[,] Chosen()
    {
        var chosen = new bool[_recipe.Count, _recipe.Count];
        for (var source = 0; source < _recipe.Count; source++)
        {
            for (var destination = 0; destination < source; destination++)
            {
                var isSampled = _recipe.Peers is not { } peers || _random.NextDouble() < (double)peers / (_recipe.Count - 1);
                chosen[source, destination] = isSampled && _random.Next(10) > 0;
                chosen[destination, source] = isSampled && _random.Next(10) > 0;
            }
        }

        return chosen;
    }

    private LinkMeasurement Result(LinkMeasurement link, double capacity)
    {
        if (capacity == 0) return link with { State = LinkState.Down };
        var noise = Math.Exp(0.05 * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
        var value = capacity * noise;
        link = link with { State = LinkState.Up, ThroughputBitsPerSecond = value };
        if (_random.Next(20) > 0) return link;
        return _random.Next(3) switch
        {
            0 => link with { Quality = MeasurementQuality.Capped, ThroughputBitsPerSecond = capacity * _random.NextDouble() },
            1 => link with { Quality = MeasurementQuality.HostLimited, ThroughputBitsPerSecond = capacity * 3 * _random.NextDouble() },
            _ => link with { Quality = MeasurementQuality.Interfered, ThroughputBitsPerSecond = capacity * _random.NextDouble() },
        };
    }
}
