using System.Globalization;
using Cronos;

namespace NetGraph.Collector.Schedules;

/// <summary>When the runs of a schedule are due.</summary>
/// <param name="Interval">Time from one run to the next; <see langword="null"/> when <paramref name="Cron"/> says when.</param>
/// <param name="Cron">The times; <see langword="null"/> when there is an interval.</param>
/// <param name="Zone">Time zone of both <paramref name="Cron"/> and <paramref name="Windows"/>.</param>
/// <param name="Windows">When runs may begin; always when there is none.</param>
internal sealed record ScheduleTiming(TimeSpan? Interval, CronExpression? Cron, TimeZoneInfo Zone, IReadOnlyList<ScheduleWindow> Windows)
{
    // Beyond, no window that is wide enough meets a time of the expression: the two contradict each other.
    private const int MostOccurrences = 20_000;

    /// <summary>Finds when the next run is due.</summary>
    /// <param name="now">The time; the run is not due before.</param>
    /// <param name="lastRun">When the last run began, if there was one. A time of a cron expression that has passed is not made up for: it was chosen for its hour.</param>
    /// <returns>The time; <see langword="null"/> when there is none in sight.</returns>
    public DateTimeOffset? NextRun(DateTimeOffset now, DateTimeOffset? lastRun)
    {
        if (Cron is null)
        {
            var due = lastRun + Interval!.Value is { } next && next > now ? next : now;
            return Windows.Count == 0 ? due : Windows.Select(window => window.NextWithin(due, Zone)).Min();
        }

        var from = now;
        for (var i = 0; i < MostOccurrences; i++)
        {
            if (Cron.GetNextOccurrence(from, Zone) is not { } occurrence) return null;
            if (Windows.Count == 0 || Windows.Any(window => window.NextWithin(occurrence, Zone) == occurrence)) return occurrence;
            from = occurrence;
        }

        return null;
    }
}

/// <summary>A time of the day, on some days of the week, in which runs may begin.</summary>
/// <param name="Days">Days on which it begins.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends: on the next day unless that is after <paramref name="From"/>.</param>
internal sealed record ScheduleWindow(IReadOnlySet<DayOfWeek> Days, TimeOnly From, TimeOnly To)
{
    /// <summary>The first time within the window that is not before another.</summary>
    public DateTimeOffset? NextWithin(DateTimeOffset from, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime).AddDays(-1);
        // Yesterday's may last until today, and the next may be in a week.
        for (var i = 0; i <= 8; i++, day = day.AddDays(1))
        {
            if (!Days.Contains(day.DayOfWeek)) continue;
            DateTimeOffset begin = At(day, From, zone), end = At(To > From ? day : day.AddDays(1), To, zone);
            if (from < end) return from > begin ? from : begin;
        }

        return null;
    }

    /// <summary>Reads a time of the day.</summary>
    public static TimeOnly? ReadTime(string? text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    // An hour that the clocks leave out is an hour later; of one that comes twice, the first counts.
    private static DateTimeOffset At(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
