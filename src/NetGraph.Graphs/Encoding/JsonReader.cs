using System.Collections.Frozen;
using System.Text.Json;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Encoding;

/// <summary>Reads a mesh from JSON as <see cref="JsonWriter"/> writes it.</summary>
public static class JsonReader
{
    private static readonly FrozenDictionary<string, LinkField> LinkFields = LinkField.All.ToFrozenDictionary(field => field.JsonName);
    private static readonly FrozenDictionary<string, NodeField> NodeFields = NodeField.All.ToFrozenDictionary(field => field.JsonName);

    /// <summary>Names of members that mean something: one string each for all links.</summary>
    private static readonly (byte[] Utf8, string Name)[] Names =
    [
        .. new[] { "source", "destination", "state", "quality" }.Concat(LinkFields.Keys).Concat(["name", "group"]).Concat(NodeFields.Keys).Select(name => (System.Text.Encoding.UTF8.GetBytes(name), name)),
    ];

    /// <summary>Reads a mesh.</summary>
    /// <remarks>
    /// One object with <c>nodes</c> and <c>links</c>; members of other names are skipped. A value that is missing or null was not measured. A node's <c>group</c> repeats one of its
    /// other members and is not needed; it becomes the zone of a node that has no zone, region or rack. A link without a state is read as <see cref="CsvReader"/> reads it.
    /// Without <c>nodes</c>, those that links name are taken.
    /// </remarks>
    /// <param name="input">The text, in UTF-8; read whole into memory. Stays open.</param>
    /// <param name="measuredAt">The time that the mesh shows when the text itself has no <c>measuredAt</c>.</param>
    /// <exception cref="MeshFormatException">It is no such text.</exception>
    public static Mesh Read(Stream input, DateTimeOffset measuredAt)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var buffer = new MemoryStream(input.CanSeek ? (int)Math.Min(input.Length - input.Position, int.MaxValue) : 0);
        input.CopyTo(buffer);
        var utf8 = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        if (utf8.StartsWith("\ufeff"u8)) utf8 = utf8[3..];
        try
        {
            return new Parser(utf8).ReadMesh(measuredAt);
        }
        catch (JsonException exception)
        {
            throw new MeshFormatException((int)(exception.LineNumber ?? 0) + 1, $"this is not JSON at byte {(exception.BytePositionInLine ?? 0) + 1} of the line: get the file again, as from /graph.json.", exception);
        }
    }

    private ref struct Parser(ReadOnlySpan<byte> utf8)
    {
        private readonly ReadOnlySpan<byte> _utf8 = utf8;
        private readonly MeshDraft _draft = new();
        private Utf8JsonReader _json = new(utf8);
        private int _line = 1;
        private int _counted;
        private string _path = "";

        public Mesh ReadMesh(DateTimeOffset measuredAt)
        {
            var isListed = false;
            var hasLinks = false;
            _json.Read();
            Expect(JsonTokenType.StartObject, "a mesh must be an object with 'nodes' and 'links', as from /graph.json.");
            while (NextMember() is { } name)
            {
                _path = name;
                if (name == "measuredAt") measuredAt = ReadTime();
                else if (name == "nodes") isListed = ReadAll(name, static (ref parser) => parser.ReadNode());
                else if (name == "links") hasLinks = ReadAll(name, static (ref parser) => parser.ReadLink());
                else _json.Skip();
            }

            // Past the end there must be nothing more.
            _json.Read();
            if (!hasLinks) throw new MeshFormatException(_line, "this JSON has no 'links': give a mesh as from /graph.json.");
            return _draft.Build(measuredAt, isListed);
        }

        private delegate void ItemReader(ref Parser parser);

        private bool ReadAll(string name, ItemReader read)
        {
            Expect(JsonTokenType.StartArray, "this must be an array.");
            for (var i = 0; _json.Read() && _json.TokenType != JsonTokenType.EndArray; i++)
            {
                _path = $"{name}[{i}]";
                Expect(JsonTokenType.StartObject, "this must be an object.");
                read(ref this);
            }

            return true;
        }

        private void ReadNode()
        {
            var line = Line();
            var path = _path;
            var node = new MeshNode("");
            string? group = null;
            while (NextMember() is { } name)
            {
                _path = $"{path}.{name}";
                if (name == "name") node = node with { Name = ReadText() ?? "" };
                else if (name == "group") group = ReadText();
                else if (NodeFields.TryGetValue(name, out var field)) node = ReadText() is { } text ? field.With(node, text) : node;
                else _json.Skip();
            }

            _draft.List(node is { Zone: null, Region: null, Rack: null } ? node with { Zone = group } : node, line);
        }

        private void ReadLink()
        {
            var line = Line();
            var path = _path;
            string source = "", destination = "";
            LinkState? state = null;
            var link = new LinkMeasurement(0, 0);
            while (NextMember() is { } name)
            {
                _path = $"{path}.{name}";
                if (name == "source") source = ReadText() ?? "";
                else if (name == "destination") destination = ReadText() ?? "";
                else if (name == "state") state = MeshDraft.ReadState(ReadText() ?? "", Line(), _path);
                else if (name == "quality") link = link with { Quality = MeshDraft.ReadQuality(ReadText() ?? "", Line(), _path) };
                else if (LinkFields.TryGetValue(name, out var field)) link = ReadNumber(link, field);
                else _json.Skip();
            }

            _draft.Add(link with { Source = _draft.IndexOf(source, line, path + ".source"), Destination = _draft.IndexOf(destination, line, path + ".destination") }, state, line);
        }

        private LinkMeasurement ReadNumber(LinkMeasurement link, LinkField field)
        {
            if (_json.TokenType == JsonTokenType.Null) return link;
            if (_json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out var value) && field.Allows(value)) return field.With(link, value);
            throw Wrong($"this must be {field.Allowed}, or left out when it was not measured.");
        }

        private DateTimeOffset ReadTime() =>
            _json.TokenType == JsonTokenType.String && _json.TryGetDateTimeOffset(out var time) ? time : throw Wrong("this must be a time such as 2026-01-31T12:00:00Z.");

        private string? ReadText()
        {
            if (_json.TokenType == JsonTokenType.Null) return null;
            Expect(JsonTokenType.String, "this must be a text in quotes.");
            try
            {
                return _json.GetString();
            }
            catch (InvalidOperationException)
            {
                // So the reader calls bytes that are no UTF-8, and escapes of half a character.
                throw Wrong("this is not text in UTF-8.");
            }
        }

        /// <summary>The name of the next member, with its value read next; <see langword="null"/> at the end of the object.</summary>
        private string? NextMember()
        {
            _json.Read();
            if (_json.TokenType == JsonTokenType.EndObject) return null;
            var name = KnownName() ?? System.Text.Encoding.UTF8.GetString(_json.ValueSpan);
            _json.Read();
            return name;
        }

        private readonly string? KnownName()
        {
            foreach (var (known, name) in Names)
            {
                if (_json.ValueTextEquals(known)) return name;
            }

            return null;
        }

        private void Expect(JsonTokenType type, string otherwise)
        {
            if (_json.TokenType != type) throw Wrong(otherwise);
        }

        private MeshFormatException Wrong(string what) => _path.Length == 0 ? new(Line(), what) : new(Line(), _path, what);

        private int Line()
        {
            var at = (int)_json.TokenStartIndex;
            _line += _utf8[_counted..at].Count((byte)'\n');
            _counted = at;
            return _line;
        }
    }
}
