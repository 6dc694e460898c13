namespace NetGraph.Collector.Graphite;

/// <summary>Ways to name links in Graphite's tree.</summary>
public static class GraphitePaths
{
    /// <summary>The paths of a mesh: <c>PREFIX.SOURCE.DESTINATION</c>, each name being one part of the path.</summary>
    /// <param name="prefix">What all paths begin with, such as <c>netgraph.throughput</c>.</param>
    public static Func<string, string, string> Mesh(string prefix) => (source, destination) => $"{prefix}.{Part(source)}.{Part(destination)}";

    /// <summary>The paths of cloud-bandwidth: <c>DOWNLOAD-PREFIX.NAME</c> and <c>UPLOAD-PREFIX.NAME</c>, with the other end's name as it was given.</summary>
    /// <param name="poller">Name of the node that polls.</param>
    /// <param name="downloadPrefix">Prefix of downloads.</param>
    /// <param name="uploadPrefix">Prefix of uploads.</param>
    /// <param name="isDirectionFixed">
    /// Whether a download is what the poller receives. If not, it is what the poller sends, as cloud-bandwidth has it: it calls <c>iperf3</c> without <c>-R</c> a download.
    /// </param>
    public static Func<string, string, string> Poller(string poller, string downloadPrefix, string uploadPrefix, bool isDirectionFixed) => (source, destination) =>
    {
        var isSending = source == poller;
        return $"{(isSending == isDirectionFixed ? uploadPrefix : downloadPrefix)}.{(isSending ? destination : source)}";
    };

    /// <summary>Makes one part of a path from any text: what is no letter, digit, dash or underscore becomes an underscore.</summary>
    /// <remarks>A dot would begin another part, a slash another folder, white space end the path, and <c>* ? [ { ,</c> be a pattern to who asks for it.</remarks>
    /// <param name="name">The text.</param>
    /// <returns>At least one character, all of ASCII; an underscore for the empty text.</returns>
    public static string Part(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == 0 ? "_" : string.Create(name.Length, name, (part, text) =>
        {
            for (var i = 0; i < part.Length; i++) part[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '-' or '_' ? text[i] : '_';
        });
    }

    /// <summary>Finds what a prefix or a name given by a user must not have: it is taken as it is, so that it may have dots, but must stay one path on one line.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What is wrong, to follow the text in a sentence, or <see langword="null"/>.</returns>
    public static string? FindFault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is 0 or > 253 ? "must have 1 to 253 characters"
            : text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '\\' or ';') ? "must have no white space, slash, backslash or semicolon"
            : text.Split('.').Any(part => part.Length == 0) ? "must have no dot at its ends, nor two side by side"
            : null;
    }
}
