using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Tests;

/// <summary>What iperf3 3.12 printed in real runs, and the order that such a run is for.</summary>
internal static class Fixture
{
    public static ThroughputOrder Order { get; } = new()
    {
        TestId = "t1",
        PeerNode = "b",
        PeerAddress = "127.0.0.1",
        PeerPort = 5201,
        DurationSeconds = 1,
    };

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static byte[] Read(string name) => File.ReadAllBytes(PathOf(name));
}
