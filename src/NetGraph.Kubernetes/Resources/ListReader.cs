using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NetGraph.Kubernetes.Resources;

/// <summary>Reads a list's JSON object by object while it arrives: what is held at once is the largest object, never the list's text.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="json">How an item is read.</param>
/// <param name="items">Takes the items.</param>
/// <param name="unreadable">Takes a sentence for each item that the type cannot hold.</param>
internal sealed class ListReader<T>(JsonTypeInfo<T> json, List<T> items, List<string> unreadable)
    where T : class, IResource
{
    private const int BufferBytes = 64 * 1024;
    // etcd holds no request beyond 1.5 MiB by default; ten times that is no object but a fault.
    private const int LargestBytes = 16 * 1024 * 1024;
    private JsonReaderState _state;
    private bool _isInItems;
    private bool _isAtEnd;

    /// <summary>What the list has beside its items.</summary>
    public ListMeta? Meta { get; private set; }

    /// <summary>Reads the list to its end.</summary>
    /// <exception cref="JsonException">It is no list, or it ends before its end.</exception>
    public async Task ReadAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[BufferBytes];
        var held = 0;
        while (true)
        {
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length < LargestBytes ? buffer.Length * 2 : throw new JsonException($"an object is larger than {LargestBytes} bytes"));
            var read = await body.ReadAsync(buffer.AsMemory(held), cancellation).ConfigureAwait(false);
            var filled = held + read;
            var consumed = Feed(buffer.AsSpan(0, filled), isFinal: read == 0);
            if (read == 0) break;
            held = filled - consumed;
            buffer.AsSpan(consumed, held).CopyTo(buffer);
        }

        if (!_isAtEnd) throw new JsonException("the list ends before its end");
    }

    private int Feed(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, _state);
        while (true)
        {
            var before = reader;
            if (!(_isInItems ? StepItem(ref reader) : Step(ref reader)))
            {
                reader = before;
                break;
            }
        }

        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    /// <summary>Takes a member of the list; false when it is not there as a whole yet.</summary>
    private bool Step(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return true;
            case JsonTokenType.EndObject:
                _isAtEnd = true;
                return true;
            case JsonTokenType.PropertyName:
                var isItems = reader.ValueTextEquals("items"u8);
                var isMeta = reader.ValueTextEquals("metadata"u8);
                if (!reader.Read()) return false;
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                {
                    _isInItems = true;
                    return true;
                }

                var value = reader;
                if (!reader.TrySkip()) return false;
                if (isMeta) Meta = JsonSerializer.Deserialize(ref value, KubernetesJsonContext.Default.ListMeta);
                return true;
            default:
                throw new JsonException($"expected is a list, not {reader.TokenType}");
        }
    }

    private bool StepItem(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _isInItems = false;
            return true;
        }

        var item = reader;
        var again = reader;
        if (!reader.TrySkip()) return false;
        try
        {
            if (JsonSerializer.Deserialize(ref item, json) is { } read) items.Add(read);
        }
        catch (JsonException exception)
        {
            // One object that somebody wrote wrongly must not hide all others.
            unreadable.Add(Unreadable.Describe(ref again, exception));
        }

        return true;
    }
}

/// <summary>Says which object cannot be read, and why.</summary>
internal static class Unreadable
{
    public static string Describe(ref Utf8JsonReader item, JsonException exception)
    {
        var head = Head(ref item);
        var name = new StringBuilder().Append(head?.Namespace is { } ns ? ns + "/" : "").Append(head?.Name ?? "?");
        return $"'{name}' is passed over, since it cannot be read: {exception.Message}";
    }

    public static ObjectMeta? Head(ref Utf8JsonReader item)
    {
        try
        {
            return JsonSerializer.Deserialize(ref item, KubernetesJsonContext.Default.ObjectHead)?.Metadata;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
