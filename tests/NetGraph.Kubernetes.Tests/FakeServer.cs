using System.Collections.Concurrent;
using System.Net;
using System.Text;
using NetGraph.Kubernetes.Configuration;

namespace NetGraph.Kubernetes.Tests;

/// <summary>An API server inside the process: a function from request to answer.</summary>
internal sealed class FakeServer(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>All requests: method, path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public KubernetesClient Connect(TimeProvider? clock = null, string? token = null, string? tokenFile = null) =>
        new(new KubernetesConfiguration { Server = new Uri("http://fake"), Token = token, TokenFile = tokenFile }, this, clock);

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Stream(Stream body) => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

    public static HttpResponseMessage Fault(HttpStatusCode status, string reason, string message = "no") =>
        Json($$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{(int)status}}}""", status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Requests.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        return answer(request, body);
    }
}

/// <summary>A body that arrives in pieces, and then never ends until it is read no longer.</summary>
internal sealed class PieceStream(IEnumerable<string> pieces, bool endsAfter = false, Exception? breaksWith = null) : Stream
{
    private readonly Queue<byte[]> _pieces = new(pieces.Select(Encoding.UTF8.GetBytes));
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_pieces.TryPeek(out var piece))
        {
            var count = Math.Min(buffer.Length, piece.Length - _at);
            piece.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            if (_at == piece.Length)
            {
                _pieces.Dequeue();
                _at = 0;
            }

            return count;
        }

        if (breaksWith is not null) throw breaksWith;
        if (endsAfter) return 0;
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
