using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Connecting;

/// <summary>The probe <c>dns</c>: the time from a question by UDP to its answer, by a named server or, as the host's own programs ask, by those of <c>/etc/resolv.conf</c>, one after the other.</summary>
/// <param name="resolvConf">The file that names the host's resolvers.</param>
/// <param name="wait">How long a server may take before the next is asked. Default 2 s.</param>
internal sealed class DnsProbe(string resolvConf = "/etc/resolv.conf", TimeSpan? wait = null)
{
    private const int DefaultPort = 53;
    private const int MaxServers = 3;
    private const int MaxAnswer = 4096;
    private readonly TimeSpan _wait = wait ?? TimeSpan.FromSeconds(2);

    public async Task<ProbeOutcome> RunAsync(ProbeTarget target, CancellationToken end)
    {
        var servers = target.Address is { } address ? [IPAddress.Parse(address)] : ReadResolvers();
        if (servers.Count == 0) return ProbeOutcome.Fault(ProbeFailure.NameNotResolved, $"'{resolvConf}' names no resolver");
        var start = Stopwatch.GetTimestamp();
        ProbeFailure? failure = null;
        foreach (var server in servers)
        {
            failure = await AskAsync(new IPEndPoint(server, target.Port ?? DefaultPort), target.QueryName!, target.QueryType == "AAAA", end).ConfigureAwait(false);
            if (failure is null) return ProbeOutcome.Success(Stopwatch.GetElapsedTime(start));
            if (failure is ProbeFailure.NameNotResolved) break;
        }

        return ProbeOutcome.Fault(failure!.Value, $"no {target.QueryType} record of '{target.QueryName}' from {string.Join(", ", servers)}");
    }

    private async Task<ProbeFailure?> AskAsync(IPEndPoint server, string name, bool isV6, CancellationToken end)
    {
        var question = DnsMessage.Ask(BitConverter.ToUInt16(RandomNumberGenerator.GetBytes(2)), name, isV6);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        limit.CancelAfter(_wait);
        try
        {
            // Connected: the kernel passes on that server's datagrams only.
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, limit.Token).ConfigureAwait(false);
            await socket.SendAsync(question, limit.Token).ConfigureAwait(false);
            var answer = new byte[MaxAnswer];
            while (true)
            {
                var length = await socket.ReceiveAsync(answer, limit.Token).ConfigureAwait(false);
                if (DnsMessage.IsAnswerTo(answer.AsSpan(0, length), question)) return DnsMessage.FindFailure(answer.AsSpan(0, length), question.Length, isV6);
            }
        }
        catch (SocketException exception)
        {
            return exception.ToFailure();
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return ProbeFailure.Timeout;
        }
    }

    // Read anew each time: it changes with the network.
    private List<IPAddress> ReadResolvers()
    {
        try
        {
            return
            [
                .. File.ReadLines(resolvConf)
                    .Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                    .Where(words => words is ["nameserver", _, ..])
                    .Select(words => IPAddress.TryParse(words[1], out var server) ? server : null)
                    .OfType<IPAddress>()
                    .Take(MaxServers),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
