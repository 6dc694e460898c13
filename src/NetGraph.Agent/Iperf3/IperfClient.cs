using System.Net;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Iperf3;

/// <summary>Runs iperf3 as a client and returns what it found.</summary>
/// <param name="program">Name or path of iperf3.</param>
/// <param name="bind">Local address of the tests, or <see langword="null"/> for any.</param>
internal sealed class IperfClient(string program, IPAddress? bind)
{
    /// <summary>Runs one test. A test that fails is a result, not an exception.</summary>
    /// <param name="order">What to measure.</param>
    /// <param name="overrun">How much longer than the test itself it may take: connecting, and draining queues on slow links.</param>
    /// <param name="cancellation">Ends the test; then there is no result.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired. No child process is left.</exception>
    public async Task<ThroughputResult> RunAsync(ThroughputOrder order, TimeSpan overrun, CancellationToken cancellation)
    {
        var limit = TimeSpan.FromSeconds(order.DurationSeconds) + overrun;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            await using var child = ChildProcess.Start(program, IperfCommand.Client(order, bind));
            using var output = new MemoryStream();
            var errors = child.Error.ReadToEndAsync(deadline.Token);
            await child.Output.BaseStream.CopyToAsync(output, deadline.Token).ConfigureAwait(false);
            await child.WaitAsync(deadline.Token).ConfigureAwait(false);
            var result = IperfReport.Read(output.GetBuffer().AsSpan(0, (int)output.Length), order);
            var said = (await errors.ConfigureAwait(false)).Trim();
            return result.Failure is ProbeFailure.InvalidOutput && said.Length > 0
                ? ThroughputResult.Failed(ProbeFailure.ToolError, said)
                : result;
        }
        catch (ToolMissingException exception)
        {
            return ThroughputResult.Failed(ProbeFailure.ToolMissing, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ThroughputResult.Failed(ProbeFailure.Timeout, $"iperf3 had not ended {limit.TotalSeconds:0.#} s after its start and was killed");
        }
    }
}
