using NetGraph.Agent.Iperf3;
using NetGraph.Agent.Netperf;
using NetGraph.Agent.Throttling;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Orders;

/// <summary>Runs what was ordered with the program that was asked for, and watches whether this host was fit for it.</summary>
internal sealed class OrderedTest(AgentOptions options, ThrottleMeter throttling)
{
    private readonly IperfClient _iperf3 = new(options.Iperf3, options.BindAddress);
    private readonly NetperfClient _netperf = new(options.Netperf, options.BindAddress);

    /// <summary>Runs one test. A test that fails is a result, not an exception.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired. No child process is left.</exception>
    public async Task<ThroughputResult> RunAsync(ThroughputOrder order, CancellationToken cancellation)
    {
        var watch = throttling.Start();
        var result = order.Tool == TestTool.Iperf3
            ? await _iperf3.RunAsync(order, options.Overrun, cancellation).ConfigureAwait(false)
            : await _netperf.RunAsync(order, options.Overrun, cancellation).ConfigureAwait(false);
        return watch.End().IsThrottled ? Distrust(result) : result;
    }

    private static ThroughputResult Distrust(ThroughputResult result) =>
        result.Failure is not null ? result : result with { Quality = MeasurementQuality.HostLimited, Opposite = result.Opposite is { } opposite ? Distrust(opposite) : null };
}
