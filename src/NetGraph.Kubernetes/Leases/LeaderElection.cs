using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes.Leases;

/// <summary>Sees to it that of several equal programs at most one leads, by a lease of <c>coordination.k8s.io/v1</c>.</summary>
/// <remarks>
/// The lease is as client-go's <c>tools/leaderelection</c> keeps it, so that <c>kubectl</c> and people read it as any other. Clocks of two machines are never compared: who waits takes the lease when it
/// saw no change of it for its whole duration, by its own clock; who leads stops, by its own clock, <see cref="LeaderElectionOptions.RenewDeadline"/> after it <em>began</em> the last
/// renewal that succeeded, which is before anybody else could have seen it. A departure: a term is known by its holder and the time of its acquisition, so that two programs that were given the
/// same name by mistake do not both lead; one that was killed and comes back under its name waits like any other.
/// </remarks>
public sealed partial class LeaderElection
{
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);
    private readonly KubernetesClient _client;
    private readonly LeaderElectionOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private Lease? _seen;
    private long _seenAt;
    private DateTimeOffset? _term;
    private long? _heldSince;
    private string? _told;

    /// <summary>Creates an election that does nothing until it runs.</summary>
    /// <param name="client">Client to ask by; may get, create and update the lease.</param>
    /// <param name="options">Which lease, and who this is.</param>
    /// <param name="logger">Takes a line when this one leads, leads no longer, and when another does; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public LeaderElection(KubernetesClient client, LeaderElectionOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindFault() is { } fault) throw new ArgumentException(fault, nameof(options));
        _client = client;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        _clock = client.Clock;
    }

    /// <summary>Whether this one leads now. False at the moment the lease could not be renewed in time, even if the program itself stood still meanwhile.</summary>
    public bool IsLeader
    {
        get
        {
            lock (_lock) return _heldSince is { } since && _clock.GetElapsedTime(since) < _options.RenewDeadline;
        }
    }

    /// <summary>Who leads, as far as this one saw; <see langword="null"/> when nobody does or none was seen yet.</summary>
    public string? Leader
    {
        get
        {
            lock (_lock) return string.IsNullOrEmpty(_seen?.Spec.HolderIdentity) ? null : _seen.Spec.HolderIdentity;
        }
    }

    /// <summary>Waits to lead, and leads, again and again until it is told to end or what leads ends by itself. Once only.</summary>
    /// <remarks>
    /// When the lease is lost, the token that <paramref name="lead"/> got fires, and nothing is tried anew before it ended. When told to end, the lease is still renewed until
    /// <paramref name="lead"/> ended, and then given back, so that the next one need not wait.
    /// </remarks>
    /// <param name="lead">What only the leader does. It must end soon after its token fires: within <see cref="LeaderElectionOptions.LeaseDuration"/> less <see cref="LeaderElectionOptions.RenewDeadline"/>.</param>
    /// <param name="cancellation">Ends it; this is no error.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lead);
        while (!cancellation.IsCancellationRequested)
        {
            if (!await AcquireAsync(cancellation).ConfigureAwait(false)) return;
            Log.Leads(_logger, _options.Identity, _options.Namespace, _options.Name);
            if (await LeadAsync(lead, cancellation).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Tries until the lease is held; false when told to end before.</summary>
    private async Task<bool> AcquireAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var wait = TimeSpan.Zero;
                using (var limit = new CancellationTokenSource(_options.RenewDeadline, _clock))
                using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token))
                {
                    try
                    {
                        if (await TryAsync(deadline.Token).ConfigureAwait(false)) return true;
                    }
                    catch (KubernetesException exception)
                    {
                        Tell(exception.Message);
                        wait = exception.RetryAfter ?? TimeSpan.Zero;
                    }
                    catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                    {
                        Tell("the API server does not answer in time");
                    }
                }

#pragma warning disable CA5394 // Spreads load; nothing secret.
                var pause = _options.RetryPeriod * (1 + (1.2 * Random.Shared.NextDouble()));
