using NetGraph.Collector;
using Spectre.Console;

namespace NetGraph.Cli.Tests;

public sealed class MeshScreenTests
{
    private static readonly RunningCycle Half = new(1, DateTimeOffset.UnixEpoch, 12, 4, 1, 1, 2, 12, 6, 12, 65.2);
    private static readonly TestReport[] Tests =
        [new("h1", "h2", 100e6, "ok", null), new("h2", "h1", 52e6, "ok", null), new("h10", "h2", null, null, "timeout"), new("h1", "h10", 9e6, "ok", null)];

    [Fact]
    public void Shows_a_bar_and_the_matrix_in_the_order_of_people()
    {
        var lines = Render(Half, Tests, 100, 24);

        Assert.Equal("━━━━━━━━━━━━━━━─────────────── 6 of 12 tests done, 1 failed, 1 skipped, 2 put off; about 66 s left", lines[0]);
        Assert.Equal([" h1   9 0", " h2 5   .", "h10 . x  "], lines[2..5].Select(line => line.PadRight(9)[..9]));
        Assert.Equal("row sends to column; 9 is 100 Mbit/s, x failed, . not yet", lines[5]);
    }

    [Theory]
    [InlineData(8, 24)]
    [InlineData(100, 7)]
    public void Leaves_out_a_matrix_that_does_not_fit(int width, int height) =>
        Assert.DoesNotContain(Render(Half, Tests, width, height), line => line.Contains("row sends", StringComparison.Ordinal));

    [Fact]
    public void Says_what_it_waits_for_before_and_after()
    {
        Assert.Equal("Waiting for the collector to plan", Render(null, [], 100, 24)[0]);
        Assert.Equal("Waiting for the last echoes", Render(null, Tests, 100, 24)[0]);
    }

    [Fact]
    public void A_name_that_looks_like_markup_is_shown_as_it_is()
    {
        var lines = Render(Half, [new("[red]", "b", 1, "ok", null)], 100, 24);

        Assert.Contains(lines, line => line.StartsWith("[red]", StringComparison.Ordinal));
    }

    private static string[] Render(RunningCycle? cycle, IReadOnlyList<TestReport> tests, int width, int height)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 120;
        console.Write(MeshScreen.Draw(cycle, tests, width, height));
        return text.ToString().Split('\n');
    }
}
