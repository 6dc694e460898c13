using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace NetGraph.Testing;

/// <summary>A real Graphite store, <c>carbon-cache</c> of Debian's package graphite-carbon, in a folder and on ports of its own.</summary>
public sealed class Carbon : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("carbon-").FullName;
    private readonly Process _process;

    private Carbon()
    {
        File.WriteAllText($"{_folder}/storage-schemas.conf", "[all]\npattern = .*\nretentions = 1s:1h\n");
        File.WriteAllText($"{_folder}/carbon.conf", $"""
            [cache]
            STORAGE_DIR = {_folder}
            LOCAL_DATA_DIR = {_folder}/whisper
            CONF_DIR = {_folder}
            LOG_DIR = {_folder}
            PID_DIR = {_folder}
            USER =
            MAX_CREATES_PER_MINUTE = inf
            ENABLE_TAGS = False
            CARBON_METRIC_INTERVAL = 0
            LINE_RECEIVER_INTERFACE = 127.0.0.1
            LINE_RECEIVER_PORT = {Port}
            PICKLE_RECEIVER_INTERFACE = 127.0.0.1
            PICKLE_RECEIVER_PORT = 0
            CACHE_QUERY_INTERFACE = 127.0.0.1
            CACHE_QUERY_PORT = 0

            """);
        // In a shell of its own that writes what it says to a file: nobody reads it here.
        _process = Command.Start("sh", ["-c", $"exec carbon-cache --nodaemon --config='{_folder}/carbon.conf' --pidfile='{_folder}/pid' start >'{_folder}/log' 2>&1"]);
    }

    /// <summary>Port of the plaintext protocol, on 127.0.0.1.</summary>
    public int Port { get; } = Repository.FreePort();

    /// <summary>Starts it and waits until it takes lines; skips the test where it is not installed.</summary>
    public static async Task<Carbon> StartAsync()
    {
        string[] missing = [.. new[] { "carbon-cache", "whisper-fetch" }.Where(program => !Command.Exists(program))];
        Assert.SkipUnless(missing.Length == 0, $"not installed: {string.Join(", ", missing)} (Debian: graphite-carbon)");
        var carbon = new Carbon();
        try
        {
            await Wait.UntilAsync(() => carbon.Log.Contains($"CarbonReceiverFactory starting on {carbon.Port}", StringComparison.Ordinal), "carbon listens");
            return carbon;
        }
        catch
        {
            carbon.Dispose();
            throw;
        }
    }

    /// <summary>Values that it stored under a path, by their times in Unix seconds; empty when there is none yet.</summary>
    public async Task<IReadOnlyDictionary<long, double>> FetchAsync(string path)
    {
        var file = $"{_folder}/whisper/{path.Replace('.', '/')}.wsp";
        if (!File.Exists(file)) return new Dictionary<long, double>();
        var from = DateTimeOffset.UtcNow.AddMinutes(-59).ToUnixTimeSeconds();
        var outcome = await Command.RunAsync("whisper-fetch", [$"--from={from}", file]);
        // Not with --drop=nulls, which numbers the times of what is left anew.
        return outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(parts => parts[1] != "None")
            .ToDictionary(parts => long.Parse(parts[0], CultureInfo.InvariantCulture), parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Log => File.Exists($"{_folder}/log") ? File.ReadAllText($"{_folder}/log") : "";
}
