using NetGraph.Agent.Throttling;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Throttling;

public sealed class CpuThrottlingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fake-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("0::/kubepods/pod1/c1", "sys/fs/cgroup/kubepods/pod1/c1")]
    [InlineData("0::/", "sys/fs/cgroup")]
    [InlineData("0::/../../seen/from/another/namespace", "sys/fs/cgroup")]
    public void Reads_version_2(string group, string folder)
    {
        Write("proc/self/cgroup", group);
        Write(folder + "/cpu.stat", "usage_usec 7000\nnr_periods 10\nnr_throttled 2\nthrottled_usec 1500000\n");
        Assert.Equal(TimeSpan.FromSeconds(1.5), new CpuThrottling(_root).Read());
    }

    [Theory]
    [InlineData("4:cpu,cpuacct:/kubepods/c1", "sys/fs/cgroup/cpu,cpuacct/kubepods/c1")]
    [InlineData("4:cpu,cpuacct:/kubepods/c1", "sys/fs/cgroup/cpu,cpuacct")]
    [InlineData("4:cpu,cpuacct:/kubepods/c1", "sys/fs/cgroup/cpu/kubepods/c1")]
    [InlineData("1:cpu:/", "sys/fs/cgroup/cpu")]
    public void Reads_version_1(string group, string folder)
    {
        Write("proc/self/cgroup", $"9:name=systemd:/\n3:cpuset:/elsewhere\n{group}\n0::/unified\n");
        Write(folder + "/cpu.stat", "nr_periods 10\nnr_throttled 2\nthrottled_time 1500000000\n");
        Assert.Equal(TimeSpan.FromSeconds(1.5), new CpuThrottling(_root).Read());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "throttled_usec 1")]
    [InlineData("rubbish", "throttled_usec 1")]
    [InlineData("3:memory:/", "throttled_usec 1")]
    [InlineData("0::/", null)]
    [InlineData("0::/", "usage_usec 7000")]
    [InlineData("0::/", "throttled_usec many")]
    [InlineData("0::/", "throttled_usec -5")]
    public void Knows_nothing_where_the_kernel_does_not_tell(string? group, string? stat)
    {
        if (group is not null) Write("proc/self/cgroup", group);
        if (stat is not null) Write("sys/fs/cgroup/cpu.stat", stat);
        Assert.Null(new CpuThrottling(_root).Read());
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(49_999, 0.0099998, false)]
    [InlineData(50_000, 0.01, true)]
    [InlineData(2_500_000, 0.5, true)]
    public void A_test_is_distrusted_from_a_hundredth_of_its_time_on(int microseconds, double ratio, bool isThrottled)
    {
        var clock = new ManualClock();
        Write("proc/self/cgroup", "0::/");
        Write("sys/fs/cgroup/cpu.stat", "throttled_usec 700\n");
        var meter = new ThrottleMeter(new CpuThrottling(_root), clock);
        var watch = meter.Start();
        clock.Advance(TimeSpan.FromSeconds(5));
        Write("sys/fs/cgroup/cpu.stat", $"throttled_usec {700 + microseconds}\n");
        var report = watch.End();
        Assert.Equal((ratio, isThrottled), (Math.Round(report.ThrottledRatio!.Value, 9), report.IsThrottled));
        Assert.Equal(isThrottled ? 1 : 0, meter.ThrottledTests);
    }

    [Fact]
    public void A_test_of_whose_throttling_nothing_is_known_is_not_distrusted()
    {
        var clock = new ManualClock();
        var meter = new ThrottleMeter(new CpuThrottling(_root), clock);
        var watch = meter.Start();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new Measurements.Orders.ServerReport(), watch.End());
        Assert.Equal(0, meter.ThrottledTests);
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
