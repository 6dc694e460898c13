using Cronos;
using NetGraph.Collector.Planning;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Collector.Schedules;

/// <summary>Reads what a TestSchedule means, or all that is wrong with it: each fault names its field, what is allowed, and what was written.</summary>
internal sealed class ScheduleReader
{
    private const int LongestIntervalDays = 7;
    private static readonly (string Word, DayOfWeek Day)[] Days =
    [
        ("Mon", DayOfWeek.Monday), ("Tue", DayOfWeek.Tuesday), ("Wed", DayOfWeek.Wednesday), ("Thu", DayOfWeek.Thursday), ("Fri", DayOfWeek.Friday), ("Sat", DayOfWeek.Saturday), ("Sun", DayOfWeek.Sunday),
    ];

    private readonly List<string> _faults = [];

    private ScheduleReader()
    {
    }

    /// <summary>Reads a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="collector">Settings of the collector: what a schedule cannot set is as there.</param>
    /// <param name="faults">All that is wrong, each a clause.</param>
    /// <returns>The settings; <see langword="null"/> when something is wrong.</returns>
    public static ScheduleSettings? Read(TestSchedule schedule, CollectorOptions collector, out IReadOnlyList<string> faults)
    {
        var reader = new ScheduleReader();
        var settings = reader.Read(schedule.Metadata.Name, schedule.Spec, collector);
        faults = reader._faults;
        return faults.Count == 0 ? settings : null;
    }

    private ScheduleSettings Read(string name, TestScheduleSpec spec, CollectorOptions collector)
    {
        Word("probe", spec.Probe, true, ("throughput", true));
        var iperf3 = spec.Iperf3 ?? new TestScheduleIperf3();
        var timing = ReadTiming(spec);
        var options = collector with
        {
            Schedule = name,
            // Tells the planner how far a sampled mesh has come, and nothing else: when runs are due the timing says.
            Interval = timing.Interval ?? TimeSpan.FromHours(1),
            OnRequestOnly = false,
            AggregateNode = null,
            Tool = TestTool.Iperf3,
            DurationSeconds = Seconds("duration", spec.Duration, 5, 1, 3600),
            Pairs = Word("pairs", spec.Pairs, PairSelection.Auto, ("auto", PairSelection.Auto), ("full", PairSelection.Full), ("sampled", PairSelection.Sampled), ("zones", PairSelection.Zones)),
            Degree = (int)(Whole("degree", spec.Degree, 1, 1000) ?? collector.Degree),
            Isolation = Word("isolation", spec.Isolation, Isolation.Pair, ("pair", Isolation.Pair), ("direction", Isolation.Direction)),
            Protocol = Word("iperf3.protocol", iperf3.Protocol, ProtocolChoice.Tcp, ("tcp", ProtocolChoice.Tcp), ("udp", ProtocolChoice.Udp), ("both", ProtocolChoice.Both)),
            ParallelStreams = (int)(Whole("iperf3.streams", iperf3.Streams, 1, 128) ?? 1),
            BitrateBitsPerSecond = Quantity("iperf3.bitrate", iperf3.Bitrate, text => QuantityText.ReadRate(text), QuantityText.RateRule) is { } bitrate ? (long)bitrate : null,
            UdpBitrateBitsPerSecond = (long)(Quantity("iperf3.udpBitrate", iperf3.UdpBitrate, text => QuantityText.ReadRate(text), QuantityText.RateRule) ?? 10e6),
            OmitSeconds = Seconds("iperf3.omit", iperf3.Omit, 0, 0, 60),
            IsBidirectional = iperf3.Bidirectional,
            CongestionControl = iperf3.CongestionControl,
            MaximumSegmentBytes = (int?)Whole("iperf3.mss", iperf3.Mss, 88, 9216),
            Dscp = (int?)Whole("iperf3.dscp", iperf3.Dscp, 0, 63),
        };
        if (_faults.Count == 0 && TestOrders.FindFault(options) is { } fault) _faults.Add($"spec.iperf3: the agents would refuse such tests: {fault.TrimEnd('.')}");
        var expectations = new MeshExpectations(
            Quantity("expectations.minBandwidth", spec.Expectations?.MinBandwidth, text => QuantityText.ReadRate(text), QuantityText.RateRule),
            Quantity("expectations.maxRtt", spec.Expectations?.MaxRtt, QuantityText.ReadShortTime, QuantityText.ShortTimeRule),
            Quantity("expectations.maxLoss", spec.Expectations?.MaxLoss, QuantityText.ReadShare, QuantityText.ShareRule));
        return new ScheduleSettings(options, timing, Selector("sources", spec.Sources), Selector("destinations", spec.Destinations), spec.Suspend, expectations);
    }

