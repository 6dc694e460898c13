namespace NetGraph.Lab.Building;

/// <summary>Kernel settings of a namespace; the calling thread must be inside it.</summary>
internal static class NodeSettings
{
    /// <summary>Must come before the interfaces, which copy some of these when they are made.</summary>
    public static void Apply(bool forwards)
    {
        Set("net/ipv6/conf/all/disable_ipv6", "1", isOptional: true);
        Set("net/ipv4/ping_group_range", "0 2147483647");
        Set("net/ipv4/ip_forward", forwards ? "1" : "0");
        Set("net/ipv4/conf/all/rp_filter", "0");
        Set("net/ipv4/conf/default/rp_filter", "0");
        Set("net/ipv4/icmp_ratelimit", "0");
    }

    private static void Set(string setting, string value, bool isOptional = false)
    {
        var path = $"/proc/sys/{setting}";
        if (isOptional && !File.Exists(path))
            return;
        try
        {
            File.WriteAllText(path, value);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"cannot write \"{value}\" to {path}: {error.Message}");
        }
    }
}
