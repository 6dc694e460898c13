using System.Net;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Netperf;

/// <summary>Runs netperf 2.7 or newer and returns what it found.</summary>
/// <param name="program">Name or path of netperf.</param>
/// <param name="bind">Local address of the tests, or <see langword="null"/> for any.</param>
internal sealed class NetperfClient(string program, IPAddress? bind)
{
    /// <summary>Runs one test. A test that fails is a result, not an exception.</summary>
    /// <param name="order">What to measure.</param>
    /// <param name="overrun">How much longer than the test itself it may take.</param>
    /// <param name="cancellation">Ends the test; then there is no result.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired. No child process is left.</exception>
    public Task<ThroughputResult> RunAsync(ThroughputOrder order, TimeSpan overrun, CancellationToken cancellation) => ToolRun.RunAsync(
        program, NetperfCommand.Client(order, bind), TimeSpan.FromSeconds(order.DurationSeconds) + overrun, (output, error) => NetperfReport.Read(output, error, order), cancellation);
}
