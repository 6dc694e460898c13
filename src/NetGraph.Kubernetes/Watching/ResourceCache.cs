using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes.Watching;

/// <summary>Where an object is.</summary>
/// <param name="Namespace">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ResourceKey(string? Namespace, string Name)
{
    /// <summary>Namespace and name, as <c>kubectl</c> takes them.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";

    internal static ResourceKey Of(IResource resource) => new(resource.Metadata.Namespace, resource.Metadata.Name);
}

/// <summary>A change of a cache: from nothing it is an addition, to nothing a removal.</summary>
/// <typeparam name="T">Type of the objects.</typeparam>
/// <param name="Key">Which object.</param>
/// <param name="Before">As it was; <see langword="null"/> when it was not there.</param>
/// <param name="After">As it is; <see langword="null"/> when it is there no longer.</param>
public sealed record ResourceChange<T>(ResourceKey Key, T? Before, T? After);

/// <summary>Holds the objects of a kind as they are now, by one list and one watch, whatever becomes of the server.</summary>
/// <remarks>
/// As client-go's reflector: list, then watch from the list's version; a watch that ends goes on where it was, and only when that version is gone (410) or refused all is listed anew.
/// While the server is away the last state stays, and <see cref="AwaySince"/> says since when it is old. Waits grow to 30 s, are spread, and are as long as the server asks (Retry-After).
/// </remarks>
/// <typeparam name="T">Type of the objects.</typeparam>
public sealed partial class ResourceCache<T>
    where T : class, IResource
{
    private readonly KubernetesClient _client;
    private readonly ResourceKind<T> _kind;
    private readonly ResourceQuery _query;
    private readonly WatchOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Backoff _backoff = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceKey, T> _objects = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _awaySince;
    private KubernetesException? _fault;
    private long _version;
    private long _lists;
    private long _watches;

    /// <summary>Creates a cache that is empty until it runs.</summary>
    /// <param name="client">Client to ask by.</param>
    /// <param name="kind">Kind of the objects.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="options">Time limits of the watch; <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Takes a line when the server goes away, refuses, and is back; <see langword="null"/> for none.</param>
    public ResourceCache(KubernetesClient client, ResourceKind<T> kind, ResourceQuery query, WatchOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _kind = kind;
        _query = query;
        _options = options ?? WatchOptions.Default;
        _logger = logger ?? NullLogger.Instance;
        _clock = client.Clock;
        _awaySince = _clock.GetUtcNow();
    }

    /// <summary>Told of each change, in order, from the cache's own thread, which waits meanwhile. After a new list only real differences are told.</summary>
    public event Action<ResourceChange<T>>? Changed;

    /// <summary>Whether all objects were read once.</summary>
    public bool IsSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>Since when the objects are not known to be up to date: from creation to the first watch, and from a fault until the watch stands again. <see langword="null"/> while they are.</summary>
    public DateTimeOffset? AwaySince
    {
        get
        {
            lock (_lock) return _awaySince;
        }
    }

    /// <summary>What stands against being up to date; <see langword="null"/> when nothing does.</summary>
    public KubernetesException? Fault
    {
        get
        {
            lock (_lock) return _fault;
        }
    }

    /// <summary>Counts the changes; what is at least as new as a number was seen by <see cref="WaitForChangeAsync"/>.</summary>
    public long Version
    {
        get
        {
            lock (_lock) return _version;
        }
    }

    /// <summary>How many full lists were read.</summary>
    public long Lists => Interlocked.Read(ref _lists);

    /// <summary>How often the server took a watch up: at first, after the end of its time, and after each fault.</summary>
    public long Watches => Interlocked.Read(ref _watches);

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _objects.Count;
        }
    }

    /// <summary>The objects as they are now, in no order: a copy of the references.</summary>
    public IReadOnlyList<T> Snapshot()
    {
        lock (_lock) return [.. _objects.Values];
    }

    /// <summary>Finds an object.</summary>
    /// <param name="ns">Its namespace; <see langword="null"/> for one of the whole cluster.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The object, or <see langword="null"/> when there is none.</returns>
    public T? Find(string? ns, string name)
    {
        lock (_lock) return _objects.GetValueOrDefault(new ResourceKey(ns, name));
    }

    /// <summary>Waits until all objects were read once.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task WaitForSyncAsync(CancellationToken cancellation) => _synced.Task.WaitAsync(cancellation);

    /// <summary>Waits until there is a change after a known one; many changes make one.</summary>
    /// <param name="version">The <see cref="Version"/> that is known.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The version now.</returns>
    public async Task<long> WaitForChangeAsync(long version, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_version > version) return _version;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps the cache up to date until it is told to end. Once only.</summary>
    /// <param name="cancellation">Ends it; this is no error.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        string? resourceVersion = null;
        var options = _options with { OnBegun = OnBegun };
        try
        {
            while (true)
            {
                try
                {
                    resourceVersion ??= await ListAsync(cancellation).ConfigureAwait(false);
                    await foreach (var found in _client.WatchAsync(_kind, _query, resourceVersion, options, cancellation).ConfigureAwait(false))
                    {
                        Take(found);
                        resourceVersion = found.ResourceVersion;
                        _backoff.Reset();
                    }
                }
                catch (KubernetesException exception)
                {
                    // What passes by itself leaves the place in the watch good; all else is begun with a list.
                    if (!exception.IsTransient || exception.IsGone || exception.IsSilence) resourceVersion = null;
                    await PauseAsync(exception, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to end.
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellation)
    {
        var list = await _client.ListAsync(_kind, _query, cancellation).ConfigureAwait(false);
        foreach (var sentence in list.Unreadable) Log.PassedOver(_logger, _kind, sentence);
        Interlocked.Increment(ref _lists);
        var changes = new List<ResourceChange<T>>();
        lock (_lock)
        {
            var gone = _objects.Keys.ToHashSet();
            foreach (var item in list.Items)
            {
                var key = ResourceKey.Of(item);
                gone.Remove(key);
                var before = _objects.GetValueOrDefault(key);
                if (before is not null && before.Metadata.ResourceVersion == item.Metadata.ResourceVersion && before.Metadata.Uid == item.Metadata.Uid) continue;
                _objects[key] = item;
                changes.Add(new ResourceChange<T>(key, before, item));
            }

            foreach (var key in gone)
            {
                _objects.Remove(key, out var before);
                changes.Add(new ResourceChange<T>(key, before, null));
            }

            _objects.TrimExcess();
        }

        Tell(changes);
        _synced.TrySetResult();
        return list.ResourceVersion;
    }

    private void Take(WatchEvent<T> found)
    {
        if (found.Type == WatchEventType.Unreadable) Log.PassedOver(_logger, _kind, found.Fault!);
        if (found.Resource is not { } value) return;
        var key = ResourceKey.Of(value);
        T? before;
        lock (_lock)
        {
            before = _objects.GetValueOrDefault(key);
            if (found.Type == WatchEventType.Deleted) _objects.Remove(key);
            else _objects[key] = value;
        }

        if (before is null && found.Type == WatchEventType.Deleted) return;
        Tell([new ResourceChange<T>(key, before, found.Type == WatchEventType.Deleted ? null : value)]);
    }

    private void Tell(List<ResourceChange<T>> changes)
    {
        if (changes.Count == 0) return;
        TaskCompletionSource changed;
        lock (_lock)
        {
            _version += changes.Count;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
        if (Changed is not { } listeners) return;
        foreach (var change in changes)
        {
#pragma warning disable CA1031 // A listener's fault must not end the cache.
            try
            {
                listeners(change);
            }
            catch (Exception exception)
            {
                Log.ListenerFailed(_logger, _kind, change.Key, exception);
            }
#pragma warning restore CA1031
        }
    }

    private void OnBegun()
    {
        Interlocked.Increment(ref _watches);
        DateTimeOffset? since;
        KubernetesException? fault;
        lock (_lock)
        {
            (since, fault) = (_awaySince, _fault);
            (_awaySince, _fault) = (null, null);
        }

        if (since is not { } time || fault is null) return;
        var seconds = (_clock.GetUtcNow() - time).TotalSeconds;
        Log.IsBack(_logger, _kind, seconds);
    }

    private async Task PauseAsync(KubernetesException exception, CancellationToken cancellation)
    {
        bool isNew;
        lock (_lock)
        {
            isNew = _fault?.Message != exception.Message;
            _awaySince ??= _clock.GetUtcNow();
            _fault = exception;
        }

        var wait = _backoff.Next(exception.RetryAfter);
        // A version that grew too old is the way of things; only what lasts is worth a warning, and each once.
        var seconds = wait.TotalSeconds;
        if (exception.IsGone) Log.TooOld(_logger, _kind, seconds);
        else if (isNew) Log.IsAway(_logger, _kind, exception.Message);
        await Task.Delay(wait, _clock, cancellation).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What is known of {Kind} is not up to date: {Reason}")]
        public static partial void IsAway(ILogger logger, ResourceKind kind, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "What is known of {Kind} is up to date again after {Seconds:0} s")]
        public static partial void IsBack(ILogger logger, ResourceKind kind, double seconds);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The version of the watch of {Kind} is too old: listing anew in {Seconds:0.0} s")]
        public static partial void TooOld(ILogger logger, ResourceKind kind, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Among {Kind}, {Sentence}")]
        public static partial void PassedOver(ILogger logger, ResourceKind kind, string sentence);

        [LoggerMessage(Level = LogLevel.Error, Message = "A listener failed at the change of {Key} among {Kind}")]
        public static partial void ListenerFailed(ILogger logger, ResourceKind kind, ResourceKey key, Exception exception);
    }
}
