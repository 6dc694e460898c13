using System.Diagnostics;
using System.Globalization;
using NetGraph.Lab.Building;
using NetGraph.Lab.States;

namespace NetGraph.Lab.Tests.Running;

/// <summary>A lab with a name and a state directory of its own, driven through the executable; taken down when disposed.</summary>
internal sealed class TestLab : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netlab-test-").FullName;
    private readonly List<Process> _processes = [];

    public TestLab(string topologyWithoutName)
    {
        File.WriteAllText(TopologyPath, topologyWithoutName.Replace("NAME", Name, StringComparison.Ordinal));
    }

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"t{Random.Shared.Next(0x100000):x5}");

    public string TopologyPath => Path.Combine(_folder, "topology.json");

    public LabState State => LabState.Read(StatePath("lab.json"));

    public bool HasState => Directory.Exists(StatePath(""));

    public string StatePath(string file) => Path.Combine(_folder, "state", Name, file);

    public static void DemandRoot(params string[] tools)
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("needs root, since it makes network namespaces");
        foreach (var tool in tools.Append("ip").Append("tc").Where(tool => Tool.Find(tool) is null))
            Assert.Skip($"needs the program {tool}");
    }

    public CommandRun Netlab(params string[] arguments) => CommandRun.Of(Information(arguments));

    public Process StartNetlab(params string[] arguments) => Started(Information(arguments));

    public CommandRun NetlabWithPath(string path, params string[] arguments)
    {
        var information = Information(arguments);
        information.Environment["PATH"] = path;
        return CommandRun.Of(information);
    }

    public void Up()
    {
        var run = Netlab("up", TopologyPath);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    public CommandRun Inside(string node, params string[] command) => CommandRun.Of("ip", ["netns", "exec", $"{Name}-{node}", .. command]);

    public Process StartInside(string node, params string[] command) =>
        Started(CommandRun.Information("ip", ["netns", "exec", $"{Name}-{node}", .. command]));

    /// <summary>Namespaces, interfaces, processes and state of this lab that still exist.</summary>
    public IReadOnlyList<string> Traces()
    {
        var spaces = Directory.Exists("/run/netns") ? Directory.EnumerateFiles("/run/netns", $"{Name}-*") : [];
        var interfaces = Directory.EnumerateFileSystemEntries("/sys/class/net", $"{Name}-*");
        var relays = Process.GetProcessesByName("netlab").Where(IsRelay).Select(process => $"relay {process.Id}");
        return [.. spaces, .. interfaces, .. relays, .. HasState ? [StatePath("")] : Array.Empty<string>()];
    }

    public void Dispose()
    {
        if (HasState)
            _ = Netlab("down", Name);
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Process Started(ProcessStartInfo information)
    {
        var process = Process.Start(information)!;
        _processes.Add(process);
        return process;
    }

    private ProcessStartInfo Information(string[] arguments)
    {
        var information = CommandRun.Information(Path.Combine(AppContext.BaseDirectory, "netlab"), arguments);
        information.Environment["NETLAB_STATE"] = Path.Combine(_folder, "state");
        return information;
    }

    private bool IsRelay(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Split('\0') is [_, "relay", var lab, ..] && lab == Name;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
