using System.Text;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Reads a mesh from comma-separated values: those of <see cref="CsvWriter"/>, or made by hand.</summary>
public static class CsvReader
{
    private const string Source = "source", Destination = "destination", Throughput = "throughput_bps";
    private const string Quality = "quality", State = "state", SourceGroup = "source_group", DestinationGroup = "destination_group";

    private static readonly string[] Required = [Source, Destination, Throughput];
    private static readonly string[] Columns = [Source, Destination, .. LinkField.All.Select(field => field.Name), Quality, State, SourceGroup, DestinationGroup];

    /// <summary>Reads a mesh.</summary>
    /// <remarks>
    /// The first line names the columns, in any order and case: <c>source</c>, <c>destination</c> and <c>throughput_bps</c> are needed, the others of
    /// <see cref="CsvWriter"/> are not. An empty field was not measured. Without a state, a link with throughput is up, and a throughput of zero,
    /// which many tools write for a failure, is a failed test: down, with no throughput. Groups become racks: nodes that share an uplink.
    /// </remarks>
    /// <param name="input">The text: UTF-8, or what its byte order mark says. Stays open.</param>
    /// <param name="measuredAt">The time that the mesh shows; ages are counted back from it.</param>
    /// <exception cref="MeshFormatException">It is no such text.</exception>
    public static Mesh Read(Stream input, DateTimeOffset measuredAt)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var text = new StreamReader(input, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16, leaveOpen: true);
        var records = new CsvRecords(text);
        try
        {
            if (!records.Read()) throw new MeshFormatException(1, $"there is nothing in it: the first line must name the columns {string.Join(',', Required)}.");
            var columns = ReadHeader(records);
            var draft = new MeshDraft();
            while (records.Read()) ReadLink(records, columns, draft);
            return draft.Build(measuredAt, isListed: false);
        }
        catch (DecoderFallbackException exception)
        {
            throw new MeshFormatException(records.Line + 1, "what follows is not UTF-8: save the file as UTF-8.", exception);
        }
    }

    /// <summary>The place of each column, or -1.</summary>
    private static Dictionary<string, int> ReadHeader(CsvRecords records)
    {
        if (records.Count == 1 && records[0].IndexOfAny(";\t|") is var at and >= 0)
            throw new MeshFormatException(1, $"the columns are separated by {records[0][at] switch { ';' => "semicolons", '|' => "bars", _ => "tabs" }}: separate them by commas, with a point for decimals.");
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < records.Count; i++)
        {
            var name = records[i].ToString();
            if (!Columns.Contains(name, StringComparer.OrdinalIgnoreCase)) throw new MeshFormatException(1, $"'{name}' is not a column: {string.Join(", ", Required)} are needed, and allowed are also {string.Join(", ", Columns.Except(Required))}.");
            if (!places.TryAdd(name, i)) throw new MeshFormatException(1, $"the column '{name}' is there twice: give it once.");
        }

        foreach (var name in Required)
        {
            if (!places.ContainsKey(name)) throw new MeshFormatException(1, $"the column '{name}' is missing: {string.Join(", ", Required)} are needed.");
        }

        return places;
    }

    private static void ReadLink(CsvRecords records, Dictionary<string, int> columns, MeshDraft draft)
    {
        var line = records.Line;
        if (records.Count != columns.Count) throw new MeshFormatException(line, $"there are {records.Count} fields, but {columns.Count} columns: give each column one field, empty when it was not measured.");

        ReadOnlySpan<char> Field(string name) => columns.TryGetValue(name, out var place) ? records[place] : [];
        var link = new LinkMeasurement(draft.IndexOf(Field(Source), line, Source), draft.IndexOf(Field(Destination), line, Destination))
        {
            Quality = MeshDraft.ReadQuality(Field(Quality).ToString(), line, Quality),
        };
        foreach (var field in LinkField.All)
        {
            var text = Field(field.Name);
            if (text.IsEmpty) continue;
            if (!field.TryParse(text, out var value)) throw new MeshFormatException(line, field.Name, $"'{text}' is not allowed: it must be {field.Allowed}, or empty when it was not measured.");
            link = field.With(link, value);
        }

        draft.Add(link, MeshDraft.ReadState(Field(State).ToString(), line, State), line);
        draft.Group(link.Source, Field(SourceGroup), line, SourceGroup);
        draft.Group(link.Destination, Field(DestinationGroup), line, DestinationGroup);
    }
}
