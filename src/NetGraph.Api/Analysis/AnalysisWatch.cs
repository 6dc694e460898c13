using NetGraph.Api.Snapshots;
using NetGraph.Graphs;
using NetGraph.Graphs.Analysis;
using NetGraph.Graphs.Paths;
using NetGraph.Graphs.Reachability;
using NetGraph.Graphs.Suspects;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Api.Analysis;

/// <summary>Analyses the mesh again and again, so that alerts can fire on what only the graph knows. While the source is away nothing is published: an old suspect must not look like one of now.</summary>
internal sealed class AnalysisWatch(SnapshotCache cache, TimeSpan interval, TimeProvider clock, Expectations? expectations = null, Action<Exception>? onFailure = null)
{
    private const double BitsPerByte = 8;
    private volatile Finding? _last;

    /// <summary>Runs until cancelled: the first time after one interval.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (true)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
                _last = await AnalyseAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // A mesh that an analysis chokes on must neither end all later ones nor leave the last finding standing as if it were of now.
                _last = null;
                onFailure?.Invoke(exception);
            }
        }
    }

    public void Write(ExpositionWriter writer)
    {
        if (_last is not { } last) return;
        writer.Write(Metrics.AnalysisTime, last.At.ToUnixTimeMilliseconds() / 1000.0);
        writer.Begin(Metrics.AnalysisSuspects);
        foreach (var kind in Enum.GetValues<SuspectKind>()) writer.Sample(last.Suspects.Count(suspect => suspect.Cause.Kind == kind), SuspectCause.NameOf(kind));
        WriteSuspects(writer, last, Metrics.AnalysisSuspectConfidence, suspect => suspect.Confidence);
        WriteSuspects(writer, last, Metrics.AnalysisSuspectObserved, suspect => suspect.ObservedBitsPerSecond / BitsPerByte);
        WriteSuspects(writer, last, Metrics.AnalysisSuspectExpected, suspect => suspect.ExpectedBitsPerSecond / BitsPerByte);
        writer.Write(Metrics.AnalysisPartitions, last.Reachability.Partitions.Length);
        writer.Write(Metrics.AnalysisOneWay, last.Reachability.OneWay.Length);
        if (!double.IsNaN(last.NarrowestBitsPerSecond)) writer.Write(Metrics.AnalysisNarrowestPair, last.NarrowestBitsPerSecond / BitsPerByte);
    }

    private async Task<Finding?> AnalyseAsync(CancellationToken cancellation)
    {
        try
        {
            var snapshot = await cache.GetAsync(new SnapshotQuery { Detail = SnapshotDetail.ThroughputOnly }, cancellation).ConfigureAwait(false);
            return snapshot.Failure is null ? Finding.Of(snapshot.Mesh, expectations) : null;
        }
        catch (MeasurementSourceException)
        {
            // Counted and logged where it was read.
            return null;
        }
    }

    private static void WriteSuspects(ExpositionWriter writer, Finding finding, MetricFamily family, Func<Suspect, double> value)
    {
        writer.Begin(family);
        foreach (var suspect in finding.Suspects)
        {
            var cause = suspect.Cause;
            writer.Sample(value(suspect), SuspectCause.NameOf(cause.Kind), cause.Node, cause.Group, cause.Source, cause.Destination);
        }
    }

    private sealed record Finding(DateTimeOffset At, IReadOnlyList<Suspect> Suspects, MeshReachability Reachability, double NarrowestBitsPerSecond)
    {
        public static Finding Of(Mesh mesh, Expectations? expectations)
        {
            var widths = AllPairsWidestPaths.Find(GraphMetric.Bandwidth.Weigh(mesh));
            return new Finding(
                mesh.MeasuredAt,
                [.. SuspectSearch.Find(mesh, new SuspectOptions { Group = NaturalGroup.Of(mesh), Expectations = expectations }).Where(suspect => suspect.IsSaid)],
                ReachabilitySearch.Find(mesh),
                widths.Bottlenecks.IsEmpty ? double.NaN : widths.Bottlenecks[^1].Weight);
        }
    }
}
