namespace NetGraph.Agent.Echo;

/// <summary>A train of echoes.</summary>
/// <remarks>
/// The datagrams are spread evenly over the interval, so that nothing is sent in bursts, but for the first two, which leave together from one port: only
/// datagrams so close can overtake one another.
/// </remarks>
/// <param name="Datagrams">Datagrams to each peer in an interval, 1 to 100. Default 10: one could show no loss ratio.</param>
/// <param name="SourcePorts">Source ports used in turn, 1 to 16. Default 4.</param>
/// <param name="Interval">Time from one train to the next, at least 100 ms. Default 10 s.</param>
/// <param name="Timeout">How long an answer may take before it counts as lost. Default 1 s.</param>
internal sealed record EchoTrain(int Datagrams, int SourcePorts, TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>Fates that must be known of a port before it is said to lose everything.</summary>
    public const int LeastPortWindow = 6;

    private const int PortWindowTrains = 3;
    private const int MostPortWindow = 64;

    public static EchoTrain Default { get; } = new(10, 4, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));

    /// <summary>Moments of a train at which every peer is sent to.</summary>
    public int Moments => Math.Max(1, Datagrams - 1);

    /// <summary>Over how many of its last datagrams a port is judged: three trains' share.</summary>
    public int PortWindow => Math.Clamp((PortWindowTrains * Datagrams + SourcePorts - 1) / SourcePorts, LeastPortWindow, MostPortWindow);

    /// <summary>Datagrams sent to every peer at a moment.</summary>
    /// <param name="moment">Moments since the prober began.</param>
    public int DatagramsAt(long moment) => Datagrams > 1 && moment % Moments == 0 ? 2 : 1;
}