    private ScheduleTiming ReadTiming(TestScheduleSpec spec)
    {
        if (spec.Interval is null == spec.Cron is null) _faults.Add($"spec: {(spec.Cron is null ? "neither interval nor cron says" : "both interval and cron say")} when to run: set one of them");
        TimeSpan? interval = spec.Interval is null ? null : TimeSpan.FromSeconds(Seconds("interval", spec.Interval, 0, 10, LongestIntervalDays * 86400));
        var zone = TimeZoneInfo.Utc;
        if (spec.TimeZone is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
        {
            _faults.Add($"spec.timeZone: '{name}' is not known here: it must be an IANA name, such as Europe/Berlin");
            zone = TimeZoneInfo.Utc;
        }

        CronExpression? cron = null;
        if (spec.Cron is { } text && !CronExpression.TryParse(text, out cron)) _faults.Add($"spec.cron: '{text}' must be the five fields minute, hour, day of month, month and day of week, such as '0 2 * * Mon-Fri'");
        var timing = new ScheduleTiming(interval, cron, zone, [.. (spec.Windows ?? []).Select(ReadWindow).OfType<ScheduleWindow>()]);
        if (_faults.Count == 0 && timing.NextRun(DateTimeOffset.UnixEpoch, null) is null) _faults.Add("spec: no time of cron lies in any of the windows: change one of them");
        return timing;
    }

    private ScheduleWindow? ReadWindow(TestScheduleWindow? window, int index)
    {
        var before = _faults.Count;
        var days = new HashSet<DayOfWeek>();
        foreach (var day in window?.Days ?? [])
        {
            if (Days.FirstOrDefault(known => known.Word == day) is { Word: not null } known) days.Add(known.Day);
            else _faults.Add($"spec.windows[{index}].days: '{day}' must be one of {string.Join(", ", Days.Select(known => known.Word))}");
        }

        TimeOnly? from = ScheduleWindow.ReadTime(window?.From), to = ScheduleWindow.ReadTime(window?.To);
        if (from is null || to is null) _faults.Add($"spec.windows[{index}]: from '{window?.From}' and to '{window?.To}' must be times of the day, such as 22:00 and 06:00");
        return _faults.Count > before ? null : new ScheduleWindow(days.Count > 0 ? days : Days.Select(day => day.Day).ToHashSet(), from!.Value, to!.Value);
    }

    private LabelSelector Selector(string field, LabelSelector? selector)
    {
        if (selector?.FindFault() is { } fault) _faults.Add($"spec.{field}: it {fault}");
        return selector ?? new LabelSelector();
    }

    private T Word<T>(string field, string? text, T preset, params (string Word, T Value)[] allowed)
    {
        if (text is null) return preset;
        foreach (var (word, value) in allowed)
        {
            if (word == text) return value;
        }

        _faults.Add($"spec.{field}: '{text}' must be {string.Join(" or ", allowed.Select(choice => choice.Word))}");
        return preset;
    }

    private long? Whole(string field, long? value, long least, long most)
    {
        if (value is null || (value >= least && value <= most)) return value;
        _faults.Add($"spec.{field}: {value} must be a whole number from {least} to {most}");
        return null;
    }

    private int Seconds(string field, string? text, int preset, int least, int most)
    {
        if (text is null) return preset;
        if (QuantityText.ReadDuration(text)?.TotalSeconds is { } seconds && seconds >= least && seconds <= most) return (int)seconds;
        _faults.Add($"spec.{field}: '{text}' must be whole seconds, minutes or hours from {least}s to {most}s, such as 30s, 5m or 1h30m");
        return Math.Max(1, preset);
    }

    private double? Quantity(string field, string? text, Func<string, double?> read, string rule)
    {
        if (text is null) return null;
        if (read(text) is { } value) return value;
        _faults.Add($"spec.{field}: '{text}' must be {rule}");
        return null;
    }
}
