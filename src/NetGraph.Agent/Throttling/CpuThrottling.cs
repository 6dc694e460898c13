using System.Globalization;

namespace NetGraph.Agent.Throttling;

/// <summary>Reads for how long the kernel held back this process and its children, since their control group had used up its processor quota.</summary>
/// <remarks>
/// <c>cpu.stat</c> of the process's own group: <c>throttled_usec</c> in version 2 of control groups, <c>throttled_time</c> in nanoseconds in version 1. In a container
/// the group's folder is usually the root of what is mounted, whatever path <c>/proc/self/cgroup</c> names.
/// </remarks>
/// <param name="root">Folder under which <c>proc</c> and <c>sys</c> are.</param>
internal sealed class CpuThrottling(string root = "/")
{
    private readonly string? _file = FindFile(root);

    /// <summary>Time for which the group was held back since it exists, summed over processors; <see langword="null"/> when the kernel does not tell.</summary>
    public TimeSpan? Read()
    {
        if (_file is null) return null;
        try
        {
            foreach (var line in File.ReadLines(_file))
            {
                if (line.Split(' ') is not [var name, var text] || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) continue;
                if (name == "throttled_usec") return TimeSpan.FromMicroseconds(value);
                if (name == "throttled_time") return TimeSpan.FromMicroseconds(value / 1000);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The group may be gone; then nothing is known.
        }

        return null;
    }

    private static string? FindFile(string root)
    {
        try
        {
            var groups = File.ReadAllLines(Path.Combine(root, "proc/self/cgroup")).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
            // Where both versions are mounted, the controller is in one of them only.
            var first = groups.Find(parts => parts[1].Split(',').Contains("cpu"));
            var (mounts, path) = first is null
                ? (new[] { "sys/fs/cgroup" }, groups.Find(parts => parts[0] == "0" && parts[1].Length == 0)?[2])
                : ([$"sys/fs/cgroup/{first[1]}", "sys/fs/cgroup/cpu"], first[2]);
            if (path is null) return null;
            return mounts.SelectMany(mount => new[] { Path.Combine(root, mount, path.TrimStart('/'), "cpu.stat"), Path.Combine(root, mount, "cpu.stat") }).FirstOrDefault(File.Exists);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
