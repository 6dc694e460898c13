using System.Text;

namespace NetGraph.Prometheus.Querying;

/// <summary>Turns UTF-8 into strings, one for all occurrences of a text: the answer for a mesh of n nodes names each of them 2n times.</summary>
internal sealed class Utf8StringPool
{
    private const int MaxCharacters = 512;
    private readonly HashSet<string> _strings = new(StringComparer.Ordinal);

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxCharacters) return Encoding.UTF8.GetString(utf8);
        Span<char> buffer = stackalloc char[MaxCharacters];
        ReadOnlySpan<char> text = buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
        var known = _strings.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out var pooled)) return pooled;
        pooled = new string(text);
        _strings.Add(pooled);
        return pooled;
    }
}
