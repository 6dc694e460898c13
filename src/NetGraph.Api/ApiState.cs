using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Api;

/// <summary>What the api did; its metrics are written from here. May be used from several threads at once.</summary>
internal sealed class ApiState
{
    private readonly Histogram _reads = new(Histogram.WorkBounds);
    private readonly Histogram _queries = new(Histogram.WorkBounds);
    private long _bytes;
    private long _samples;
    private long _retries;
    private long _hits;
    private long _misses;
    private long _stale;
    private long _errors;
    private long _nodes;
    private long _links;

    public void CountHit() => Interlocked.Increment(ref _hits);

    public void CountRead(Mesh mesh, TimeSpan elapsed)
    {
        Interlocked.Increment(ref _misses);
        Interlocked.Exchange(ref _nodes, mesh.Nodes.Length);
        Interlocked.Exchange(ref _links, mesh.Links.Length);
        _reads.Observe(elapsed.TotalSeconds);
    }

    public void CountFailure(bool isServedStale)
    {
        Interlocked.Increment(ref _errors);
        if (isServedStale) Interlocked.Increment(ref _stale);
    }

    public void CountQuery(QueryReport report)
    {
        _queries.Observe(report.Elapsed.TotalSeconds);
        Interlocked.Add(ref _bytes, report.Bytes);
        Interlocked.Add(ref _samples, report.Samples);
        Interlocked.Add(ref _retries, report.Retries);
    }

    public void Write(ExpositionWriter writer)
    {
        writer.Begin(Metrics.ApiSnapshotDuration);
        writer.Sample(_reads);
        writer.Write(Metrics.ApiGraphNodes, Interlocked.Read(ref _nodes));
        writer.Write(Metrics.ApiGraphLinks, Interlocked.Read(ref _links));
        writer.Write(Metrics.ApiSourceErrors, Interlocked.Read(ref _errors));
        writer.Begin(Metrics.ApiSnapshotRequests);
        writer.Sample(Interlocked.Read(ref _hits), "hit");
        writer.Sample(Interlocked.Read(ref _misses), "miss");
        writer.Sample(Interlocked.Read(ref _stale), "stale");
        writer.Begin(Metrics.ApiQueryDuration);
        writer.Sample(_queries);
        writer.Write(Metrics.ApiQueryBytes, Interlocked.Read(ref _bytes));
        writer.Write(Metrics.ApiQuerySamples, Interlocked.Read(ref _samples));
        writer.Write(Metrics.ApiQueryRetries, Interlocked.Read(ref _retries));
        ProcessMetrics.Write(writer, "api");
    }
}
