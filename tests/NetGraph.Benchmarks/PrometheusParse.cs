using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using NetGraph.Api.Snapshots;
using NetGraph.Measurements;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Benchmarks;

/// <summary>How fast answers of Prometheus become a mesh, on one core, and how much memory that takes; without the server and the network, which are others' work.</summary>
internal static partial class PrometheusParse
{
    private const double BarMegabytesPerSecond = 150;
    private const double BarMemoryRatio = 3;
    private const int Rounds = 5;

    /// <summary>Best of some rounds, printed beside the bars.</summary>
    public static async Task<Figure> MeasureAsync(int nodes)
    {
        using var process = Process.GetCurrentProcess();
        var affinity = process.ProcessorAffinity;
        if (OperatingSystem.IsLinux()) process.ProcessorAffinity = 1;
        try
        {
            using var http = new HttpClient(new Answers(nodes)) { BaseAddress = new Uri("http://prometheus/") };
            var client = new PrometheusClient(http, TimeSpan.FromMinutes(5));
            long bytes = 0, samples = 0;
            client.OnQuery = report =>
            {
                Interlocked.Add(ref bytes, report.Bytes);
                Interlocked.Add(ref samples, report.Samples);
            };

            // First, while nothing that the rounds leave behind can be used again.
            var source = new PrometheusSource(client, TimeProvider.System);
            var query = new SnapshotQuery { Detail = SnapshotDetail.ThroughputOnly };
            var (ratio, megabytes) = await MemoryAsync(() => source.ReadAsync(query, CancellationToken.None));

            async Task<double> MegabytesPerSecondAsync(Func<Task> read)
            {
                double best = 0;
                for (var i = 0; i < Rounds; i++)
                {
                    bytes = samples = 0;
                    var start = Stopwatch.GetTimestamp();
                    await read();
                    best = Math.Max(best, bytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds);
                }

                return best;
            }

            var parse = await MegabytesPerSecondAsync(() => client.QueryAsync(Metrics.IperfBandwidth.Name, null, [Labels.SourceNode, Labels.DestinationNode], (_, _) => { }, CancellationToken.None));
            var text = string.Create(CultureInfo.InvariantCulture, $"{samples:#,0} series, {bytes / 1e6:0} MB");
            var build = await MegabytesPerSecondAsync(() => source.ReadAsync(query, CancellationToken.None));

            return new Figure(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Prometheus answer n={nodes} ({text}), one core: parsed {parse:0} MB/s, parsed and built {build:0} MB/s (bar {BarMegabytesPerSecond:0} MB/s), memory {ratio:0.00} times the mesh of {megabytes:0} MB (bar {BarMemoryRatio:0})"),
                Fails: build < BarMegabytesPerSecond / 3 || ratio > BarMemoryRatio);
        }
        finally
        {
            if (OperatingSystem.IsLinux()) process.ProcessorAffinity = affinity;
        }
    }

    /// <summary>The growth of resident memory at its peak, against the mesh's links; its nodes do not count beside them.</summary>
    private static async Task<(double Ratio, double Megabytes)> MemoryAsync(Func<Task<Mesh>> read)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Makes the kernel forget the peak so far.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        var before = Status("VmRSS:");
        var mesh = await read();
        var peak = Status("VmHWM:") - before;
        var kept = (long)mesh.Links.Length * Unsafe.SizeOf<LinkMeasurement>();
        return ((double)peak / kept, kept / 1e6);
    }

    private static long Status(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>Answers queries from memory: all pairs for the bandwidth, one in a hundred for the quality, nothing else but the nodes.</summary>
    private sealed partial class Answers : HttpMessageHandler
    {
        private static readonly byte[] Head = """{"status":"success","data":{"resultType":"vector","result":["""u8.ToArray();
        private static readonly byte[] Tail = "]}}"u8.ToArray();
        private readonly Dictionary<string, byte[]> _throughput = [];
        private readonly Dictionary<string, byte[]> _quality = [];
        private readonly byte[] _nodes;

        public Answers(int nodes)
        {
            string[] names = [.. Enumerable.Range(1, nodes).Select(i => $"worker-{i:00000}")];
            var random = new Random(1);
            foreach (var source in names)
            {
                string Row(Func<int, bool> isIn, Func<string> value) => string.Join(",", names.Where((name, i) => name != source && isIn(i))
                    .Select(name => $$$"""{"metric":{"destination_node":"{{{name}}}","source_node":"{{{source}}}"},"value":[1795254793.328,"{{{value()}}}"]}"""));
                _throughput[source] = Encoding.UTF8.GetBytes(Row(_ => true, () => (random.NextInt64(9_000_000_000, 10_000_000_000) / 1e6).ToString(CultureInfo.InvariantCulture)));
                _quality[source] = Encoding.UTF8.GetBytes(Row(i => i % 100 == 0, () => "1"));
            }

            _nodes = Encoding.UTF8.GetBytes(string.Join(",", names.Select(name => $$$"""{"metric":{"__name__":"{{{Metrics.NodeInfo.Name}}}","node":"{{{name}}}","zone":"z"},"value":[1,"1"]}""")));
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var query = WebUtility.UrlDecode(await request.Content!.ReadAsStringAsync(cancellationToken));
            var rows = query.Contains(Metrics.IperfBandwidth.Name, StringComparison.Ordinal) ? _throughput : query.Contains(Metrics.Quality.Name, StringComparison.Ordinal) ? _quality : [];
            var sources = Sources().Match(query) is { Success: true } match ? match.Groups[1].Value.Split('|') : [.. rows.Keys];
            var elements = query.Contains(Metrics.NodeInfo.Name, StringComparison.Ordinal) ? [_nodes] : rows.Count > 0 ? sources.Select(source => rows[source]) : [];
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Parts([Head, .. elements.SelectMany((row, i) => i == 0 ? [row] : new[] { ","u8.ToArray(), row }), Tail])) };
        }

        [GeneratedRegex("source_node=~\"([^\"]*)\"")]
        private static partial Regex Sources();
    }

    /// <summary>Pieces of memory, one after the other, as a stream.</summary>
    private sealed class Parts(IReadOnlyList<byte[]> parts) : Stream
    {
        private int _part;
        private int _offset;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (_part < parts.Count && _offset == parts[_part].Length) (_part, _offset) = (_part + 1, 0);
            if (_part == parts.Count) return 0;
            var piece = parts[_part].AsSpan(_offset, Math.Min(buffer.Length, parts[_part].Length - _offset));
            piece.CopyTo(buffer);
            _offset += piece.Length;
            return piece.Length;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
