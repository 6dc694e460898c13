using FsCheck;
using FsCheck.Fluent;
using NetGraph.Testing;

namespace NetGraph.Collector.Tests;

public sealed class PairAgesTests
{
    [Fact]
    public void Says_the_same_as_a_dictionary_whatever_happens() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var clock = new ManualClock();
            var ages = new PairAges(clock);
            var known = new Dictionary<(string, string), (double At, bool IsMeasured)>();
            string[] names = [];
            var now = 0.0;
            for (var step = 0; step < 200; step++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                now++;
                var (a, b) = ($"n{random.Next(8)}", $"n{random.Next(8)}");
                var areThere = names.Contains(a) && names.Contains(b);
                switch (random.Next(8))
                {
                    case 0:
                        names = [.. Enumerable.Range(0, 8).Where(_ => random.Next(3) > 0).Select(i => $"n{i}")];
                        ages.SetNodes(names);
                        foreach (var gone in known.Keys.Where(pair => !names.Contains(pair.Item1) || !names.Contains(pair.Item2)).ToList()) known.Remove(gone);
                        break;
                    case < 4:
                        ages.Plan(a, b);
                        if (areThere) known.TryAdd((a, b), (now, false));
                        break;
                    default:
                        ages.Measure(a, b);
                        if (areThere) known[(a, b)] = (now, true);
                        break;
                }
            }

            var (recent, oldest) = ages.Read(50);
            return recent == known.Values.Count(pair => pair.IsMeasured && now - pair.At <= 50)
                && oldest == (known.Count == 0 ? null : known.Values.Max(pair => now - pair.At));
        }).QuickCheckThrowOnFailure();
}
