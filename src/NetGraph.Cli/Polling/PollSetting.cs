namespace NetGraph.Cli.Polling;

/// <summary>A setting of <c>netgraph poll</c> and the places it may come from.</summary>
/// <param name="Flag">The flag, without dashes.</param>
/// <param name="What">What it sets.</param>
/// <param name="HelpName">What its value is called in the help.</param>
/// <param name="Variables">Environment variables, the one that counts first.</param>
/// <param name="Key">Key in cloud-bandwidth's file, or <see langword="null"/> when it has none there.</param>
/// <param name="Preset">The default, as text.</param>
internal sealed record PollSetting(string Flag, string What, string HelpName, string[] Variables, string? Key = null, string? Preset = null)
{
    /// <summary>Words among which it is a choice; empty when it is none.</summary>
    public string[] Words { get; init; } = [];
}
