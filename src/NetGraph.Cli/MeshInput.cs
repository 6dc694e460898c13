using System.CommandLine;
using System.Globalization;
using NetGraph.Api;
using NetGraph.Api.Snapshots;
using NetGraph.Graphs.Encoding;
using NetGraph.Hosting;
using NetGraph.Measurements;

namespace NetGraph.Cli;

/// <summary>Where a verb gets its mesh: a file, standard input, Prometheus or a collector. The options, and the reading.</summary>
internal sealed class MeshInput
{
    private const string StandardInput = "-";
    private static readonly TimeSpan CollectorTimeout = TimeSpan.FromSeconds(30);

    private readonly Argument<string?> _file = new("file")
    {
        Description = "GraphML, JSON or CSV as /graph.graphml, /graph.json and /graph.csv give it, or CSV made by hand with the columns source,destination,throughput_bps; - for standard input",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly PrometheusSettings _prometheus = new(preset: null);

    private readonly Option<string?> _collector = Options.Collector("Address of a collector, to read its newest measurements");

    private readonly Option<MeshFormat?> _format = Options.OptionalChoice<MeshFormat?>(
        "--input-format", "Format of the file", "by its name's ending, else by how it begins", ("graphml", MeshFormat.GraphML), ("json", MeshFormat.Json), ("csv", MeshFormat.Csv));

    public void AddTo(Verb command)
    {
        command.Add(_file);
        command.AddGroup("Input", _format, _collector);
        _prometheus.AddTo(command);
        command.AddCheck(result =>
        {
            string?[] named = [result.GetValue(_file) is { } file ? $"'{file}'" : null, _prometheus.IsGiven(result) ? "--prometheus" : null, result.GetValue(_collector) is null ? null : "--collector"];
            string[] given = [.. named.OfType<string>()];
            if (given.Length == 0) result.AddError("Nothing is named to read: name a file, - for standard input, --prometheus URL, or --collector URL.");
            if (given.Length > 1) result.AddError($"{string.Join(" and ", given)} are {(given.Length == 2 ? "both" : "all")} named to read: name one of them.");
        });
    }

    /// <summary>Reads what the command line names.</summary>
    /// <exception cref="StartupException">It cannot be read; the sentence says why.</exception>
    public Task<Mesh> ReadAsync(ParseResult parsed, CancellationToken stop) =>
        parsed.GetValue(_collector) is { } collector ? ReadSourceAsync(ApiHost.ReadFromCollector(collector, CollectorTimeout), null, stop)
        : _prometheus.Read(parsed) is { } settings ? ReadSourceAsync(ApiHost.ReadFromPrometheus(settings, _prometheus.Network(parsed)), null, stop)
        : ReadFileAsync(parsed, parsed.GetValue(_file)!, stop);

    /// <summary>Reads what to compare with: a file, or Prometheus a while earlier.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="with">Name of the file, or how much earlier, such as <c>24h</c>.</param>
    /// <param name="now">The time of the mesh to compare.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="StartupException">It cannot be read; the sentence says why.</exception>
    public Task<Mesh> ReadEarlierAsync(ParseResult parsed, string with, DateTimeOffset now, CancellationToken stop)
    {
        if (ReadOffset(with) is not { } offset || File.Exists(with)) return ReadFileAsync(parsed, with, stop);
        if (_prometheus.Read(parsed) is { } settings) return ReadSourceAsync(ApiHost.ReadFromPrometheus(settings, _prometheus.Network(parsed)), now - offset, stop);
        throw new StartupException($"'{with}' for --compare is a time span, which needs --prometheus: name an earlier file to compare a file with.");
    }

    private static async Task<Mesh> ReadSourceAsync(IMeasurementSource source, DateTimeOffset? at, CancellationToken stop)
    {
        try
        {
            return await Activity.RunAsync(at is null ? "Reading measurements" : "Reading what was measured before", () => source.ReadAsync(new SnapshotQuery { At = at }, stop)).ConfigureAwait(false);
        }
        catch (MeasurementSourceException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private async Task<Mesh> ReadFileAsync(ParseResult parsed, string file, CancellationToken stop)
    {
        if (Path.GetExtension(file).ToUpperInvariant() is ".DOT" or ".GV" or ".SVG") throw new StartupException($"The file '{file}' is a picture or its description, which is written but not read: give the mesh as GraphML, JSON or CSV.");
        var name = file == StandardInput ? "Standard input" : $"The file '{file}'";
        try
        {
            var (input, time) = file == StandardInput ? (await BufferAsync(stop).ConfigureAwait(false), DateTimeOffset.UtcNow) : Open(file);
            await using var _ = input.ConfigureAwait(false);
            return Activity.Run($"Reading {(file == StandardInput ? "standard input" : Path.GetFileName(file))}", () => MeshReader.Read(input, parsed.GetValue(_format) ?? MeshReader.FormatOf(file) ?? Guess(input), time));
        }
        catch (MeshFormatException exception)
        {
            throw new StartupException($"{name} cannot be read: {char.ToLowerInvariant(exception.Message[0])}{exception.Message[1..]}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{name} cannot be read: {exception.Message}", exception);
        }
    }

    private static (Stream Input, DateTimeOffset Time) Open(string file) =>
        (new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), File.GetLastWriteTimeUtc(file));

    private static async Task<Stream> BufferAsync(CancellationToken stop)
    {
        var buffer = new MemoryStream();
        var input = Console.OpenStandardInput();
        await using (input.ConfigureAwait(false)) await input.CopyToAsync(buffer, stop).ConfigureAwait(false);
        buffer.Position = 0;
        return buffer;
    }

    private static MeshFormat Guess(Stream input)
    {
        // A pipe that has a name cannot go back.
        if (!input.CanSeek) return MeshFormat.Csv;
        Span<byte> beginning = stackalloc byte[100];
        var length = input.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        input.Position = 0;
        return MeshReader.Guess(beginning[..length]);
    }

    private static TimeSpan? ReadOffset(string text)
    {
        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 604800, _ => 0 };
        return unit > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? TimeSpan.FromSeconds((double)count * unit) : null;
    }
}
