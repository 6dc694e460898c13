using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>A format that holds all of a mesh.</summary>
public enum MeshFormat
{
    /// <summary>GraphML, as <see cref="GraphMLWriter"/> writes it.</summary>
    GraphML,

    /// <summary>JSON, as <see cref="JsonWriter"/> writes it.</summary>
    Json,

    /// <summary>Comma-separated values, as <see cref="CsvWriter"/> writes them.</summary>
    Csv,
}

/// <summary>Reads a mesh from any format that holds one.</summary>
public static class MeshReader
{
    /// <summary>The format that a file's name tells: by <c>.graphml</c>, <c>.xml</c>, <c>.json</c> or <c>.csv</c> at its end.</summary>
    /// <param name="fileName">Name or path of the file.</param>
    /// <returns>The format, or <see langword="null"/> when the name tells none.</returns>
    public static MeshFormat? FormatOf(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return Path.GetExtension(fileName).ToUpperInvariant() switch
        {
            ".GRAPHML" or ".XML" => MeshFormat.GraphML,
            ".JSON" => MeshFormat.Json,
            ".CSV" => MeshFormat.Csv,
            _ => null,
        };
    }

    /// <summary>The format that a file's first bytes tell; comma-separated values are taken for anything that is neither of the others.</summary>
    /// <param name="beginning">The first bytes; a hundred are enough.</param>
    public static MeshFormat Guess(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("\ufeff"u8)) beginning = beginning[3..];
        beginning = beginning.TrimStart(" \t\r\n"u8);
        return beginning.StartsWith("<"u8) ? MeshFormat.GraphML : beginning.StartsWith("{"u8) || beginning.StartsWith("["u8) ? MeshFormat.Json : MeshFormat.Csv;
    }

    /// <summary>Reads a mesh.</summary>
    /// <param name="input">Where from; stays open.</param>
    /// <param name="format">In which format it is.</param>
    /// <param name="measuredAt">The time that the mesh shows, unless the input says.</param>
    /// <exception cref="MeshFormatException">It is not in that format.</exception>
    public static Mesh Read(Stream input, MeshFormat format, DateTimeOffset measuredAt) => format switch
    {
        MeshFormat.GraphML => GraphMLReader.Read(input, measuredAt),
        MeshFormat.Json => JsonReader.Read(input, measuredAt),
        _ => CsvReader.Read(input, measuredAt),
    };
}
