using System.ComponentModel;
using System.Diagnostics;

namespace NetGraph.Lab.Building;

/// <summary>Runs a tool of the system to its end.</summary>
internal static class Tool
{
    /// <summary>Generous: on a busy machine making one namespace can take seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] SystemFolders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(SystemFolders)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Gives the lines to the tool's batch mode.</summary>
    public static void Batch(string name, IEnumerable<string> options, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        var (exitCode, _, error) = Start(name, [.. options, "-batch", "-"], string.Join('\n', lines) + "\n");
        if (exitCode != 0)
            throw new LabException($"{name} failed: {FirstLine(error)}{FailedCommand(error, lines)}");
    }

    /// <summary>Gives the lines to the tool's batch mode and goes on past those that fail.</summary>
    public static void BatchRegardless(string name, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
            _ = Start(name, ["-force", "-batch", "-"], string.Join('\n', lines) + "\n");
    }

    public static string Output(string name, IReadOnlyList<string> arguments, string input = "")
    {
        var (exitCode, output, error) = Start(name, arguments, input);
        return exitCode == 0 ? output : throw new LabException($"{name} failed: {FirstLine(error)}");
    }

    private static (int ExitCode, string Output, string Error) Start(string name, IReadOnlyList<string> arguments, string input)
    {
        var information = new ProcessStartInfo(Find(name) ?? name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(information)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            Feed(process, input);
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new LabException($"{name} did not end within {Patience.TotalMinutes} minutes and was stopped");
            }

            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Win32Exception error)
        {
            throw new LabException($"cannot run {name}: {error.Message}");
        }
    }

    private static void Feed(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything; its own error says more than the broken pipe.
        }
    }

    private static string FirstLine(string error) =>
        error.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "it gave no reason";

    /// <summary>Batch modes end with "Command failed -:LINE".</summary>
    private static string FailedCommand(string error, IReadOnlyList<string> lines)
    {
        var at = error.LastIndexOf("-:", StringComparison.Ordinal);
        if (at < 0)
            return "";
        var digits = new string([.. error[(at + 2)..].TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, out var number) && number >= 1 && number <= lines.Count ? $" (at: {lines[number - 1]})" : "";
    }
}
