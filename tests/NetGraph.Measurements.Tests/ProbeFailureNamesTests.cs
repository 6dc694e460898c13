using System.Text.RegularExpressions;

namespace NetGraph.Measurements.Tests;

public sealed partial class ProbeFailureNamesTests
{
    [Fact]
    public void Every_failure_has_a_reason_that_spells_its_name_in_small_letters()
    {
        foreach (var failure in Enum.GetValues<ProbeFailure>())
            Assert.Equal(SnakeCase(failure.ToString()), failure.ToReason());
    }

    [Fact]
    public void Lists_every_failure_at_the_place_of_its_number()
    {
        Assert.Equal(Enum.GetValues<ProbeFailure>().Length, ProbeFailureNames.All.Count);
        for (var i = 0; i < ProbeFailureNames.All.Count; i++) Assert.Equal(i, (int)ProbeFailureNames.All[i]);
    }

    internal static string SnakeCase(string name) => InnerCapital().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=.)[A-Z]")]
    private static partial Regex InnerCapital();
}
