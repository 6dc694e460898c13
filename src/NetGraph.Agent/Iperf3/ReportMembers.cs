using System.Text.Json;

namespace NetGraph.Agent.Iperf3;

/// <summary>Members of a report that need not be there, nor be of the kind that is expected.</summary>
internal static class ReportMembers
{
    /// <summary>The first member of that name.</summary>
    public static JsonElement? Member(this JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object) return null;
        foreach (var member in of.EnumerateObject())
        {
            if (member.NameEquals(name)) return member.Value;
        }

        return null;
    }

    public static JsonElement? Member(this JsonElement? of, string name) => of?.Member(name);

    /// <summary>A finite number.</summary>
    public static double? Number(this JsonElement? of, string name) =>
        of.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && double.IsFinite(value) ? value : null;

    /// <summary>A finite number that is not negative: what the field of that name can be.</summary>
    public static double? Positive(this JsonElement? of, string name) => of.Number(name) is { } value and >= 0 ? value : null;

    public static string? Text(this JsonElement? of, string name) => of.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool? Flag(this JsonElement? of, string name) => of.Member(name)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    /// <summary>The elements of a member that is a list; none when it is not.</summary>
    public static IEnumerable<JsonElement?> Elements(this JsonElement? of, string name) =>
        of.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(element => (JsonElement?)element) : [];
}
