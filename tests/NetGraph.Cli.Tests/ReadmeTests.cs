using System.Text;
using NetGraph.Measurements;
using NetGraph.Testing;

namespace NetGraph.Cli.Tests;

/// <summary>What the README says of metrics is what the code publishes.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_metrics_table_is_that_of_the_code()
    {
        var table = new StringBuilder("| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var family in Metrics.All)
        {
            var labels = string.Join(", ", family.Labels.Select(label => $"`{label}`"));
            table.Append($"| `{family.Name}` | {family.Kind.ToString().ToLowerInvariant()} | {labels} | {family.Help} |\n");
        }

        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.True(readme.Contains(table.ToString(), StringComparison.Ordinal), $"The table in the README must be this:\n{table}");
    }
}
