using NetGraph.Graphs.Analysis;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Analysis;

public sealed class TellingPathTests
{
    [Theory]
    [InlineData(100, "0 1")]
    [InlineData(91, "0 1")]
    [InlineData(90, "0 2 1")]
    [InlineData(double.NaN, "0 2 1")]
    public void Takes_the_detour_only_when_it_is_clearly_wider(double direct, string expected)
    {
        var mesh = new Mesh(
            [new MeshNode("a"), new MeshNode("b"), new MeshNode("c")],
            [new LinkMeasurement(0, 1) { ThroughputBitsPerSecond = direct }, new LinkMeasurement(0, 2) { ThroughputBitsPerSecond = 100 }, new LinkMeasurement(2, 1) { ThroughputBitsPerSecond = 100 }],
            default);

        Assert.Equal(expected, string.Join(' ', TellingPath.Find(mesh, 0, 1)!.Vertices));
        Assert.Null(TellingPath.Find(mesh, 1, 0));
        Assert.Null(TellingPath.Find(mesh, 1, 1));
    }
}
