using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.PathMtu;

namespace NetGraph.Agent.Tests.PathMtu;

public sealed class PathMtuSearchTests
{
    [Fact]
    public void Finds_the_largest_size_that_passes_and_whether_anybody_says_so() =>
        Prop.ForAll<int, bool>((seed, isTold) =>
        {
            var mtu = new Random(seed).Next(576, 9001);
            var found = PathMtuSearch.Find(576, 9000, size => size <= mtu ? SizeOutcome.Answered : isTold ? SizeOutcome.TooBig : SizeOutcome.Silent, () => mtu);
            return found == new PathMtuResult(mtu, mtu < 9000 && !isTold, null);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Says_nothing_of_a_path_that_not_even_the_smallest_packet_passes() =>
        Assert.Null(PathMtuSearch.Find(576, 1500, _ => SizeOutcome.Silent, () => 1500).Bytes);

    [Fact]
    public void Finds_the_interface_size_although_the_kernel_learned_of_less() =>
        Assert.Equal(1500, PathMtuSearch.FindLocal(1400, 65535, size => size <= 1500));
}
