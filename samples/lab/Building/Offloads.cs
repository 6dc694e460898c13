using System.Text;

namespace NetGraph.Lab.Building;

/// <summary>
/// Switches off the joining of segments, so that queues hold real frames and loss and rates are those of a wire.
/// The same as ethtool -K NAME tso off gso off gro off, but for the variant with accurate ECN, which ethtool goes on listing
/// as on and which TCP uses only together with the plain one. The calling thread must be in the interface's namespace.
/// </summary>
internal static unsafe class Offloads
{
    private const nuint EthtoolRequest = 0x8946;

    private static readonly (string Name, uint Get, uint Set)[] Features =
        [("tso", 0x1e, 0x1f), ("gso", 0x23, 0x24), ("gro", 0x2b, 0x2c)];

    public static void SwitchOff(IEnumerable<string> interfaces)
    {
        const int internet = 2, datagram = 2;
        var socket = Kernel.Socket(internet, datagram | Kernel.CloseOnExec, 0);
        if (socket < 0)
            throw new LabException($"cannot open a socket: {Kernel.LastError}");
        try
        {
            foreach (var name in interfaces)
            {
                foreach (var feature in Features)
                {
                    // Setting what a device does not have fails, so what counts is what it says afterwards.
                    _ = Ask(socket, name, feature.Set, out _);
                    if (!Ask(socket, name, feature.Get, out var isOn) || isOn)
                        throw new LabException($"cannot switch off {feature.Name} of {name}: {Kernel.LastError}");
                }
            }
        }
        finally
        {
            _ = Kernel.Close(socket);
        }
    }

    private static bool Ask(int socket, string name, uint command, out bool isOn)
    {
        var value = stackalloc uint[2] { command, 0 };
        var request = stackalloc byte[Kernel.InterfaceRequestBytes];
        new Span<byte>(request, Kernel.InterfaceRequestBytes).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, Kernel.InterfaceNameBytes - 1));
        *(uint**)(request + Kernel.InterfaceNameBytes) = value;
        var succeeded = Kernel.Control(socket, EthtoolRequest, request) == 0;
        isOn = value[1] != 0;
        return succeeded;
    }
}
