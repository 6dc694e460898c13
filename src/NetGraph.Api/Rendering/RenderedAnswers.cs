using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace NetGraph.Api.Rendering;

/// <summary>An answer as it goes out.</summary>
/// <param name="Body">Its bytes.</param>
/// <param name="ETag">Its entity tag, quoted.</param>
internal sealed record RenderedAnswer(ReadOnlyMemory<byte> Body, string ETag)
{
    public static RenderedAnswer Of(MemoryStream body)
    {
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        return new RenderedAnswer(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes.Span).AsSpan(0, 12))}\"");
    }
}

/// <summary>Remembers answers as long as what they were made from is the newest, so that equal requests are rendered once, also when they come at once.</summary>
/// <remarks>While the first who asks for a new mesh has its answer rendered, the others get the one of the mesh before instead of waiting.</remarks>
internal sealed class RenderedAnswers
{
    private const int MostAnswers = 128;
    // A larger answer is made anew each time: few ask for it, and it would push out many small ones.
    private const int MostBytesEach = 8 * 1024 * 1024;
    private const long MostBytes = 64 * 1024 * 1024;
    // Who asks for the first time in an hour does not want the answer of an hour ago.
    private static readonly TimeSpan StillNear = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Returns the remembered answer to a request, or renders it.</summary>
    /// <param name="request">Path and query.</param>
    /// <param name="read">What it is made from: the very same meshes make the same answer.</param>
    /// <param name="notice">What it says of the age of the data.</param>
    /// <param name="render">Makes it. Belongs to nobody: no caller's going away ends it.</param>
    public async Task<RenderedAnswer> GetAsync(string request, RequestedSnapshots read, string? notice, Func<Task<RenderedAnswer>> render)
    {
        var fresh = new Entry(read, notice, new Lazy<Task<RenderedAnswer>>(render));
        var entry = _entries.AddOrUpdate(request, fresh, (_, old) =>
        {
            if (old.IsFor(read, notice)) return old;
            fresh.Previous = old.IsNear(read, notice) ? old.Made : null;
            return fresh;
        });
        entry.UsedAt = Interlocked.Increment(ref _uses);
        if (!ReferenceEquals(entry, fresh) && entry is { Made: null, Previous: { } previous }) return previous;
        try
        {
            var answer = await entry.Answer.Value.ConfigureAwait(false);
            entry.Previous = null;
            if (answer.Body.Length > MostBytesEach) _entries.TryRemove(KeyValuePair.Create(request, entry));
            else if (ReferenceEquals(entry, fresh)) Forget();
            return answer;
        }
        catch
        {
            _entries.TryRemove(KeyValuePair.Create(request, entry));
            throw;
        }
    }

    private void Forget()
    {
        var bytes = 0L;
        var count = 0;
        foreach (var item in _entries.OrderByDescending(item => item.Value.UsedAt))
        {
            bytes += item.Value.Length;
            if (++count > MostAnswers || bytes > MostBytes) _entries.TryRemove(item);
        }
    }

    private sealed class Entry(RequestedSnapshots made, string? notice, Lazy<Task<RenderedAnswer>> answer)
    {
        private long _usedAt;

        public Lazy<Task<RenderedAnswer>> Answer => answer;

        public long UsedAt
        {
            get => Interlocked.Read(ref _usedAt);
            set => Interlocked.Exchange(ref _usedAt, value);
        }

        /// <summary>The answer if it is there already.</summary>
        public RenderedAnswer? Made => answer is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } done } ? done.Result : null;

        /// <summary>What was answered before, while this answer is not there yet.</summary>
        public RenderedAnswer? Previous { get; set; }

        public long Length => (Made?.Body.Length ?? 0) + (Previous?.Body.Length ?? 0);

        public bool IsNear(RequestedSnapshots read, string? other) => notice == other && read.Now.ReadAt - made.Now.ReadAt <= StillNear;

        public bool IsFor(RequestedSnapshots read, string? other) =>
            ReferenceEquals(made.Now.Mesh, read.Now.Mesh) && ReferenceEquals(made.Before?.Mesh, read.Before?.Mesh) && notice == other;
    }
}
