using System.Text;
using NetGraph.Lab.Building;

namespace NetGraph.Lab.Relaying;

/// <summary>Makes a tap: an interface whose frames a program reads and writes. It vanishes with its descriptor.</summary>
internal static unsafe class Tap
{
    private const nuint SetInterface = 0x400454ca;
    private const short TapWithoutPacketInformation = 0x0002 | 0x1000;

    /// <summary>In the namespace of the calling thread.</summary>
    /// <returns>A descriptor that does not block.</returns>
    public static int Open(string name)
    {
        var descriptor = Kernel.Open("/dev/net/tun", Kernel.ReadWrite | Kernel.NonBlocking | Kernel.CloseOnExec, 0);
        if (descriptor < 0)
            throw new LabException($"cannot open /dev/net/tun: {Kernel.LastError}");
        var request = stackalloc byte[Kernel.InterfaceRequestBytes];
        new Span<byte>(request, Kernel.InterfaceRequestBytes).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, Kernel.InterfaceNameBytes - 1));
        *(short*)(request + Kernel.InterfaceNameBytes) = TapWithoutPacketInformation;
        return Kernel.Control(descriptor, SetInterface, request) == 0
            ? descriptor
            : throw new LabException($"cannot make the interface {name}: {Kernel.LastError}");
    }
}
