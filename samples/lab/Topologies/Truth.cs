using System.Text.Json;
using NetGraph.Lab.States;

namespace NetGraph.Lab.Topologies;

/// <summary>What a lab gives one ordered pair of hosts when nothing else is sent.</summary>
/// <param name="Source">The sending host.</param>
/// <param name="Destination">The receiving host.</param>
/// <param name="Path">All nodes on the way, both ends included.</param>
/// <param name="CapacityBitsPerSecond">The narrowest rate on the way, counting whole Ethernet frames.</param>
/// <param name="TcpGoodputBitsPerSecond">What TCP can carry of it: 1448 payload bytes in each frame of 1514 bytes.</param>
/// <param name="Bottleneck">The first link direction with that rate, such as tor1->spine1.</param>
/// <param name="DelaySeconds">One-way delay of the wires, without queues.</param>
/// <param name="LossRatio">Share of the frames that is lost on the way, 0 to 1.</param>
public sealed record Truth(
    string Source,
    string Destination,
    IReadOnlyList<string> Path,
    double CapacityBitsPerSecond,
    double TcpGoodputBitsPerSecond,
    string Bottleneck,
    double DelaySeconds,
    double LossRatio)
{
    private const double PayloadShareOfFrame = 1448.0 / 1514.0;

    /// <summary>Works out the truth of every ordered pair of hosts, in the order of the file.</summary>
    /// <param name="topology">The network.</param>
    /// <returns>N (N - 1) records for N hosts.</returns>
    public static IReadOnlyList<Truth> Of(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var paths = new Paths(topology);
        var directions = topology.Directions.ToDictionary(direction => (direction.Source, direction.Destination));
        return
        [
            .. from source in topology.Hosts
               from destination in topology.Hosts
               where source != destination
               select Along(paths.Between(source, destination), directions),
        ];
    }

    /// <summary>Reads the truth.json of a lab that is up.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its records.</returns>
    /// <exception cref="JsonException">The file is not a truth.json.</exception>
    public static IReadOnlyList<Truth> Read(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), LabJson.Readable.IReadOnlyListTruth) ?? throw new JsonException($"{path} holds null.");

    private static Truth Along(List<string> path, Dictionary<(string, string), LinkDirection> directions)
    {
        var hops = path.Zip(path.Skip(1), (from, to) => directions[(from, to)]).ToList();
        var narrowest = hops.MinBy(hop => hop.RateBitsPerSecond)!;
        return new(
            path[0],
            path[^1],
            path,
            narrowest.RateBitsPerSecond,
            narrowest.RateBitsPerSecond * PayloadShareOfFrame,
            $"{narrowest.Source}->{narrowest.Destination}",
            hops.Sum(hop => hop.DelaySeconds),
            1 - hops.Aggregate(1.0, (arriving, hop) => arriving * (1 - hop.LossRatio)));
    }
}
