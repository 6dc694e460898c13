using System.Globalization;
using System.Text;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

/// <summary>Files of measured meshes, and runs of the executable on them.</summary>
public sealed class MeshFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netgraph-mesh-").FullName;

    /// <summary>The lab's two racks of four hosts: 191 Mbit/s inside a rack, 57.4 Mbit/s between, with noise of one per cent.</summary>
    /// <param name="sick">A host that sends 9.57 Mbit/s to everyone, or <see langword="null"/>.</param>
    public static string Racks(string? sick = "h7")
    {
        var random = new Random(8);
        var csv = new StringBuilder("source,destination,throughput_bps,rtt_seconds,source_group,destination_group\n");
        for (var a = 1; a <= 8; a++)
        {
            for (var b = 1; b <= 8; b++)
            {
                if (a == b) continue;
                var (rackA, rackB) = (a < 5 ? "rack-a" : "rack-b", b < 5 ? "rack-a" : "rack-b");
                var megabits = ($"h{a}" == sick ? 9.57 : rackA == rackB ? 191 : 57.4) * (0.99 + (random.NextDouble() * 0.02));
                csv.Append(CultureInfo.InvariantCulture, $"h{a},h{b},{megabits * 1e6:0},{(rackA == rackB ? 0.0003 : 0.0009)},{rackA},{rackB}\n");
            }
        }

        return csv.ToString();
    }

    public string Path(string name) => System.IO.Path.Combine(_folder, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(Path(name), content);
        return Path(name);
    }

    public Task<Command.Outcome> NetGraphAsync(params string[] arguments) => Command.RunAsync(Repository.NetGraph, arguments);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
