using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Building;

/// <summary>What the machine must offer before anything is changed.</summary>
internal static class Requirements
{
    public static void DemandRoot(string verb)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new LabException($"{verb} needs root, since it changes network namespaces: run it with sudo");
    }

    public static void DemandTools(Topology topology)
    {
        DemandTool("ip", "iproute2");
        DemandTool("tc", "iproute2");
        if (topology.Directions.Any(direction => direction.LossRatio > 0))
            DemandTool("nft", "nftables");
        if (topology.Links.Any(link => link.HasDelay) && !File.Exists("/dev/net/tun"))
            throw new LabException("links with delay_ms need /dev/net/tun, which is missing: load the kernel module with modprobe tun");
    }

    public static void DemandTool(string name, string package)
    {
        if (Tool.Find(name) is null)
            throw new LabException($"the program {name} is missing: install it with apt-get install {package}");
    }
}
