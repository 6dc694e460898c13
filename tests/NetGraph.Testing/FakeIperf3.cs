namespace NetGraph.Testing;

/// <summary>An executable that stands for iperf3: prints what it is told to, listens, sleeps or fails.</summary>
public sealed class FakeIperf3 : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-iperf3-").FullName;

    /// <param name="client">Shell lines that run for a client; its command line is in <c>$all</c>.</param>
    /// <param name="server">Shell lines that run for a server; by default it says that it listens and waits to be ended.</param>
    /// <param name="version">First line that it prints for <c>--version</c>.</param>
    public FakeIperf3(string client = "exit 1", string server = "echo \"Server listening on $port (test #1)\"; exec sleep 60", string version = "iperf 3.12 (cJSON 1.7.15)")
    {
        Path = System.IO.Path.Combine(_folder, "iperf3");
        File.WriteAllText(Path, $"""
            #!/bin/sh
            # Every call is noted, so that a test can see what was asked for.
            echo "$@" >> '{_folder}/calls'
            echo $$ >> '{_folder}/pids'
            if [ "$1" = --version ]; then echo '{version}'; exit 0; fi
            mode=$1; all=$*; port=
            while [ $# -gt 0 ]; do [ "$1" = -p ] && port=$2; shift; done
            if [ "$mode" = -s ]; then
            {server}
            else
            {client}
            fi
            """);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Path of the executable.</summary>
    public string Path { get; }

    /// <summary>Command lines it was called with so far.</summary>
    public IReadOnlyList<string> Calls => Read("calls");

    /// <summary>Process ids of its calls that still run.</summary>
    public IReadOnlyList<int> Running => [.. Read("pids").Select(int.Parse).Where(pid => Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z "))];

    /// <summary>Shell lines that print a file as the client's output.</summary>
    public static string Prints(string file) => $"cat '{file}'";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Read(string name) => File.Exists($"{_folder}/{name}") ? File.ReadAllLines($"{_folder}/{name}") : [];
}
