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
    public Task<ThroughputResult> RunAsync(ThroughputOrder order, TimeSpan overrun, CancellationToken cancellation)
    {
        var limit = TimeSpan.FromSeconds(order.OmitSeconds + order.DurationSeconds) + overrun;
        return ToolRun.RunAsync(program, IperfCommand.Client(order, bind), limit, (output, error) =>
        {
            var result = IperfReport.Read(output, order);
            return result.Failure is ProbeFailure.InvalidOutput && error.Length > 0 ? ThroughputResult.Failed(ProbeFailure.ToolError, error) : result;
        }, cancellation);
    }
}
