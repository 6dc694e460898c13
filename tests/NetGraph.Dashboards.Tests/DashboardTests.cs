using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetGraph.Dashboards.Tests;

/// <summary>
/// What Grafana requires of a dashboard file (the model of Grafana 13's <c>@grafana/schema</c>, schema version 42), and what this project asks beyond it: a file that works
/// wherever it is imported, in which every number has a unit and every panel says what it shows.
/// </summary>
public sealed partial class DashboardTests
{
    private const int SchemaVersion = 42;
    private const int Columns = 24;

    private static readonly string[] PanelTypes = ["row", "timeseries", "stat", "table", "state-timeline", "text", "nodeGraph"];
    private static readonly string[] VariableTypes = ["datasource", "query", "custom"];
    private static readonly string[] Units = ["none", "short", "string", "bps", "s", "percentunit", "bytes", "decbytes", "reqps", "pps"];
    private static readonly string[] Transformations = ["groupingToMatrix", "sortBy", "merge", "organize"];
    private static readonly string[] BuiltIn = ["__to", "__from", "__all", "__url_time_range", "__data", "__field", "__value"];

    public static TheoryData<string> Files => [.. Dashboard.All.Select(dashboard => dashboard.File)];

    [Fact]
    public void The_dashboards_are_those_that_are_promised()
    {
        Assert.Equal(["k8s-iperf3-dashboard", "netgraph-aggregate", "netgraph-operations", "netgraph-overview", "netgraph-pair"], Dashboard.All.Select(dashboard => dashboard.Uid));
        Assert.All(Dashboard.All, dashboard => Assert.Equal(dashboard.File, dashboard.Uid + ".json"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Has_a_head_that_any_Grafana_takes(string file)
    {
        var json = Dashboard.Of(file).Json;

        Assert.Equal(SchemaVersion, (int)json["schemaVersion"]!);
        // An id belongs to one Grafana; inputs ask at import, and file provisioning cannot answer.
        Assert.False(json.ContainsKey("id") || json.ContainsKey("__inputs"));
        Assert.False(string.IsNullOrWhiteSpace((string?)json["title"]) || string.IsNullOrWhiteSpace((string?)json["description"]));
        Assert.Matches("^[a-zA-Z0-9_-]{1,40}$", (string)json["uid"]!);
        Assert.Equal(["from", "to"], json["time"]!.AsObject().Select(end => end.Key));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Has_panels_of_known_kind_with_their_own_number_place_words_and_unit(string file)
    {
        var dashboard = Dashboard.Of(file);
        Assert.Equal(dashboard.Panels.Count(), dashboard.Panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        Assert.All(dashboard.Panels, panel =>
        {
            Assert.Contains((string)panel["type"]!, PanelTypes);
            Assert.False(string.IsNullOrWhiteSpace((string?)panel["title"]));
            if ((string)panel["type"]! is "row") return;
            Assert.True(((string?)panel["description"])?.EndsWith('.') == true, $"'{panel["title"]}' has no description.");
            if ((string)panel["type"]! is "text" or "nodeGraph") return;
            Assert.Contains((string)panel["fieldConfig"]!["defaults"]!["unit"]!, Units);
            Assert.NotEmpty(panel["targets"]!.AsArray());
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Has_panels_that_neither_overlap_nor_stick_out(string file)
    {
        var taken = new Dictionary<(int X, int Y), string>();
        Assert.All(Dashboard.Of(file).Panels, panel =>
        {
            var (x, y, w, h) = ((int)panel["gridPos"]!["x"]!, (int)panel["gridPos"]!["y"]!, (int)panel["gridPos"]!["w"]!, (int)panel["gridPos"]!["h"]!);
            Assert.True(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= Columns, $"'{panel["title"]}' sticks out.");
            for (var cell = 0; cell < w * h; cell++)
                Assert.True(taken.TryAdd((x + (cell % w), y + (cell / w)), (string)panel["title"]!), $"'{panel["title"]}' lies on '{taken[(x + (cell % w), y + (cell / w))]}'.");
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Takes_its_data_from_what_a_variable_chooses(string file)
    {
        var dashboard = Dashboard.Of(file);
        var sources = dashboard.Variables.Where(variable => (string)variable["type"]! == "datasource").ToDictionary(variable => $"${{{variable["name"]}}}", variable => (string)variable["query"]!);
        var references = Descendants(dashboard.Json).OfType<JsonObject>().Select(node => node["datasource"]).Where(source => source is not null).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, source => Assert.Equal((string)source!["type"]!, sources.GetValueOrDefault((string)source["uid"]!)));
        Assert.All(dashboard.Panels.Where(panel => (string)panel["type"]! is not ("row" or "text")), panel => Assert.NotNull(panel["datasource"]));
        Assert.All(dashboard.Panels.SelectMany(panel => panel["targets"]?.AsArray() ?? []), target => Assert.NotNull(target!["datasource"]));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Has_queries_with_letters_of_their_own_and_a_shape_that_fits_the_panel(string file)
    {
        Assert.All(Dashboard.Of(file).Panels.Where(panel => panel["targets"] is not null), panel =>
        {
            var letters = panel["targets"]!.AsArray().Select(target => (string)target!["refId"]!).ToList();
            Assert.Equal(letters.Count, letters.Distinct().Count());
            if ((string)panel["type"]! != "table") return;
            Assert.All(panel["targets"]!.AsArray(), target => Assert.True((string?)target!["format"] == "table" && (bool?)target["instant"] == true, $"'{panel["title"]}' is a table of a time range."));
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Transforms_fields_that_there_are(string file)
    {
        Assert.All(Dashboard.Of(file).Panels.Where(panel => panel["transformations"] is not null), panel =>
        {
            var steps = panel["transformations"]!.AsArray();
            Assert.All(steps, step => Assert.Contains((string)step!["id"]!, Transformations));
            if (steps.FirstOrDefault(step => (string)step!["id"]! == "groupingToMatrix")?["options"] is not { } matrix) return;
            var (row, column) = ((string)matrix["rowField"]!, (string)matrix["columnField"]!);
            var labels = By().Match((string)panel["targets"]!.AsArray().Single()!["expr"]!).Groups[1].Value.Split(", ");
            Assert.Equal(["source_node", "destination_node"], labels);
            Assert.Equal(("source_node", "destination_node", "Value"), (row, column, (string)matrix["valueField"]!));
            // The corner's name; its column holds names, no numbers.
            Assert.Contains(panel["fieldConfig"]!["overrides"]!.AsArray(), rule => (string?)rule!["matcher"]!["options"] == $"{row}\\{column}");
            Assert.Equal("color-background", (string)panel["fieldConfig"]!["defaults"]!["custom"]!["cellOptions"]!["type"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Has_variables_of_known_kind_and_uses_none_that_is_missing(string file)
    {
        var dashboard = Dashboard.Of(file);
        var names = dashboard.Variables.Select(variable => (string)variable["name"]!).ToList();
        Assert.All(dashboard.Variables, variable =>
        {
            Assert.Contains((string)variable["type"]!, VariableTypes);
            if ((string)variable["type"]! == "query") Assert.Equal((string)variable["definition"]!, (string)variable["query"]!["query"]!);
        });
        var used = Descendants(dashboard.Json).OfType<JsonValue>().Where(value => value.GetValueKind() == System.Text.Json.JsonValueKind.String)
            .SelectMany(value => Variable().Matches((string)value!).Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.Empty(used.Except(names).Except(BuiltIn));
        Assert.Empty(names.Except(used));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Leads_to_dashboards_that_exist_with_variables_that_they_have(string file)
    {
        var links = Descendants(Dashboard.Of(file).Json).OfType<JsonObject>().Select(node => (string?)(node["url"] as JsonValue)).OfType<string>().ToList();
        Assert.All(links, link =>
        {
            var target = Target().Match(link);
            Assert.True(target.Success, $"'{link}' is not a dashboard's address.");
            var dashboard = Assert.Single(Dashboard.All, other => other.Uid == target.Groups[1].Value);
            Assert.All(Given().Matches(link), given => Assert.Contains(given.Groups[1].Value, dashboard.Variables.Select(variable => (string)variable["name"]!)));
        });
        if (file == "netgraph-overview.json") Assert.Contains(links, link => link.StartsWith("/d/netgraph-pair?", StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => node switch
    {
        JsonObject item => item.Select(member => member.Value).OfType<JsonNode>().SelectMany(Descendants).Prepend(item),
        JsonArray list => list.OfType<JsonNode>().SelectMany(Descendants).Prepend(list),
        _ => [node],
    };

    [GeneratedRegex(@"by \(([a-z_, ]+)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"\$\{?([a-z_]\w*)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^/d/([\w-]+)(\?|$)")]
    private static partial Regex Target();

    [GeneratedRegex(@"var-(\w+)=")]
    private static partial Regex Given();
}
