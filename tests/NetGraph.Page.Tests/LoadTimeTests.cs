using System.Globalization;
using NetGraph.Testing;

namespace NetGraph.Page.Tests;

[Collection(OneBrowser.Name)]
public sealed class LoadTimeTests(Chromium chromium)
{
    private const int Loads = 20;
    private const double BarSeconds = 1;

    [Fact]
    public async Task A_page_with_60_nodes_is_there_at_once()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(60));
        List<double> drawn = [], painted = [];
        for (var i = 0; i < Loads; i++)
        {
            await open.GoAsync("");
            await open.WaitForAsync("performance.getEntriesByName('netgraph-drawn').length > 0 && performance.getEntriesByName('first-contentful-paint').length > 0");
            drawn.Add(await open.Page.EvaluateAsync<double>("performance.getEntriesByName('netgraph-drawn')[0].startTime / 1000"));
            painted.Add(await open.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"));
        }

        double p95 = Percentile(drawn), paint = Percentile(painted);
        Repository.Report("page", string.Create(CultureInfo.InvariantCulture, $"page of 60 nodes: first paint {paint:0.00} s, sentence, matrix and graph drawn {p95:0.00} s (p95 of {Loads} loads; bar {BarSeconds:0.00} s)"));
        // A machine that others use is no bench: what fails is another order of magnitude.
        Assert.True(p95 < 3 * BarSeconds, $"The page took {p95:0.00} s, which is more than three times its bar of {BarSeconds} s.");
    }

    private static double Percentile(List<double> values) => values.Order().ElementAt((int)Math.Ceiling(values.Count * 0.95) - 1);
}
