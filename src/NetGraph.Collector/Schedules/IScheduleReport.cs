namespace NetGraph.Collector.Schedules;

/// <summary>Takes what is to be said of schedules. Nothing here waits.</summary>
internal interface IScheduleReport
{
    /// <summary>The status is now this.</summary>
    void Set(TestSchedule schedule, TestScheduleStatus status);

    /// <summary>A run has shown that links are, or are not, as expected.</summary>
    void Tell(TestSchedule schedule, ScheduleVerdict verdict);
}
