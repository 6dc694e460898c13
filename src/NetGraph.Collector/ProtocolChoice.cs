namespace NetGraph.Collector;

/// <summary>Which protocols a collector tests.</summary>
public enum ProtocolChoice
{
    /// <summary>TCP in every cycle.</summary>
    Tcp,

    /// <summary>UDP in every cycle.</summary>
    Udp,

    /// <summary>TCP in the first cycle, UDP in the second, and so on in turn: each is measured every other cycle.</summary>
    Both,
}
