using NetGraph.Agent.Orders;
using NetGraph.Agent.Throttling;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Orders;

[Collection(ProcessTests.Name)]
public sealed class OrderedTestTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fake-cgroup-").FullName;

    public OrderedTestTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "proc/self"));
        Directory.CreateDirectory(Path.Combine(_root, "sys/fs/cgroup"));
        File.WriteAllText(Path.Combine(_root, "proc/self/cgroup"), "0::/\n");
        File.WriteAllText(Stat, "throttled_usec 0\n");
    }

    private string Stat => Path.Combine(_root, "sys/fs/cgroup/cpu.stat");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(0, MeasurementQuality.Interfered)]
    [InlineData(3600, MeasurementQuality.HostLimited)]
    public async Task A_result_of_a_host_that_was_held_back_is_host_limited_in_both_directions(int throttledSeconds, MeasurementQuality expected)
    {
        var result = await RunAsync(throttledSeconds, "iperf3-tcp-bidir.json", Fixture.Order with { Direction = TestDirection.Bidirectional });
        Assert.Equal((expected, expected), (result.Quality, result.Opposite!.Quality));
    }

    [Fact]
    public async Task A_failure_stays_what_it_is()
    {
        var result = await RunAsync(3600, "iperf3-error-refused.json", Fixture.Order);
        Assert.Equal((ProbeFailure.ConnectionRefused, MeasurementQuality.Ok), (result.Failure!.Value, result.Quality));
    }

    [Fact]
    public async Task Runs_the_program_that_was_asked_for()
    {
        var result = await RunAsync(0, "netperf-made-stream.txt", Fixture.Order with { Tool = TestTool.Netperf });
        Assert.Equal(941.53e6, result.ThroughputBitsPerSecond);
    }

    private async Task<ThroughputResult> RunAsync(int throttledSeconds, string report, ThroughputOrder order)
    {
        using var tool = new FakeIperf3(client: $"echo 'throttled_usec {throttledSeconds}000000' > '{Stat}'\n" + FakeIperf3.Prints(Fixture.PathOf(report)));
        var options = new AgentOptions { NodeName = "a", Token = SharedToken.Random(), Iperf3 = tool.Path, Netperf = tool.Path, Overrun = TimeSpan.FromSeconds(60) };
        return await new OrderedTest(options, new ThrottleMeter(new CpuThrottling(_root), TimeProvider.System)).RunAsync(order, CancellationToken.None);
    }
}
