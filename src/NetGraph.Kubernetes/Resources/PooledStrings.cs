using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetGraph.Kubernetes.Resources;

/// <summary>Gives equal short strings the same object: thousands of nodes and pods carry the same label names, zones and namespaces.</summary>
/// <remarks>A direct-mapped table: bounded, and a race between threads costs no more than a copy too many.</remarks>
internal static class PooledStrings
{
    private const int Slots = 2048;
    private const int LongestBytes = 96;
    private static readonly string?[] Pool = new string?[Slots];

    public static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName)) throw new JsonException($"Expected is a string, not {reader.TokenType}.");
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestBytes) return reader.GetString();
        var hash = new HashCode();
        hash.AddBytes(reader.ValueSpan);
        ref var slot = ref Pool[(uint)hash.ToHashCode() % Slots];
        var known = slot;
        return known is not null && Ascii.Equals(reader.ValueSpan, known) ? known : slot = reader.GetString()!;
    }
}

/// <summary>Reads a string of which many objects have the same. Public for the JSON contexts of other assemblies' resources.</summary>
public sealed class PooledStringConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => PooledStrings.Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Reads labels and annotations. Public for the JSON contexts of other assemblies' resources.</summary>
public sealed class PooledMapConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    // kubectl apply leaves a copy of the whole object there.
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"Expected is an object of strings, not {reader.TokenType}.");
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = PooledStrings.Read(ref reader)!;
            reader.Read();
            if (key == LastApplied) reader.Skip();
            else map[key] = PooledStrings.Read(ref reader) ?? "";
        }

        map.TrimExcess();
        return map;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, text) in value) writer.WriteString(key, text);
        writer.WriteEndObject();
    }
}
