using NetGraph.Collector.Links;
using NetGraph.Measurements;

namespace NetGraph.Collector;

/// <summary>What every link of a mesh must be like.</summary>
/// <param name="MinBitsPerSecond">Least throughput in bits per second; <see langword="null"/> when it does not matter.</param>
/// <param name="MaxRttSeconds">Longest mean round-trip time of the echoes in seconds; <see langword="null"/> when it does not matter.</param>
/// <param name="MaxLossRatio">Largest share of echoes lost, 0 to 1; <see langword="null"/> when it does not matter.</param>
public sealed record MeshExpectations(double? MinBitsPerSecond, double? MaxRttSeconds, double? MaxLossRatio)
{
    /// <summary>Whether anything is expected.</summary>
    public bool HasAny => MinBitsPerSecond is not null || NeedsEchoes;

    /// <summary>Whether echoes must be known to judge.</summary>
    public bool NeedsEchoes => MaxRttSeconds is not null || MaxLossRatio is not null;

    /// <summary>Finds the links that are not as expected, in the order of their names. A test that failed breaks any expectation, and so does what is not known.</summary>
    /// <param name="tests">What became of the tests.</param>
    /// <param name="echoes">What is known of the echoes meanwhile, by source and destination.</param>
    public IReadOnlyList<BrokenLink> Judge(IReadOnlyList<TestReport> tests, IReadOnlyDictionary<(string Source, string Destination), LinkEchoes> echoes)
    {
        ArgumentNullException.ThrowIfNull(tests);
        ArgumentNullException.ThrowIfNull(echoes);
        if (!HasAny) return [];
        return
        [
            .. from test in tests
               let reasons = Judge(test, echoes.GetValueOrDefault((test.Source, test.Destination))).ToList()
               where reasons.Count > 0
               orderby test.Source, test.Destination
               select new BrokenLink(test.Source, test.Destination, reasons),
        ];
    }

    private IEnumerable<string> Judge(TestReport test, LinkEchoes? echoes)
    {
        if (test.Failure is { } failure) yield return $"the test failed ({failure})";
        else if (MinBitsPerSecond is { } least && !(test.ThroughputBitsPerSecond >= least))
            yield return $"{Quantities.Rate(test.ThroughputBitsPerSecond ?? 0)}, expected at least {Quantities.Rate(least)}{(test.Quality is null or "ok" ? "" : $" (quality {test.Quality})")}";
        if (!NeedsEchoes) yield break;
        if (echoes is null or { Sent: 0 })
        {
            yield return "no echo was sent in this time, so that nobody knows";
            yield break;
        }

        if (echoes.RttSeconds is not { } rtt)
        {
            yield return $"none of {echoes.Sent} echoes came back";
            yield break;
        }

        var loss = 1 - ((double)echoes.Received / echoes.Sent);
        if (rtt > MaxRttSeconds) yield return $"round trip {Quantities.Duration(rtt)}, expected at most {Quantities.Duration(MaxRttSeconds.Value)}";
        if (loss > MaxLossRatio) yield return $"{Quantities.Share(loss)} of {echoes.Sent} echoes lost, expected at most {Quantities.Share(MaxLossRatio.Value)}";
    }
}

/// <summary>A link that is not as expected.</summary>
/// <param name="Source">Name of the node that sends.</param>
/// <param name="Destination">Name of the node that receives.</param>
/// <param name="Reasons">What is wrong with it.</param>
public sealed record BrokenLink(string Source, string Destination, IReadOnlyList<string> Reasons);
