using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements;

namespace NetGraph.Agent.Irtt;

/// <summary>Runs irtt as a client: a hundred small datagrams in two seconds.</summary>
/// <param name="program">Name or path of irtt 0.9 or newer.</param>
/// <param name="bind">Local address, used when it is of the server's family.</param>
internal sealed class IrttClient(string program, IPAddress? bind)
{
    private const int MaxOutputBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private static readonly (string Text, ProbeFailure Failure)[] Errors =
    [
        ("connection refused", ProbeFailure.ConnectionRefused),
        ("no reply", ProbeFailure.Timeout),
        ("timeout", ProbeFailure.Timeout),
        ("unreachable", ProbeFailure.Unreachable),
        ("no route to host", ProbeFailure.Unreachable),
    ];

    /// <summary>Runs once. A run that fails is a result.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="end"/> fired. No child process is left.</exception>
    public async Task<IrttResult> RunAsync(IPEndPoint server, CancellationToken end)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        limit.CancelAfter(Limit);
        try
        {
            await using var child = ChildProcess.Start(program, Arguments(server));
            var errors = child.Error.ReadToEndAsync(limit.Token);
            using var output = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (await child.Output.BaseStream.ReadAsync(buffer, limit.Token).ConfigureAwait(false) is var length and > 0)
            {
                if (output.Length + length > MaxOutputBytes) return IrttResult.Failed(ProbeFailure.InvalidOutput, $"irtt printed more than {MaxOutputBytes} bytes");
                output.Write(buffer, 0, length);
            }

            await child.WaitAsync(limit.Token).ConfigureAwait(false);
            var said = (await errors.ConfigureAwait(false)).Trim();
            return output.Length == 0 && said.Length > 0 ? Failure(said) : IrttReport.Read(output.GetBuffer().AsSpan(0, (int)output.Length));
        }
        catch (ToolMissingException exception)
        {
            return IrttResult.Failed(ProbeFailure.ToolMissing, exception.Message);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return IrttResult.Failed(ProbeFailure.Timeout, $"irtt had not ended {Limit.TotalSeconds:0} s after its start and was killed");
        }
    }

    internal static IrttResult Failure(string said)
    {
        foreach (var (text, failure) in Errors)
        {
            if (said.Contains(text, StringComparison.OrdinalIgnoreCase)) return IrttResult.Failed(failure, said);
        }

        return IrttResult.Failed(ProbeFailure.ToolError, said);
    }

    private List<string> Arguments(IPEndPoint server)
    {
        List<string> arguments = ["client", "-i", "20ms", "-d", "2s", "--timeouts=1s,1s", "--wait=3x1s", "-o", "-", "-Q"];
        if (bind is not null && !bind.Equals(IPAddress.Any) && !bind.Equals(IPAddress.IPv6Any) && bind.AddressFamily == server.AddressFamily)
            arguments.Add($"--local={(bind.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{bind}]" : bind.ToString())}:0");
        arguments.Add(server.ToString());
        return arguments;
    }
}
