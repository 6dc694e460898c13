using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes.Events;

/// <summary>Tells in events what happened to objects, where <c>kubectl describe</c> shows it. Equal ones within an hour are one event with a count.</summary>
/// <remarks>
/// An event is in the namespace of the object that it is about; about an object of the whole cluster it is in <c>default</c>, since the API server refuses any other. Needed are <c>create</c> and
/// <c>patch</c> of <c>events</c> there. What cannot be told is logged and forgotten: no work depends on an event.
/// </remarks>
/// <param name="client">Client to tell by.</param>
/// <param name="component">The program that tells.</param>
/// <param name="host">The node on which it runs, if known.</param>
/// <param name="logger">Takes a line when an event cannot be told; <see langword="null"/> for none.</param>
public sealed partial class EventRecorder(KubernetesClient client, string component, string? host = null, ILogger? logger = null)
{
    /// <summary>Namespace of the events of objects of the whole cluster.</summary>
    public const string ClusterNamespace = "default";

    private const int MostRemembered = 256;
    private const int LongestName = 230;
    private const int LongestReason = 128;
    private const int LongestMessage = 1024;
    // As long as API servers keep events unless told otherwise (--event-ttl).
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Told> _told = [];
    private string? _fault;

    /// <summary>Tells an event.</summary>
    /// <param name="about">The object.</param>
    /// <param name="isWarning">Whether it is a warning rather than normal.</param>
    /// <param name="reason">A word in CamelCase, cut after 128 characters.</param>
    /// <param name="message">What happened, cut after 1,024 characters.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether the API server took it.</returns>
    public async Task<bool> RecordAsync(ObjectReference about, bool isWarning, string reason, string message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(about);
        ArgumentException.ThrowIfNullOrEmpty(reason);
        ArgumentNullException.ThrowIfNull(message);
        var key = new Key(about.Kind, about.Namespace, about.Name, about.Uid, isWarning, Cut(reason, LongestReason), Cut(message, LongestMessage));
        var ns = about.Namespace ?? ClusterNamespace;
        var now = client.Clock.GetUtcNow();
        try
        {
            if (Remembered(key, now) is { } told && await CountAsync(ns, told, now, cancellation).ConfigureAwait(false)) return true;
            var name = string.Create(CultureInfo.InvariantCulture, $"{Cut(about.Name ?? "unknown", LongestName)}.{now.UtcTicks:x}{Random4()}");
            await client.CreateAsync(ResourceKinds.Events, ns, new KubernetesEvent
            {
                Metadata = new ObjectMeta { Name = name, Namespace = ns },
                InvolvedObject = about,
                Type = isWarning ? "Warning" : "Normal",
                Reason = key.Reason,
                Message = key.Message,
                Count = 1,
                FirstTimestamp = now,
                LastTimestamp = now,
                Source = new EventSource { Component = component, Host = host },
            }, cancellation).ConfigureAwait(false);
            Remember(key, new Told(name, now));
            _fault = null;
            return true;
        }
        catch (KubernetesException exception)
        {
            if (_fault != exception.Message) Log.NotTold(_logger, key.Reason, about.Kind, about.Name, exception.Message);
            _fault = exception.Message;
            return false;
        }
    }

    /// <summary>Counts an event once more; false when it is there no longer.</summary>
    private async Task<bool> CountAsync(string ns, Told told, DateTimeOffset now, CancellationToken cancellation)
    {
        int count;
        lock (_lock) count = ++told.Count;
        try
        {
            var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            await client.PatchAsync(ResourceKinds.Events, ns, told.Name, new JsonObject { ["count"] = count, ["lastTimestamp"] = time }, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    private Told? Remembered(Key key, DateTimeOffset now)
    {
        lock (_lock) return _told.TryGetValue(key, out var told) && now - told.First < Memory ? told : null;
    }

    private void Remember(Key key, Told told)
    {
        lock (_lock)
        {
            if (_told.Count >= MostRemembered && !_told.ContainsKey(key)) _told.Remove(_told.MinBy(entry => entry.Value.First).Key);
            _told[key] = told;
        }
    }

    // Two programs that tell in the same instant must not choose the same name.
    private static string Random4() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(2));

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private sealed record Key(string? Kind, string? Namespace, string? Name, string? Uid, bool IsWarning, string Reason, string Message);

    private sealed class Told(string name, DateTimeOffset first)
    {
        public string Name => name;

        public DateTimeOffset First => first;

        public int Count { get; set; } = 1;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The event {Reason} of {Kind} '{Name}' could not be told: {Fault}")]
        public static partial void NotTold(ILogger logger, string reason, string? kind, string? name, string fault);
    }
}
