using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;

namespace NetGraph.Agent.Ping;

/// <summary>A train of ICMP echoes: one could show no loss.</summary>
/// <param name="Echoes">Echoes in a train, 1 to 100. Default 5.</param>
/// <param name="Spacing">Time from one to the next. Default 20 ms.</param>
/// <param name="Timeout">How long an answer may take before it counts as lost. Default 1 s.</param>
internal sealed record IcmpTrain(int Echoes, TimeSpan Spacing, TimeSpan Timeout)
{
    private const int Length = 64;
    private static readonly TimeSpan StopLatency = TimeSpan.FromMilliseconds(200);

    public static IcmpTrain Default { get; } = new(5, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1));

    /// <summary>Longest that a train takes.</summary>
    public TimeSpan Duration => (Spacing * (Echoes - 1)) + Timeout;

    /// <summary>Sends a train and waits for its answers. Blocks.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="end"/> fired.</exception>
    public ProbeOutcome Run(bool isRaw, IPAddress destination, IPAddress? bind, CancellationToken end)
    {
        try
        {
            using var socket = new IcmpSocket(isRaw, destination, bind);
            return Run(socket, end);
        }
        catch (SocketException exception)
        {
            return new ProbeOutcome([], Echoes, exception.ToFailure(), exception.Message);
        }
    }

    private ProbeOutcome Run(IcmpSocket socket, CancellationToken end)
    {
        var sentAt = new long?[Echoes];
        var times = new TimeSpan?[Echoes];
        var (failure, text) = (ProbeFailure.Timeout, $"no answer within {Timeout.TotalSeconds:0.###} s");
        var start = Stopwatch.GetTimestamp();
        for (int sent = 0, heard = 0; heard < Echoes;)
        {
            end.ThrowIfCancellationRequested();
            var now = Stopwatch.GetElapsedTime(start);
            if (now >= Duration) break;
            var wait = Duration - now;
            if (sent < Echoes)
            {
                wait = (Spacing * sent) - now;
                if (wait <= TimeSpan.Zero)
                {
                    try
                    {
                        sentAt[sent] = socket.Send((ushort)sent, Length);
                    }
                    catch (SocketException exception)
                    {
                        (failure, text) = (exception.ToFailure(), exception.Message);
                    }

                    sent++;
                    continue;
                }
            }

            try
            {
                if (socket.Receive(wait < StopLatency ? wait : StopLatency) is not { } answer || answer.Sequence >= sent) continue;
                if (times[answer.Sequence] is not null || sentAt[answer.Sequence] is not { } left) continue;
                times[answer.Sequence] = Stopwatch.GetElapsedTime(left, answer.At);
                heard++;
            }
            catch (SocketException exception)
            {
                (failure, text) = (exception.ToFailure(), exception.Message);
            }
        }

        var answered = times.OfType<TimeSpan>().Where(time => time < Timeout).ToList();
        return answered.Count == Echoes ? new ProbeOutcome([.. answered], 0, null, null) : new ProbeOutcome([.. answered], Echoes - answered.Count, failure, text);
    }
}