#pragma warning restore CA5394
                await Task.Delay(pause > wait ? pause : wait, _clock, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The last attempt may have been written all the same.
            await ReleaseAsync().ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Leads while the lease is held; true when what leads ended by itself or because it was told to.</summary>
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = Task.Run(() => lead(leading.Token), CancellationToken.None);
        var isHeld = await HoldAsync(work).ConfigureAwait(false);
        if (!isHeld)
        {
            lock (_lock) _heldSince = null;
            Log.LeadsNoLonger(_logger, _options.Identity, _options.Namespace, _options.Name, _told ?? $"'{Leader}' leads");
        }

        leading.Cancel();
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            // It was told to end.
        }
        finally
        {
            if (isHeld) await ReleaseAsync().ConfigureAwait(false);
        }

        return isHeld;
    }

    /// <summary>Renews until the work ended (true) or the lease is lost (false).</summary>
    private async Task<bool> HoldAsync(Task work)
    {
        var asked = TimeSpan.Zero;
        while (true)
        {
            var remaining = _options.RenewDeadline - _clock.GetElapsedTime(_heldSince!.Value);
            if (remaining <= TimeSpan.Zero) return work.IsCompleted;
            var pause = asked > _options.RetryPeriod ? asked : _options.RetryPeriod;
            asked = TimeSpan.Zero;
            using (var ended = new CancellationTokenSource())
            {
                await Task.WhenAny(work, Task.Delay(pause < remaining ? pause : remaining, _clock, ended.Token)).ConfigureAwait(false);
                ended.Cancel();
            }

            if (work.IsCompleted) return true;
            remaining = _options.RenewDeadline - _clock.GetElapsedTime(_heldSince!.Value);
            if (remaining <= TimeSpan.Zero) return false;
            // Half of the time at most, so that an answer that never comes leaves time for another attempt, by another connection.
            var half = _options.RenewDeadline / 2;
            using var deadline = new CancellationTokenSource(remaining < half ? remaining : half, _clock);
            try
            {
                if (!await TryAsync(deadline.Token).ConfigureAwait(false) && Leader is not null && !IsOurs(_seen)) return work.IsCompleted;
            }
            catch (KubernetesException exception)
            {
                Tell(exception.Message);
                asked = exception.RetryAfter ?? TimeSpan.Zero;
            }
            catch (OperationCanceledException)
            {
                Tell("the API server does not answer in time");
            }
        }
    }

    /// <summary>Takes or renews the lease; false when it is another's, or when another was faster.</summary>
    private async Task<bool> TryAsync(CancellationToken cancellation)
    {
        var begun = _clock.GetTimestamp();
        try
        {
            // Who holds it need not read it first.
            if (_heldSince is not null && IsOurs(_seen)) return await WriteAsync(_seen!, begun, cancellation).ConfigureAwait(false);
        }
        catch (KubernetesException exception) when (exception.IsConflict || exception.IsNotFound)
        {
            // Somebody touched it, or a renewal of which no answer came was written.
        }

        Lease? lease = null;
        try
        {
            lease = await _client.GetAsync(ResourceKinds.Leases, _options.Namespace, _options.Name, cancellation).ConfigureAwait(false);
        }
        catch (KubernetesException exception) when (exception.IsNotFound)
        {
            // The first one makes it.
        }

        Look(lease);
        try
        {
            return (lease is null || IsOurs(lease) || IsFree(lease)) && await WriteAsync(lease, begun, cancellation).ConfigureAwait(false);
        }
        catch (KubernetesException exception) when (exception.IsConflict)
        {
            return false;
        }
    }

    private async Task<bool> WriteAsync(Lease? lease, long begun, CancellationToken cancellation)
    {
        // To the microsecond, as it comes back.
        var now = _clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var isRenewal = IsOurs(lease);
        if (!isRenewal) _term = now;
        var next = new Lease
        {
            Metadata = lease?.Metadata ?? new ObjectMeta { Name = _options.Name, Namespace = _options.Namespace },
            Spec = new LeaseSpec
            {
                HolderIdentity = _options.Identity,
                LeaseDurationSeconds = (int)_options.LeaseDuration.TotalSeconds,
                AcquireTime = isRenewal ? lease!.Spec.AcquireTime : now,
                RenewTime = now,
                LeaseTransitions = lease is null ? 0 : (lease.Spec.LeaseTransitions ?? 0) + (isRenewal ? 0 : 1),
            },
        };
        var written = lease is null
            ? await _client.CreateAsync(ResourceKinds.Leases, _options.Namespace, next, cancellation).ConfigureAwait(false)
            : await _client.ReplaceAsync(ResourceKinds.Leases, _options.Namespace, next, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            _heldSince = begun;
            _told = null;
        }

        Look(written);
        return true;
    }

    /// <summary>Gives the lease back, as client-go does: no holder, and a second for who looks at its duration.</summary>
    private async Task ReleaseAsync()
    {
        lock (_lock) _heldSince = null;
        if (_term is null) return;
        using var deadline = new CancellationTokenSource(ReleaseTimeout, _clock);
        try
        {
            var lease = await _client.GetAsync(ResourceKinds.Leases, _options.Namespace, _options.Name, deadline.Token).ConfigureAwait(false);
            if (!IsOurs(lease)) return;
            var now = _clock.GetUtcNow();
            var spec = lease.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = now, AcquireTime = now };
            Look(await _client.ReplaceAsync(ResourceKinds.Leases, _options.Namespace, lease with { Spec = spec }, deadline.Token).ConfigureAwait(false));
            Log.GaveBack(_logger, _options.Identity, _options.Namespace, _options.Name);
        }
        catch (Exception exception) when (exception is KubernetesException or OperationCanceledException)
        {
            Log.NotGivenBack(_logger, _options.Namespace, _options.Name, exception.Message);
        }
        finally
        {
            _term = null;
        }
    }

    /// <summary>Notes what the lease says, and when, by the own clock, it began to say so.</summary>
    private void Look(Lease? lease)
    {
        string? leader = null;
        lock (_lock)
        {
            if (_seen is not null && lease is not null && _seen.Spec == lease.Spec && _seen.Metadata.Uid == lease.Metadata.Uid)
            {
                _seen = lease;
                return;
            }

            if (lease?.Spec.HolderIdentity is { Length: > 0 } holder && holder != _seen?.Spec.HolderIdentity && !IsOurs(lease)) leader = holder;
            _seen = lease;
            _seenAt = _clock.GetTimestamp();
        }

        if (leader is not null) Log.AnotherLeads(_logger, leader, _options.Namespace, _options.Name);
    }

    private bool IsOurs(Lease? lease) => _term is not null && lease is not null && lease.Spec.HolderIdentity == _options.Identity && lease.Spec.AcquireTime == _term;

    private bool IsFree(Lease lease)
    {
        if (string.IsNullOrEmpty(lease.Spec.HolderIdentity)) return true;
        var duration = lease.Spec.LeaseDurationSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : _options.LeaseDuration;
        return _clock.GetElapsedTime(_seenAt) > duration;
    }

    private void Tell(string fault)
    {
        if (_told == fault) return;
        _told = fault;
        Log.CannotAsk(_logger, _options.Namespace, _options.Name, fault);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "'{Identity}' leads: it holds the lease {Namespace}/{Name}")]
        public static partial void Leads(ILogger logger, string identity, string @namespace, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "'{Identity}' leads no longer, for it has lost the lease {Namespace}/{Name}: {Reason}")]
        public static partial void LeadsNoLonger(ILogger logger, string identity, string @namespace, string name, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "'{Leader}' leads: it holds the lease {Namespace}/{Name}")]
        public static partial void AnotherLeads(ILogger logger, string leader, string @namespace, string name);

        [LoggerMessage(Level = LogLevel.Information, Message = "'{Identity}' gave the lease {Namespace}/{Name} back")]
        public static partial void GaveBack(ILogger logger, string identity, string @namespace, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Namespace}/{Name} could not be given back, so that the next one waits for its end: {Reason}")]
        public static partial void NotGivenBack(ILogger logger, string @namespace, string name, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Namespace}/{Name} can be neither taken nor renewed: {Reason}")]
        public static partial void CannotAsk(ILogger logger, string @namespace, string name, string reason);
    }
}
