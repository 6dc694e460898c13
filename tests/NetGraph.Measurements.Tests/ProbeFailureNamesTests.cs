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

    [Fact]
    public void A_number_tells_of_one_failure_and_of_none_when_it_is_no_one_s()
    {
        Assert.All(ProbeFailureNames.All, failure => Assert.Equal(failure, ProbeFailureNames.OfCode(failure.ToCode())));
        Assert.All([0, -1, 1.5, ProbeFailureNames.All.Count + 1, double.NaN, double.PositiveInfinity], code => Assert.Null(ProbeFailureNames.OfCode(code)));
        Assert.Equal(1, ProbeFailureNames.All.Min(failure => failure.ToCode()));
    }

    internal static string SnakeCase(string name) => InnerCapital().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<=.)[A-Z]")]
    private static partial Regex InnerCapital();
}
