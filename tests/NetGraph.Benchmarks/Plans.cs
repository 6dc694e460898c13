using System.Diagnostics;
using System.Globalization;
using NetGraph.Collector.Planning;
using NetGraph.Testing;

namespace NetGraph.Benchmarks;

/// <summary>Time and memory of planning one cycle of a large mesh and reading its rounds, each in a process of its own.</summary>
internal static class Plans
{
    private const double BarSeconds = 1;
    private const double BarMegabytes = 200;

    private static readonly Dictionary<string, (string Words, int Nodes, int Racks, PlanOptions Options, bool HasBars)> Cases = new()
    {
        ["sampled"] = ("5,000 nodes, 16 peers each", 5000, 0, new PlanOptions { Pairs = PairSelection.Sampled, Degree = 16 }, true),
        ["sampled-racks"] = ("5,000 nodes, 16 peers each, racks of 40 with one test across at once", 5000, 125, new PlanOptions { Pairs = PairSelection.Sampled, Degree = 16 }, true),
        ["full"] = ("1,000 nodes, all pairs", 1000, 0, new PlanOptions { Pairs = PairSelection.Full }, false),
        ["full-direction"] = ("1,000 nodes, all pairs, by direction", 1000, 0, new PlanOptions { Pairs = PairSelection.Full, Isolation = Measurements.Orders.Isolation.Direction }, false),
        ["full-racks"] = ("500 nodes, all pairs, racks of 20 with one test across at once", 500, 25, new PlanOptions { Pairs = PairSelection.Full }, false),
    };

    /// <summary>The cases, for the table.</summary>
    public static IEnumerable<string> Names => Cases.Keys;

    /// <summary>Plans a case in a process of its own.</summary>
    public static async Task<Figure> MeasureAsync(string name)
    {
        var (words, _, _, _, hasBars) = Cases[name];
        var outcome = await Command.RunAsync(Environment.ProcessPath!, ["plan-once", name], patience: TimeSpan.FromMinutes(2));
        if (outcome.ExitCode != 0) return new Figure($"plan of {words}: failed: {outcome.Error}", Fails: true);
        double[] parts = [.. outcome.Output.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        var (seconds, megabytes, tests, slots, bound, baseline) = (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
        var bars = hasBars ? string.Create(CultureInfo.InvariantCulture, $" (bars {BarSeconds:0} s, {BarMegabytes:0} MB)") : "";
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"plan of {words}: {tests:#,0} tests in {slots:#,0} slots, bound {bound:#,0}; {seconds * 1000:0} ms, peak memory {megabytes:0} MB, {baseline:0} MB of it before{bars}"),
            Fails: hasBars && (seconds > 3 * BarSeconds || megabytes > BarMegabytes));
    }

    /// <summary>The process behind <see cref="MeasureAsync"/>: prints seconds, megabytes at most, tests, slots, their bound, and megabytes before.</summary>
    public static int RunOnce(string name)
    {
        var (_, count, racks, options, _) = Cases[name];
        PlanNode[] nodes = [.. Enumerable.Range(0, count).Select(i => new PlanNode(string.Create(CultureInfo.InvariantCulture, $"node-{i:0000}"), racks > 0 ? $"rack-{i % racks}" : ""))];
        // Code is compiled, and what is laid out only once is laid out.
        Read(MeshPlanner.Plan(nodes[..20], options, 0));
        var baseline = PeakMegabytes();
        var start = Stopwatch.GetTimestamp();
        var plan = MeshPlanner.Plan(nodes, options, 3);
        var tests = Read(plan);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (tests != plan.TestCount) throw new InvalidOperationException($"The plan says {plan.TestCount} tests and has {tests}.");
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{seconds} {PeakMegabytes()} {tests} {plan.SlotCount} {plan.LowerBoundSlots} {baseline}"));
        return 0;
    }

    private static long Read(MeshPlan plan) => plan.Rounds.Sum(round => round.Slots.Sum(slot => (long)slot.Tests.Length));

    private static double PeakMegabytes() =>
        double.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
}
