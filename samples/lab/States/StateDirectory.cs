using System.Text.Json;
using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.States;

/// <summary>Where labs that are up keep what is needed to use and to remove them: one folder for each.</summary>
internal sealed class StateDirectory(string root)
{
    public const string EnvironmentVariable = "NETLAB_STATE";

    private const string DefaultRoot = "/run/netgraph-lab";

    public static StateDirectory FromEnvironment() =>
        new(Path.GetFullPath(Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } path ? path : DefaultRoot));

    public string PathOf(string lab, string file = "") => Path.Combine(root, lab, file);

    public bool Exists(string lab) => IsLabName(lab) && Directory.Exists(PathOf(lab));

    public IReadOnlyList<string> Labs() =>
        Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)).Where(IsLabName).Order(StringComparer.Ordinal)] : [];

    /// <summary>Records a lab before anything of it is made. The folder appears whole, or not at all.</summary>
    public void Create(LabState state, string topologyJson, IReadOnlyList<Truth> truth, NodeInventory inventory)
    {
        var draft = PathOf($".{state.Name}-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(draft);
            File.WriteAllText(Path.Combine(draft, "topology.json"), topologyJson);
            File.WriteAllText(Path.Combine(draft, "truth.json"), JsonSerializer.Serialize(truth, LabJson.Readable.IReadOnlyListTruth));
            File.WriteAllText(Path.Combine(draft, "nodes.json"), JsonSerializer.Serialize(inventory, LabJson.Readable.NodeInventory));
            File.WriteAllText(Path.Combine(draft, "lab.json"), JsonSerializer.Serialize(state, LabJson.Readable.LabState));
            Directory.Move(draft, PathOf(state.Name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
            throw new LabException($"cannot write the state of {state.Name} below {root} ({error.Message}): set {EnvironmentVariable} to a directory that can be written");
        }
    }

    public void Update(LabState state) =>
        Replace(PathOf(state.Name, "lab.json"), JsonSerializer.Serialize(state, LabJson.Readable.LabState));

    public LabState Read(string lab)
    {
        var path = PathOf(lab, "lab.json");
        try
        {
            return LabState.Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LabException($"the state of {lab} cannot be read ({error.Message}): repair {path}, or remove its namespaces with ip netns del and then {PathOf(lab)}");
        }
    }

    public void RecordRelay(string lab, RelayProcess relay) =>
        Replace(PathOf(lab, "relay.json"), JsonSerializer.Serialize(relay, LabJson.Readable.RelayProcess));

    /// <summary>Relays known to lab.json, and the one that recorded itself although nobody lived to note it there.</summary>
    public IReadOnlyList<RelayProcess> Relays(LabState state)
    {
        var path = PathOf(state.Name, "relay.json");
        var own = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), LabJson.Readable.RelayProcess) : null;
        return [.. state.Relays.Append(own).OfType<RelayProcess>().Distinct()];
    }

    public void Delete(string lab) => Directory.Delete(PathOf(lab), recursive: true);

    private static bool IsLabName(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter));

    private static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }
}
