using Microsoft.Extensions.Logging;

namespace NetGraph.Hosting;

/// <summary>What a program logs to standard output, and how.</summary>
/// <param name="Level">Least level that is logged; the framework's own messages from warning on.</param>
/// <param name="IsJson">Whether each entry is a JSON object on a line of its own, for programs that gather logs. Default false: a line for people.</param>
public sealed record LogSettings(LogLevel Level, bool IsJson = false)
{
    /// <summary>Nothing at all.</summary>
    public static LogSettings None { get; } = new(LogLevel.None);
}
