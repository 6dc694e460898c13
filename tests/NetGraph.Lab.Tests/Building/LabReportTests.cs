using NetGraph.Lab.Building;

namespace NetGraph.Lab.Tests.Building;

public sealed class LabReportTests
{
    [Fact]
    public void Says_rate_traffic_drops_and_queue_of_each_shaper_with_units()
    {
        const string json =
            """
            [{"kind":"noqueue","dev":"lo","root":true,"options":{}},
             {"kind":"tbf","handle":"8001:","dev":"to-r1","root":true,"options":{"rate":1250000,"burst":6056,"lat":409600},
              "bytes":98,"packets":1,"drops":3,"overlimits":0,"requeues":0,"backlog":1514,"qlen":1}]
            """;

        Assert.Equal(["to-r1           10 Mbit/s, sent 98 bytes, dropped 3 frames, queued 1514 bytes"], LabReport.Shapers(json));
    }
}
