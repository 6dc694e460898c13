using System.Globalization;
using System.Text;

namespace NetGraph.Agent.Iperf3;

/// <summary>Children of agents that were killed: an agent that gets SIGKILL ends nobody, so whichever agent starts next on the machine does.</summary>
/// <remarks>
/// Until then they end by themselves: a client after its <c>-t</c>, a server after its one client or its <c>--idle-timeout</c>. The kernel's own way, PR_SET_PDEATHSIG,
/// is bound to the thread that started the child, and threads of .NET's pool come and go: children would be killed in mid-test. Instead every child carries its
/// agent's start time in its environment; a process with such a mark none of whose ancestors began at that time has lost its agent. Start times are the same in
/// all process namespaces, unlike process ids, and are not given twice as ids are. In a container the kernel has ended the children with their agent already.
/// </remarks>
internal static class Orphans
{
    /// <summary>Name of the variable with the start time of a child's agent, in clock ticks since the machine's.</summary>
    public const string Mark = "NETGRAPH_AGENT_STARTED";

    private const int MaxAncestors = 64;
    private static readonly byte[] MarkBytes = Encoding.ASCII.GetBytes(Mark + "=");

    /// <summary>The value of <see cref="Mark"/> for children of this process.</summary>
    public static string OwnMark { get; } = (ReadParentAndStart(Environment.ProcessId)?.Started ?? 0).ToString(CultureInfo.InvariantCulture);

    /// <summary>Ends all orphans that this user may end.</summary>
    /// <returns>How many there were.</returns>
    public static int Kill()
    {
        var killed = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (ReadMark(id) is { } mark && !HasAncestor(id, mark) && ChildProcess.Kill(id)) killed++;
        }

        return killed;
    }

    private static long? ReadMark(int id)
    {
        // Of other users' processes, and those that just ended, nothing can be read.
        if (TryRead($"/proc/{id}/environ") is not { } environment) return null;
        for (var rest = environment.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)0);
            var variable = end < 0 ? rest : rest[..end];
            if (variable.StartsWith(MarkBytes)) return long.TryParse(variable[MarkBytes.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : null;
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return null;
    }

    private static bool HasAncestor(int id, long started)
    {
        var next = ReadParentAndStart(id)?.Parent ?? 0;
        for (var i = 0; i < MaxAncestors && next > 0; i++)
        {
            if (ReadParentAndStart(next) is not { } process) return false;
            if (process.Started == started) return true;
            next = process.Parent;
        }

        return false;
    }

    /// <summary>Fields 4 and 22 of <c>/proc/ID/stat</c> (proc(5)); the second field, the name, may hold spaces and brackets.</summary>
    private static (int Parent, long Started)? ReadParentAndStart(int id)
    {
        if (TryRead($"/proc/{id}/stat") is not { } stat) return null;
        var text = Encoding.ASCII.GetString(stat);
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            ? (parent, started)
            : null;
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
