using NetGraph.Hosting;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NetGraph.Cli.Polling;

/// <summary>cloud-bandwidth's settings file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Values">Its settings by their keys, as text.</param>
/// <param name="Servers">The servers that it lists.</param>
internal sealed record PollFile(string Path, IReadOnlyDictionary<string, string> Values, IReadOnlyList<PolledServer> Servers)
{
    private const string ServersKey = "iperf-servers";
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Keys that hold one value.</summary>
    private static readonly string[] Keys = [.. PollSettings.All.Select(setting => setting.Key).OfType<string>()];

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StartupException">It cannot be read, is no YAML, or holds what is not known.</exception>
    public static PollFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new StartupException($"The configuration '{path}' is larger than {MaxBytes / 1024} KiB: name another with -configuration.");
            using var text = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(text);
            return Read(path, stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode);
        }
        catch (YamlException exception)
        {
            throw new StartupException($"The configuration '{path}' is not YAML: line {exception.Start.Line}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The configuration '{path}' cannot be read ({exception.Message}): name a readable file with -configuration.", exception);
        }
    }

    private static PollFile Read(string path, YamlNode? root)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        List<PolledServer> servers = [];
        var faults = new List<string>();
        if (root is not (null or YamlMappingNode) && !IsNull(root)) faults.Add("it must be a mapping of keys to values");
        foreach (var (node, value) in root as YamlMappingNode ?? [])
        {
            var key = (node as YamlScalarNode)?.Value ?? "";
            if (key == ServersKey) ReadServers(value, servers, faults);
            else if (!Keys.Contains(key)) faults.Add($"the key '{key}' is not known: known are {string.Join(", ", Keys)} and {ServersKey}");
            else if (value is not YamlScalarNode scalar) faults.Add($"{key} must be one value");
            else if (!IsNull(scalar)) values[key] = scalar.Value!;
        }

        if (faults.Count > 0) throw new StartupException($"The configuration '{path}' is wrong: {string.Join("; ", faults)}.");
        return new PollFile(path, values, servers);
    }

    private static void ReadServers(YamlNode value, List<PolledServer> servers, List<string> faults)
    {
        if (IsNull(value)) return;
        foreach (var item in value is YamlSequenceNode list ? list : [new YamlSequenceNode()])
        {
            // An address alone is one without a name.
            var pairs = item is YamlMappingNode mapping ? [.. mapping] : new List<KeyValuePair<YamlNode, YamlNode>> { new(item, new YamlScalarNode("")) };
            foreach (var (address, name) in pairs)
            {
                if (address is YamlScalarNode { Value.Length: > 0 } host && name is YamlScalarNode shown) servers.Add(PolledServer.Of(host.Value.Trim('[', ']'), IsNull(shown) ? null : shown.Value));
                else faults.Add($"{ServersKey} must be a list of addresses and names, such as '- 10.0.0.1: azure' (line {item.Start.Line})");
            }
        }
    }

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
