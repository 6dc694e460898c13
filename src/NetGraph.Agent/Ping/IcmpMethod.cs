using System.Net;
using System.Net.Sockets;
using NetGraph.Measurements;

namespace NetGraph.Agent.Ping;

/// <summary>What to send ICMP echoes with.</summary>
public enum IcmpMode
{
    /// <summary>The first of the following that works here.</summary>
    Auto,

    /// <summary>A datagram socket: needs the sysctl <c>net.ipv4.ping_group_range</c> to admit the process' group.</summary>
    Datagram,

    /// <summary>A raw socket: needs CAP_NET_RAW.</summary>
    Raw,

    /// <summary>The program fping.</summary>
    Fping,

    /// <summary>Nothing: ICMP and path MTU are not measured.</summary>
    Off,
}

/// <summary>What ICMP echoes are sent with here, and why not with what comes before it.</summary>
/// <param name="Mode">Never <see cref="IcmpMode.Auto"/>; <see cref="IcmpMode.Off"/> when nothing works.</param>
/// <param name="Reasons">Why those that were tried before do not work, as clauses.</param>
internal sealed record IcmpMethod(IcmpMode Mode, IReadOnlyList<string> Reasons)
{
    private static readonly TimeSpan FpingLimit = TimeSpan.FromSeconds(3);
    private static readonly IcmpTrain Check = new(1, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200));

    /// <summary>Whether sockets of our own are used, which is what the search for the path MTU needs.</summary>
    public bool HasSocket => Mode is IcmpMode.Datagram or IcmpMode.Raw;

    public string Name => Mode switch
    {
        IcmpMode.Datagram => "a datagram socket",
        IcmpMode.Raw => "a raw socket",
        IcmpMode.Fping => "fping",
        _ => "nothing",
    };

    /// <summary>Tries what works here.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="fping">Name or path of fping.</param>
    /// <param name="local">Any address of the family that matters.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IcmpMethod> ChooseAsync(IcmpMode wanted, string fping, IPAddress local, CancellationToken cancellation)
    {
        var reasons = new List<string>();
        foreach (var mode in wanted == IcmpMode.Auto ? [IcmpMode.Datagram, IcmpMode.Raw, IcmpMode.Fping] : (IcmpMode[])[wanted])
        {
            if (mode == IcmpMode.Off) break;
            var fault = mode == IcmpMode.Fping ? await FindFpingFaultAsync(fping, local, cancellation).ConfigureAwait(false) : FindSocketFault(mode == IcmpMode.Raw, local);
            if (fault is null) return new IcmpMethod(mode, reasons);
            reasons.Add(fault);
        }

        return new IcmpMethod(IcmpMode.Off, reasons);
    }

    private static string? FindSocketFault(bool isRaw, IPAddress local)
    {
        try
        {
            var isV6 = local.AddressFamily == AddressFamily.InterNetworkV6;
            using (new Socket(local.AddressFamily, isRaw ? SocketType.Raw : SocketType.Dgram, isV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp))
            {
                // The code is compiled when it first runs: without this the first peer's time would show that.
                _ = Check.Run(isRaw, Loopback(local), null, CancellationToken.None);
                return null;
            }
        }
        catch (SocketException exception)
        {
            return isRaw
                ? $"a raw socket is not to be had ({exception.Message}: it needs CAP_NET_RAW)"
                : $"a datagram socket is not to be had ({exception.Message}: the sysctl net.ipv4.ping_group_range must admit this group)";
        }
    }

    // Without CAP_NET_RAW fping 5.1 sends, but hears nothing (schweikert/fping issue 248): it must prove that it hears.
    private static async Task<string?> FindFpingFaultAsync(string fping, IPAddress local, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(FpingLimit);
        try
        {
            var outcome = await new Fping(fping, null).RunAsync(Check, Loopback(local), limit.Token).ConfigureAwait(false);
            return outcome.Failure is null ? null : outcome.Failure == ProbeFailure.ToolMissing ? outcome.Text : $"fping hears nothing from {Loopback(local)} ({outcome.Text})";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"fping had not ended {FpingLimit.TotalSeconds:0} s after its start";
        }
    }

    private static IPAddress Loopback(IPAddress local) => local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
}
