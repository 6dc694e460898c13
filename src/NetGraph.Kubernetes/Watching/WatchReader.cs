using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes.Watching;

/// <summary>Reads the lines of one watch.</summary>
internal sealed class WatchReader<T> : IDisposable
    where T : class, IResource
{
    private const int LargestBytes = 16 * 1024 * 1024;
    private readonly JsonTypeInfo<T> _json;
    private readonly Stream _body;
    private readonly TimeSpan _silenceLimit;
    private readonly TimeProvider _clock;
    private readonly ResourceRequest _request;
    private byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;

    public WatchReader(JsonTypeInfo<T> json, Stream body, TimeSpan silenceLimit, TimeProvider clock, ResourceRequest request)
    {
        _json = json;
        _body = body;
        _silenceLimit = silenceLimit;
        _clock = clock;
        _request = request;
    }

    /// <summary>Whether the watch ended because nothing came for too long.</summary>
    public bool WasSilent { get; private set; }

    /// <summary>The next event; <see langword="null"/> when the server ended the watch, the connection broke, or nothing came for too long. A line that was cut does not count.</summary>
    /// <exception cref="KubernetesException">The server says that the watch cannot go on, or says what cannot be read.</exception>
    public async Task<WatchEvent<T>?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await LineAsync(cancellation).ConfigureAwait(false) is not { } line) return null;
            if (line.Span.Trim(" \r\t"u8).IsEmpty) continue;
            try
            {
                return Parse(line.Span);
            }
            catch (JsonException exception)
            {
                throw new KubernetesException($"The API server told what cannot be read in a {_request.What}: {exception.Message}", exception);
            }
        }
    }

    public void Dispose() => _body.Dispose();

    private async Task<ReadOnlyMemory<byte>?> LineAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + at);
                _start += searched + at + 1;
                return line;
            }

            searched = _end - _start;
            MakeRoom();
            if (await ReadAsync(cancellation).ConfigureAwait(false) is not (> 0 and var read)) return null;
            _end += read;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length) return;
        if (_buffer.Length >= LargestBytes) throw new KubernetesException($"The API server told an object larger than {LargestBytes} bytes in a {_request.What}.");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    /// <summary>Reads bytes; 0 when there are no more, whyever.</summary>
    private async Task<int> ReadAsync(CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(_silenceLimit, _clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            return await _body.ReadAsync(_buffer.AsMemory(_end), deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            cancellation.ThrowIfCancellationRequested();
            return 0;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            WasSilent = true;
            return 0;
        }
    }

    private WatchEvent<T> Parse(ReadOnlySpan<byte> line)
    {
        string? type = null;
        ReadOnlySpan<byte> content = default;
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected is an event, an object with type and object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isType) type = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new JsonException("the type of an event is no string");
            reader.Skip();
            if (isObject) content = line[start..(int)reader.BytesConsumed];
        }

        return type switch
        {
            "ADDED" => Event(WatchEventType.Added, content),
            "MODIFIED" => Event(WatchEventType.Modified, content),
            "DELETED" => Event(WatchEventType.Deleted, content),
            "BOOKMARK" => new WatchEvent<T>(WatchEventType.Bookmark, null, Version(JsonSerializer.Deserialize(content, KubernetesJsonContext.Default.ObjectHead)?.Metadata)),
            "ERROR" => throw ServerFault.Of(JsonSerializer.Deserialize(content, KubernetesJsonContext.Default.ServerStatus), _request),
            _ => throw new JsonException($"'{type}' is no type of an event"),
        };
    }

    private WatchEvent<T> Event(WatchEventType type, ReadOnlySpan<byte> content)
    {
        try
        {
            var value = JsonSerializer.Deserialize(content, _json) ?? throw new JsonException("there is no object in an event");
            return new WatchEvent<T>(type, value, Version(value.Metadata));
        }
        catch (JsonException exception)
        {
            var item = new Utf8JsonReader(content);
            var again = item;
            return new WatchEvent<T>(WatchEventType.Unreadable, null, Version(Unreadable.Head(ref item)), Unreadable.Describe(ref again, exception));
        }
    }

    private static string Version(ObjectMeta? meta) => meta?.ResourceVersion ?? throw new JsonException("an object has no resourceVersion");
}
