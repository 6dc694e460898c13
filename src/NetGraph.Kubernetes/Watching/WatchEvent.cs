namespace NetGraph.Kubernetes.Watching;

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It was made, or fits the query now.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It went, or fits the query no longer.</summary>
    Deleted,

    /// <summary>Nothing happened up to this version: the place from which to go on.</summary>
    Bookmark,

    /// <summary>It was made or changed to what the type cannot hold.</summary>
    Unreadable,
}

/// <summary>An event of a watch.</summary>
/// <typeparam name="T">Type of the objects.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Resource">The object, as it is now or was last; <see langword="null"/> for <see cref="WatchEventType.Bookmark"/> and <see cref="WatchEventType.Unreadable"/>.</param>
/// <param name="ResourceVersion">The version from which the watch goes on after it.</param>
/// <param name="Fault">For <see cref="WatchEventType.Unreadable"/>, the sentence that says which object and why.</param>
public sealed record WatchEvent<T>(WatchEventType Type, T? Resource, string ResourceVersion, string? Fault = null);

/// <summary>Time limits of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>The default limits.</summary>
    public static WatchOptions Default { get; } = new();

    /// <summary>Shortest time after which the server ends a watch by itself; 5 min by default. It ends after this to twice this, so that many watches do not end at once.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a watch may bring nothing, not even a bookmark (which servers send about once a minute), until it is cut; 3 min by default.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Called each time the server has taken the watch up.</summary>
    internal Action? OnBegun { get; init; }

#pragma warning disable CA5394 // Spreads load; nothing secret.
    internal TimeSpan NextServerTimeout() => ServerTimeout * (1 + Random.Shared.NextDouble());
#pragma warning restore CA5394
}
