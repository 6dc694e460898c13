using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests;

/// <summary>The topologies that come with the lab.</summary>
internal static class Samples
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "samples", $"{name}.json");

    public static Topology Read(string name) => Topology.Read(PathOf(name));
}
