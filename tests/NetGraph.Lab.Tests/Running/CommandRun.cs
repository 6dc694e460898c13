using System.Diagnostics;

namespace NetGraph.Lab.Tests.Running;

/// <summary>A program that was run to its end.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static CommandRun Of(string program, params string[] arguments) => Of(Information(program, arguments));

    public static CommandRun Of(ProcessStartInfo information)
    {
        using var process = Process.Start(information)!;
        return End(process);
    }

    public static CommandRun End(Process process)
    {
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end within {Patience}.");
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    public static ProcessStartInfo Information(string program, params string[] arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
