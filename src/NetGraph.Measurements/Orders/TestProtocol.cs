namespace NetGraph.Measurements.Orders;

/// <summary>What a test sends.</summary>
public enum TestProtocol
{
    /// <summary>TCP, as fast as it goes.</summary>
    Tcp,

    /// <summary>UDP at a fixed rate: what arrives, how much is lost, how regularly it comes.</summary>
    Udp,
}

/// <summary>Names of <see cref="TestProtocol"/> as metrics spell them.</summary>
public static class TestProtocolNames
{
    /// <summary>The value of the label <c>protocol</c>: <c>tcp</c> or <c>udp</c>.</summary>
    /// <param name="protocol">A defined protocol.</param>
    public static string ToLabel(this TestProtocol protocol) => protocol == TestProtocol.Udp ? "udp" : "tcp";
}
