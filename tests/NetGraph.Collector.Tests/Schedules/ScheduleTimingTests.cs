using System.Globalization;
using Cronos;
using NetGraph.Collector.Schedules;

namespace NetGraph.Collector.Tests.Schedules;

public sealed class ScheduleTimingTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-03-02T10:00:00Z", null, "2026-03-02T10:00:00Z")]
    [InlineData("2026-03-02T10:00:00Z", "2026-03-02T09:50:00Z", "2026-03-02T10:20:00Z")]
    [InlineData("2026-03-02T10:00:00Z", "2026-03-01T09:50:00Z", "2026-03-02T10:00:00Z")]
    public void An_interval_counts_from_the_last_run_and_one_that_was_missed_is_due_at_once(string now, string? last, string due) =>
        Assert.Equal(At(due), Every(30).NextRun(At(now), last is null ? null : At(last)));

    [Theory]
    [InlineData("2026-03-02T10:00:00Z", "2026-03-02T21:00:00Z")] // Monday, winter time: 22:00 in Berlin.
    [InlineData("2026-03-02T22:00:00Z", "2026-03-02T22:00:00Z")] // Within it.
    [InlineData("2026-03-03T04:59:59Z", "2026-03-03T04:59:59Z")] // Still Monday's, after midnight.
    [InlineData("2026-03-03T05:00:00Z", "2026-03-06T21:00:00Z")] // Over: the next is on Friday.
    [InlineData("2026-03-30T10:00:00Z", "2026-03-30T20:00:00Z")] // Summer time.
    public void A_window_holds_a_run_back_and_may_last_over_midnight(string now, string due) =>
        Assert.Equal(At(due), Every(30, Window("22:00", "06:00", DayOfWeek.Monday, DayOfWeek.Friday)).NextRun(At(now), null));

    [Fact]
    public void Of_several_windows_the_next_counts() =>
        Assert.Equal(At("2026-03-02T11:00:00Z"), Every(30, Window("22:00", "06:00", DayOfWeek.Monday), Window("12:00", "13:00", DayOfWeek.Monday)).NextRun(At("2026-03-02T10:00:00Z"), null));

    [Theory]
    [InlineData("02:30", "03:00", "2026-03-29T01:30:00Z")] // The hour that the clocks leave out on that day: half past three.
    [InlineData("01:00", "02:30", "2026-03-29T00:00:00Z")]
    public void A_window_that_the_clocks_leave_out_is_an_hour_later(string from, string to, string due) =>
        Assert.Equal(At(due), Every(30, Window(from, to, DayOfWeek.Sunday)).NextRun(At("2026-03-28T20:00:00Z"), null));

    [Fact]
    public void Cron_is_of_its_time_zone_and_is_not_made_up_for()
    {
        var timing = new ScheduleTiming(null, CronExpression.Parse("0 2 * * Mon-Fri"), Berlin, []);
        Assert.Equal(At("2026-03-03T01:00:00Z"), timing.NextRun(At("2026-03-02T01:00:01Z"), At("2026-02-01T01:00:00Z")));
    }

    [Fact]
    public void Cron_passes_over_times_outside_all_windows()
    {
        var timing = new ScheduleTiming(null, CronExpression.Parse("0 * * * *"), TimeZoneInfo.Utc, [Window("03:30", "05:30", DayOfWeek.Wednesday)]);
        Assert.Equal(At("2026-03-04T04:00:00Z"), timing.NextRun(At("2026-03-02T10:00:00Z"), null));
        Assert.Equal(At("2026-03-11T04:00:00Z"), timing.NextRun(At("2026-03-04T05:00:01Z"), null));
    }

    private static ScheduleTiming Every(int minutes, params ScheduleWindow[] windows) => new(TimeSpan.FromMinutes(minutes), null, Berlin, windows);

    private static ScheduleWindow Window(string from, string to, params DayOfWeek[] days) => new(days.ToHashSet(), ScheduleWindow.ReadTime(from)!.Value, ScheduleWindow.ReadTime(to)!.Value);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
