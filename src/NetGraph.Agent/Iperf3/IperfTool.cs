using NetGraph.Hosting;

namespace NetGraph.Agent.Iperf3;

/// <summary>The iperf3 that is installed.</summary>
internal static class IperfTool
{
    /// <summary>Asks iperf3 for its version.</summary>
    /// <returns>Such as <c>3.12</c>.</returns>
    /// <exception cref="StartupException">There is no such program, or it is not iperf3.</exception>
    public static async Task<string> FindVersionAsync(string program, CancellationToken cancellation)
    {
        try
        {
            await using var child = ChildProcess.Start(program, ["--version"]);
            var line = await child.Output.ReadLineAsync(cancellation).ConfigureAwait(false);
            if (line?.Split(' ') is ["iperf", var version, ..] && version.StartsWith("3.", StringComparison.Ordinal)) return version;
            throw new StartupException($"'{program}' is not iperf3 (it says '{line}'): install iperf3 3.9 or newer, or name it with --iperf3.");
        }
        catch (ToolMissingException exception)
        {
            throw new StartupException($"iperf3 was not found as '{program}': install it (Debian and Ubuntu: 'apt-get install iperf3'), or name it with --iperf3.", exception);
        }
    }
}
