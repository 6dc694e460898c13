using System.Text.Json;

namespace NetGraph.Lab.Topologies;

/// <summary>A small network: hosts that run tests, routers that forward, links between them.</summary>
/// <param name="Name">Name of the lab: 1 to 6 of a-z 0-9.</param>
/// <param name="HasManagementNetwork">Whether the root namespace gets a separate network to every host.</param>
/// <param name="Hosts">Hosts in the order of the file; each has exactly one link.</param>
/// <param name="Routers">Routers in the order of the file.</param>
/// <param name="Links">Links in the order of the file.</param>
/// <param name="Groups">A partition of the hosts, such as racks.</param>
public sealed record Topology(
    string Name,
    bool HasManagementNetwork,
    IReadOnlyList<string> Hosts,
    IReadOnlyList<string> Routers,
    IReadOnlyList<Link> Links,
    IReadOnlyList<HostGroup> Groups)
{
    /// <summary>Hosts, then routers.</summary>
    public IEnumerable<string> Nodes => Hosts.Concat(Routers);

    /// <summary>Every link twice, once in each direction, in the order of the file.</summary>
    public IEnumerable<LinkDirection> Directions => Links.SelectMany(link => new[] { link.AToB, link.BToA });

    /// <summary>Reads and checks a topology file.</summary>
    /// <param name="path">Path of a JSON file.</param>
    /// <returns>A topology that can be built.</returns>
    /// <exception cref="TopologyException">The file is missing, is not JSON or breaks a rule; it names every problem.</exception>
    public static Topology Read(string path)
    {
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TopologyException(path, ["There is no such file: give the path of a topology file."]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TopologyException(path, [$"The file cannot be read ({error.Message}): make it readable."]);
        }

        return Parse(json, path);
    }

    /// <summary>Checks a topology that is already in memory.</summary>
    /// <param name="json">The content of a topology file.</param>
    /// <param name="origin">Where it came from, for messages.</param>
    /// <returns>A topology that can be built.</returns>
    /// <exception cref="TopologyException">The text is not JSON or breaks a rule; it names every problem.</exception>
    public static Topology Parse(string json, string origin)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var draft = TopologyReader.Read(document.RootElement);
            var errors = draft.Errors.Concat(TopologyRules.Violations(draft)).ToList();
            return errors.Count == 0 ? draft.ToTopology() : throw new TopologyException(origin, errors);
        }
        catch (JsonException error)
        {
            throw new TopologyException(origin,
                [$"The file is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: correct it there."]);
        }
    }
}
