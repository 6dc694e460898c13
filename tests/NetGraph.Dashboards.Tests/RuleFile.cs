using NetGraph.Testing;
using YamlDotNet.RepresentationModel;

namespace NetGraph.Dashboards.Tests;

/// <summary>A recording rule or an alert, from the files under <c>dashboards/</c>.</summary>
/// <param name="Name">Of the recorded series or the alert.</param>
/// <param name="IsAlert">Which of both it is.</param>
/// <param name="Expression">Its PromQL.</param>
/// <param name="Labels">Labels that it adds.</param>
/// <param name="Annotations">Its annotations, as templates.</param>
internal sealed record Rule(string Name, bool IsAlert, string Expression, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

/// <summary>Reads the rule files and their tests.</summary>
internal static class RuleFile
{
    public static IReadOnlyList<string> Paths { get; } = [.. FilesOf("rules"), .. FilesOf("alerts")];

    public static IReadOnlyList<string> Tests { get; } = FilesOf("tests");

    public static IReadOnlyList<Rule> Rules { get; } = [.. Paths.SelectMany(Read)];

    public static IEnumerable<Rule> Alerts => Rules.Where(rule => rule.IsAlert);

    /// <summary>Names of the cases in the promtool files.</summary>
    public static IReadOnlyList<string> CaseNames { get; } = [.. Tests.SelectMany(path => Items(Load(path), "tests")).Select(test => Text(test, "name")!)];

    private static string[] FilesOf(string folder) => [.. Directory.GetFiles(Path.Combine(Repository.Root, "dashboards", folder), "*.yaml").Order(StringComparer.Ordinal)];

    private static IEnumerable<Rule> Read(string path) =>
        from mesh in Items(Load(path), "groups")
        from rule in Items(mesh, "rules")
        select new Rule(Text(rule, "alert") ?? Text(rule, "record")!, Text(rule, "alert") is not null, Text(rule, "expr")!, Map(rule, "labels"), Map(rule, "annotations"));

    private static YamlMappingNode Load(string path)
    {
        using var reader = File.OpenText(path);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    private static IEnumerable<YamlMappingNode> Items(YamlMappingNode node, string key) => ((YamlSequenceNode)node.Children[key]).OfType<YamlMappingNode>();

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;

    private static Dictionary<string, string> Map(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var map) ? ((YamlMappingNode)map).ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!) : [];
}
