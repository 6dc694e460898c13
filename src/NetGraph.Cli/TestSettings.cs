using System.CommandLine;
using NetGraph.Collector;

namespace NetGraph.Cli;

/// <summary>Options of how long a test takes and what it may send, which decide what a schedule costs: those of a collector, of a mesh that is run from here, and of the question what a schedule would do.</summary>
internal sealed class TestSettings
{
    private readonly Option<TimeSpan> _duration = Options.Seconds("--duration", 5, 1, 3600, "Length of a test");
    private readonly Option<TimeSpan> _omit = Options.Seconds("--omit", 0, 0, 60, "Traffic before each test that does not count");
    private readonly Option<long?> _bitrate = Options.BitsPerSecond("--bitrate", "Limit of a test");
    private readonly Option<bool> _bidirectional = new("--bidirectional") { Description = "Let both ends send at once: half the slots, but both directions disturb each other" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_duration, _omit, _bitrate, _bidirectional];

    public void AddTo(Verb command) => command.AddGroup("Tests", All);

    /// <summary>Length of what is measured.</summary>
    public TimeSpan Duration(ParseResult parsed) => parsed.GetValue(_duration);

    /// <summary>Length of the traffic before it.</summary>
    public TimeSpan Omit(ParseResult parsed) => parsed.GetValue(_omit);

    /// <summary>Limit in bits per second; <see langword="null"/> for none.</summary>
    public long? Bitrate(ParseResult parsed) => parsed.GetValue(_bitrate);

    /// <summary>Whether both ends send at once.</summary>
    public bool IsBidirectional(ParseResult parsed) => parsed.GetValue(_bidirectional);

    /// <summary>Settings of a collector with these.</summary>
    public CollectorOptions Apply(ParseResult parsed, CollectorOptions options) => options with
    {
        DurationSeconds = (int)Duration(parsed).TotalSeconds,
        OmitSeconds = (int)Omit(parsed).TotalSeconds,
        BitrateBitsPerSecond = Bitrate(parsed),
        IsBidirectional = IsBidirectional(parsed),
    };
}
