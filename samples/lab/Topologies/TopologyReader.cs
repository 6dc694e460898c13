using System.Text.Json;

namespace NetGraph.Lab.Topologies;

/// <summary>Reads the JSON element by element, since a serializer stops at the first wrong value and all are wanted.</summary>
internal sealed class TopologyReader
{
    private static readonly string[] FileKeys = ["name", "mgmt", "defaults", "hosts", "routers", "links", "groups"];
    private static readonly string[] LinkKeys = ["a", "b", .. LinkDraft.NumberKeys];

    private readonly TopologyDraft _draft = new();

    public static TopologyDraft Read(JsonElement root)
    {
        var reader = new TopologyReader();
        if (root.ValueKind == JsonValueKind.Object)
            reader.ReadFile(root);
        else
            reader.ShapeError("The file must hold one JSON object with the keys name, hosts and links.");
        return reader._draft;
    }

    private void ReadFile(JsonElement root)
    {
        RefuseUnknownKeys(root, FileKeys, "the file");
        _draft.Name = Text(root, "name", "The key \"name\" must be a text of 1 to 6 of a-z and 0-9: add it.");
        _draft.HasManagementNetwork = Flag(root, "mgmt");
        _draft.Hosts = Names(root, "hosts", isRequired: true);
        _draft.Routers = Names(root, "routers", isRequired: false);
        _draft.Groups = Groups(root);
        var (defaultA, defaultB, defaultNumbers) = Fields(root, "defaults");
        if (!root.TryGetProperty("links", out var links) || links.ValueKind != JsonValueKind.Array)
        {
            ShapeError("The key \"links\" must be an array of links such as {\"a\": \"h1\", \"b\": \"r1\", \"rate_mbit\": 100}: add it.");
            return;
        }

        foreach (var (position, element) in links.EnumerateArray().Index())
        {
            var place = $"links[{position}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                ShapeError($"{place} must be an object such as {{\"a\": \"h1\", \"b\": \"r1\", \"rate_mbit\": 100}}: correct it.");
                continue;
            }

            var (a, b, numbers) = LinkFields(element, place);
            foreach (var (key, value) in defaultNumbers)
                numbers.TryAdd(key, value);
            _draft.Links.Add(new(place, a ?? defaultA, b ?? defaultB, numbers));
        }
    }

    private (string? A, string? B, Dictionary<string, double> Numbers) Fields(JsonElement root, string key)
    {
        if (!IsPresent(root, key, out var element))
            return (null, null, []);
        if (element.ValueKind == JsonValueKind.Object)
            return LinkFields(element, key);
        ShapeError($"The key \"{key}\" must be an object of link fields: correct or remove it.");
        return (null, null, []);
    }

    private (string? A, string? B, Dictionary<string, double> Numbers) LinkFields(JsonElement link, string place)
    {
        RefuseUnknownKeys(link, LinkKeys, place);
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var key in LinkDraft.NumberKeys)
        {
            if (!link.TryGetProperty(key, out var value))
                continue;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
                numbers[key] = number;
            else
                ShapeError($"{place}: {key} must be a number and is {value.GetRawText()}: write a number without quotes.");
        }

        return (NodeName(link, "a", place), NodeName(link, "b", place), numbers);
    }

    private string? NodeName(JsonElement link, string key, string place)
    {
        if (!link.TryGetProperty(key, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        ShapeError($"{place}: {key} must be the name of a node and is {value.GetRawText()}: write a name in quotes.");
        return null;
    }

    private List<HostGroup>? Groups(JsonElement root)
    {
        if (!IsPresent(root, "groups", out var groups))
            return null;
        if (groups.ValueKind == JsonValueKind.Object)
            return groups.EnumerateObject().Select(group => new HostGroup(group.Name, Names(group.Value, $"groups.{group.Name}"))).ToList();
        ShapeError("The key \"groups\" must be an object from group name to an array of hosts: correct or remove it.");
        return null;
    }

    private List<string> Names(JsonElement root, string key, bool isRequired)
    {
        if (IsPresent(root, key, out var element))
            return Names(element, key);
        if (isRequired)
            ShapeError($"The key \"{key}\" must be an array of node names: add it.");
        return [];
    }

    private List<string> Names(JsonElement element, string place)
    {
        if (element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String))
            return element.EnumerateArray().Select(name => name.GetString()!).ToList();
        ShapeError($"The key \"{place}\" must be an array of node names in quotes: correct it.");
        return [];
    }

    private string? Text(JsonElement root, string key, string error)
    {
        if (root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String)
            return value.GetString();
        _draft.Errors.Add(error);
        return null;
    }

    private bool Flag(JsonElement root, string key)
    {
        if (!IsPresent(root, key, out var value) || value.ValueKind == JsonValueKind.False)
            return false;
        if (value.ValueKind != JsonValueKind.True)
            _draft.Errors.Add($"The key \"{key}\" must be true or false and is {value.GetRawText()}: correct it.");
        return true;
    }

    private void RefuseUnknownKeys(JsonElement element, string[] known, string place)
    {
        foreach (var key in element.EnumerateObject().Select(property => property.Name).Except(known, StringComparer.Ordinal))
            _draft.Errors.Add($"Unknown key \"{key}\" in {place}: allowed are {string.Join(", ", known)}; rename or remove it.");
    }

    private void ShapeError(string sentence)
    {
        _draft.IsShapeKnown = false;
        _draft.Errors.Add(sentence);
    }

    private static bool IsPresent(JsonElement root, string key, out JsonElement value) =>
        root.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
}
