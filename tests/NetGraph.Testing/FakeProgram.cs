using System.Globalization;

namespace NetGraph.Testing;

/// <summary>An executable that stands for a program which the agent runs: a few shell lines.</summary>
public sealed class FakeProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-program-").FullName;

    /// <param name="lines">Shell lines; the arguments are in <c>$@</c>, the folder of the program in <c>$folder</c>.</param>
    public FakeProgram(string lines)
    {
        Path = System.IO.Path.Combine(_folder, "program");
        File.WriteAllText(Path, $"""
            #!/bin/sh
            folder='{_folder}'
            echo "$@" >> "$folder/calls"
            echo $$ >> "$folder/pids"
            {lines}
            """);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Path of the executable.</summary>
    public string Path { get; }

    /// <summary>Command lines it was called with so far.</summary>
    public IReadOnlyList<string> Calls => Read("calls");

    /// <summary>Process ids of its calls that still run.</summary>
    public IReadOnlyList<int> Running => [.. Read("pids").Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Where(pid => Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Writes a file beside the program, which its lines may read.</summary>
    public void Write(string name, string text) => File.WriteAllText(System.IO.Path.Combine(_folder, name), text);

    private string[] Read(string name) => File.Exists($"{_folder}/{name}") ? File.ReadAllLines($"{_folder}/{name}") : [];
}
