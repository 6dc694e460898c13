using NetGraph.Hosting;

namespace NetGraph.Agent.Iperf3;

/// <summary>The iperf3 that is installed.</summary>
internal static class IperfTool
{
    // The first with --idle-timeout (esnet/iperf pull request 1101).
    private const int LeastMinorVersion = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Asks iperf3 for its version.</summary>
    /// <returns>Such as <c>3.12</c>.</returns>
    /// <exception cref="StartupException">There is no such program, it is not iperf3, is too old, or says nothing.</exception>
    public static async Task<string> FindVersionAsync(string program, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            await using var child = ChildProcess.Start(program, ["--version"]);
            var line = await child.Output.ReadLineAsync(limit.Token).ConfigureAwait(false);
            if (line?.Split(' ') is ["iperf", var version, ..] && version.TrimEnd('+').Split('.') is ["3", var part, ..] && int.TryParse(part, out var minor))
            {
                return minor >= LeastMinorVersion
                    ? version
                    : throw new StartupException($"'{program}' is iperf3 {version}, which is too old: install 3.{LeastMinorVersion} or newer, or name it with --iperf3.");
            }

            throw new StartupException($"'{program}' is not iperf3 (it says '{line}'): install iperf3 3.{LeastMinorVersion} or newer, or name it with --iperf3.");
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new StartupException($"'{program} --version' printed nothing within {Limit.TotalSeconds:0} s: name iperf3 3.{LeastMinorVersion} or newer with --iperf3.", exception);
        }
        catch (ToolMissingException exception)
        {
            throw new StartupException($"iperf3 was not found as '{program}': install it (Debian and Ubuntu: 'apt-get install iperf3'), or name it with --iperf3.", exception);
        }
    }
}
