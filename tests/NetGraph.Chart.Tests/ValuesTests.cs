using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>values.yaml, its schema and the README say the same.</summary>
public sealed partial class ValuesTests
{
    private static readonly string[] OldKeys = ["controllers", "appConfig", "exporter", "server", "service", "dependencies", "networkPolicy.from", "networkPolicy.namespaceSelector", "networkPolicy.podSelector"];

    private static readonly string ValuesFile = Path.Combine(Helm.Chart, "values.yaml");
    private static readonly string Readme = Path.Combine(Helm.Chart, "README.md");

    [Fact]
    public void Every_value_has_a_comment_and_every_comment_a_value()
    {
        var documented = Documented().Select(each => each.Key).ToHashSet();
        var values = Leaves(Yaml.ReadFile(ValuesFile), "", documented).ToHashSet();

        Assert.Equal(values.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_README_s_table_is_made_of_these_comments()
    {
        var rows = Row().Matches(File.ReadAllText(Readme).Split("\n## Parameters\n")[1]).Select(match => (Key: match.Groups[1].Value, Description: match.Groups[2].Value.Trim())).ToList();

        Assert.Equal(Documented(), rows);
    }

    [Fact]
    public async Task The_generator_would_leave_the_README_as_it_is()
    {
        Helm.Need("readme-generator");
        var copy = Path.GetTempFileName();
        try
        {
            File.Copy(Readme, copy, overwrite: true);
            var run = await Command.RunAsync("readme-generator", ["--values", ValuesFile, "--readme", copy]);

            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(await File.ReadAllTextAsync(Readme), await File.ReadAllTextAsync(copy));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public void The_schema_knows_every_value_and_no_other_and_refuses_the_rest()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!;
        var documented = Documented().Select(each => each.Key).ToHashSet();
        var known = new List<string>();
        Walk(schema, "");

        Assert.Equal(documented.Concat(OldKeys).Append("global").Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));

        void Walk(JsonNode node, string path)
        {
            if (node["properties"] is not JsonObject properties)
            {
                known.Add(path);
                return;
            }

            Assert.True(node["additionalProperties"] is JsonValue value && !value.GetValue<bool>(), $"'{path}' would take any key");
            foreach (var (key, child) in properties) Walk(child!, path.Length == 0 ? key : $"{path}.{key}");
        }
    }

    [Fact]
    public void The_README_maps_every_value_of_iperf3_monitor()
    {
        var table = File.ReadAllText(Readme).Split("## From iperf3-monitor")[1].Split("## Parameters")[0];

        Assert.All(OldKeys.Append("serviceMonitor").Append("rbac.create").Append("serviceAccount.name"), key => Assert.Contains(key.Split('.')[0], table, StringComparison.Ordinal));
        Assert.All(new[] { "testInterval", "testTimeout", "testProtocol", "serverPort", "serverLabelSelector", "logLevel", "replicaCount", "replicas", "containers", "pod", "nodeSelector", "tolerations", "resources", "from", "namespaceSelector", "podSelector" },
            key => Assert.Contains(key, table, StringComparison.Ordinal));
    }

    private static List<(string Key, string Description)> Documented() =>
        [.. Parameter().Matches(File.ReadAllText(ValuesFile)).Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim()))];

    // A map that is documented as a whole counts as one value.
    private static IEnumerable<string> Leaves(JsonObject map, string path, HashSet<string> documented)
    {
        foreach (var (key, value) in map)
        {
            var name = path.Length == 0 ? key : $"{path}.{key}";
            if (value is JsonObject { Count: > 0 } child && !documented.Contains(name))
            {
                foreach (var leaf in Leaves(child, name, documented)) yield return leaf;
            }
            else
            {
                yield return name;
            }
        }
    }

    [GeneratedRegex(@"^## @param (\S+) (?:\[[^\]]*\] )?(.*)$", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\| `(\S+)` +\| (.*?) \| `[^`]*` +\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
