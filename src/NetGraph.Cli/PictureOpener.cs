using System.ComponentModel;
using System.Diagnostics;
using NetGraph.Hosting;

namespace NetGraph.Cli;

/// <summary>Shows a file with the program that the desktop has for it.</summary>
internal static class PictureOpener
{
    private const string Variable = "BROWSER";
    private static readonly TimeSpan LongestFailure = TimeSpan.FromSeconds(3);

    /// <summary>Starts the program, and waits for it 3 s at most, to see whether it fails.</summary>
    /// <param name="file">The file.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="StartupException">There is none here, or it would not start; the file stays.</exception>
    public static void Open(string file, Func<string, string?> variable)
    {
        var path = Path.GetFullPath(file);
        // BROWSER is a list of commands parted by colons; %s stands for what to open.
        foreach (var command in (variable(Variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            IEnumerable<string> arguments = words.Skip(1);
            if (TryStart(words[0], arguments.Contains("%s") ? arguments.Select(word => word == "%s" ? path : word) : arguments.Append(path))) return;
        }

        var opener = OperatingSystem.IsMacOS() ? "open" : OperatingSystem.IsWindows() ? "explorer" : "xdg-open";
        var hasDisplay = !OperatingSystem.IsLinux() || variable("DISPLAY") is { Length: > 0 } || variable("WAYLAND_DISPLAY") is { Length: > 0 };
        if (hasDisplay && TryStart(opener, [path])) return;
        throw new StartupException(hasDisplay
            ? $"The picture is in '{path}', but nothing here can show it: install xdg-utils for {opener}, or name a program in the variable {Variable}."
            : $"The picture is in '{path}', but there is no display here to show it on: copy it to a desktop, or name a program in the variable {Variable}.");
    }

    private static bool TryStart(string program, IEnumerable<string> arguments)
    {
        if (Find(program) is not { } found) return false;
        // What it prints is of no interest to who looks at the picture, and a pipe that nobody reads would end it.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(found, arguments) : new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", found, .. arguments]);
        try
        {
            using var process = Process.Start(start);
            // A browser may run for hours; xdg-open says soon that there is none.
            return process is not null && (!process.WaitForExit(LongestFailure) || process.ExitCode == 0);
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar)) return File.Exists(program) ? program : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)).FirstOrDefault(File.Exists);
    }
}
