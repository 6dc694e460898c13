using System.Net;
using NetGraph.Agent.Connecting;
using NetGraph.Agent.Probing;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Ping;

/// <summary>The probe <c>icmp</c>: a train of echoes by what works here.</summary>
/// <param name="method">What works here; not off.</param>
/// <param name="train">How many, how fast.</param>
/// <param name="fping">Name or path of fping.</param>
/// <param name="bind">Local address, used when it is of the destination's family.</param>
internal sealed class IcmpProbe(IcmpMethod method, IcmpTrain train, string fping, IPAddress? bind)
{
    private readonly Fping _fping = new(fping, bind);

    public async Task<ProbeOutcome> RunAsync(ProbeTarget target, CancellationToken end)
    {
        var (address, fault) = await HostAddress.FindAsync(target.Address!, end).ConfigureAwait(false);
        if (address is null) return fault!;
        if (method.Mode == IcmpMode.Fping) return await _fping.RunAsync(train, address, end).ConfigureAwait(false);
        return await ProbeThread.RunAsync("icmp", () => train.Run(method.Mode == IcmpMode.Raw, address, bind, end)).ConfigureAwait(false);
    }
}
