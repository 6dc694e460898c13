using Microsoft.Extensions.Logging;

namespace NetGraph.Agent.Clock;

/// <summary>The newest bound of this machine's clock error: as set, else chrony's, else the kernel's.</summary>
internal sealed partial class ClockWatch : IAsyncDisposable
{
    /// <summary>From here on a bound says nothing: the kernel gives up at 16 s.</summary>
    public const double UselessSeconds = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private readonly TimeSpan? _setting;
    private readonly Chrony _chrony;
    private readonly Func<ClockErrorBound?> _kernel;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private ClockErrorBound? _current;
    private string? _logged;

    /// <param name="setting">The bound, for those who know it; <see langword="null"/> to ask.</param>
    /// <param name="chrony">Asks chrony.</param>
    /// <param name="kernel">Asks the kernel.</param>
    /// <param name="clock">Time.</param>
    /// <param name="log">Says who gives the bound.</param>
    public ClockWatch(TimeSpan? setting, Chrony chrony, Func<ClockErrorBound?> kernel, TimeProvider clock, ILogger log)
    {
        _setting = setting;
        _chrony = chrony;
        _kernel = kernel;
        _log = log;
        _work = Task.Run(() => WorkAsync(clock));
    }

    /// <summary>The bound, at most a minute old; <see langword="null"/> when it is not known.</summary>
    public ClockErrorBound? Current => Volatile.Read(ref _current);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WorkAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            var bound = _setting is { } setting
                ? new ClockErrorBound(setting, "setting")
                : await _chrony.ReadAsync(_stop.Token).ConfigureAwait(false) ?? _kernel();
            Volatile.Write(ref _current, bound);
            var source = bound?.Source ?? "";
            if (source != _logged && bound is not null) Log.Source(_log, bound.Source, bound.Bound.TotalSeconds);
            else if (source != _logged) Log.Unknown(_log);
            _logged = source;
        }
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Error bound of this clock, by {Source}: {Seconds} s")]
        public static partial void Source(ILogger log, string source, double seconds);

        [LoggerMessage(Level = LogLevel.Information, Message = "Nobody gives an error bound of this clock, so one-way delay is not published: run chrony, or set --clock-error-bound")]
        public static partial void Unknown(ILogger log);
    }
}
