using System.Diagnostics;
using Xunit;

namespace NetGraph.Testing;

/// <summary>Waits for conditions, never for a time.</summary>
public static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds; fails the test when it does not within 30 s.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what, Patience);

    /// <summary>Waits until a condition holds; fails the test when it does not in time.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan patience) => UntilAsync(condition, () => what, patience);

    /// <summary>Waits until a condition holds; fails the test when it does not in time, with words that may tell what was seen last.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (watch.Elapsed > patience) Assert.Fail($"Waited {patience.TotalSeconds:0} s in vain for this: {what()}.");
            await pause.WaitForNextTickAsync();
        }
    }
}
