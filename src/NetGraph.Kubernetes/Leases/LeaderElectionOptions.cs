namespace NetGraph.Kubernetes.Leases;

/// <summary>Which lease decides who leads, and how long things take. The times are client-go's defaults.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>Namespace of the lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the lease.</summary>
    public required string Name { get; init; }

    /// <summary>Who this is, for people to read in the lease: the pod's name.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after they saw the lease change last, before they take it: whole seconds, 15 by default; longer than <see cref="RenewDeadline"/>.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after the last renewal the leader goes on leading while it cannot renew: 10 s by default. From then on it has the rest of the lease's duration to come to its end.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From one attempt to the next: 2 s by default; shorter than <see cref="RenewDeadline"/>. Who waits to lead waits 1 to 2.2 times this.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Says what is wrong with the options.</summary>
    /// <returns>A sentence, or <see langword="null"/> when nothing is.</returns>
    public string? FindFault() => this switch
    {
        { Namespace: null or "" } => "The lease's namespace must not be empty.",
        { Name: null or "" } => "The lease's name must not be empty.",
        { Identity: null or "" } => "Who wants to lead must have a name: set POD_NAME to the pod's own.",
        _ when LeaseDuration.Ticks % TimeSpan.TicksPerSecond != 0 || LeaseDuration <= RenewDeadline => $"The lease's duration must be whole seconds and longer than the renew deadline, not {LeaseDuration.TotalSeconds} s beside {RenewDeadline.TotalSeconds} s.",
        _ when RetryPeriod <= TimeSpan.Zero || RenewDeadline <= RetryPeriod * 1.2 => $"The renew deadline must be longer than 1.2 times the retry period, not {RenewDeadline.TotalSeconds} s beside {RetryPeriod.TotalSeconds} s.",
        _ => null,
    };
}
