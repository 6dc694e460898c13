namespace NetGraph.Collector.Schedules;

/// <summary>Whether the links of a run were as expected.</summary>
/// <param name="IsMet">Whether; <see langword="null"/> when nothing is expected.</param>
/// <param name="Message">The same for people.</param>
internal sealed record ScheduleVerdict(bool? IsMet, string Message)
{
    /// <summary>As it stands in the status.</summary>
    public string Word => IsMet switch { true => "Met", false => "NotMet", null => "Unknown" };
}
