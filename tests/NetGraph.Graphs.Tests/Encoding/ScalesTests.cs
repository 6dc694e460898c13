using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class ScalesTests
{
    /// <summary>The steps on the cool side of the middle.</summary>
    private const int FirstGoodStep = (ColorScale.StepCount / 2) + 1;

    private static Arbitrary<double[]> Values { get; } =
        Gen.Choose(0, 1_000_000).Select(value => value / 100.0).NonEmptyListOf().Select(values => values.ToArray()).ToArbitrary();

    public static TheoryData<string> MetricNames => [.. GraphMetric.All.Select(metric => metric.Name)];

    [Fact]
    public void A_mesh_whose_values_are_within_a_quarter_is_not_alarming() =>
        Prop.ForAll(Gen.Choose(0, 25).NonEmptyListOf().ToArbitrary(), Gen.Choose(-5, 11).ToArbitrary(), (percents, power) =>
        {
            var mesh = Mesh(percents.Select(percent => Math.Pow(10, power) * (100 + percent) / 100));
            return new[] { GraphMetric.Bandwidth, GraphMetric.RoundTripTime }.All(metric =>
            {
                var scale = MetricScale.Of(mesh, metric);
                return mesh.Links.All(link => ColorScale.StepOf(scale.Goodness(metric.Value(link))) >= FirstGoodStep);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_tenth_of_a_percent_of_loss_and_a_few_segments_are_not_alarming()
    {
        var mesh = Mesh([0, 0.001]);
        Assert.Equal(ColorScale.StepCount - 1, ColorScale.StepOf(MetricScale.Of(mesh, GraphMetric.Loss).Goodness(0.001)));
        Assert.Equal(ColorScale.StepCount - 1, ColorScale.StepOf(MetricScale.Of(mesh, GraphMetric.Retransmits).Goodness(1)));
    }

    [Theory]
    [MemberData(nameof(MetricNames))]
    public void Better_values_are_never_judged_worse_and_all_lie_from_0_to_1(string name) => Prop.ForAll(Values, values =>
    {
        var metric = GraphMetric.All.Single(metric => metric.Name == name);
        var scale = MetricScale.Of(Mesh(values), metric);
        var judged = (metric.MoreIsBetter ? values.Order() : values.OrderDescending()).Select(scale.Goodness).ToList();
        return judged.All(goodness => goodness is >= 0 and <= 1) && judged.Zip(judged.Skip(1)).All(pair => pair.First <= pair.Second);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(MetricNames))]
    public void Value_at_is_the_inverse_of_goodness(string name) => Prop.ForAll(Values, Gen.Choose(0, 100).ToArbitrary(), (values, percent) =>
    {
        var scale = MetricScale.Of(Mesh(values), GraphMetric.All.Single(metric => metric.Name == name));
        return Math.Abs(scale.Goodness(scale.ValueAt(percent / 100.0)) - (percent / 100.0)) < 1e-6;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_link_ten_times_below_the_rest_is_in_the_worst_step()
    {
        var scale = MetricScale.Of(Mesh([1e9, 0.98e9, 1e8]), GraphMetric.Bandwidth);
        Assert.Equal(0, ColorScale.StepOf(scale.Goodness(1e8)));
        Assert.Equal(ColorScale.StepCount - 1, ColorScale.StepOf(scale.Goodness(0.98e9)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Colours_are_seven_different_steps_of_even_lightness(bool isDark)
    {
        var steps = (isDark ? ColorScale.Dark : ColorScale.Light).Steps;
        var lightness = steps.Select(Lightness).Select(l => isDark ? -l : l).ToList();
        var differences = lightness.Zip(lightness.Skip(1), (a, b) => b - a).ToList();

        Assert.Equal(7, steps.Distinct().Count());
        Assert.All(differences, difference => Assert.InRange(difference, 1.5, 20));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.14, 0)]
    [InlineData(0.15, 1)]
    [InlineData(0.5, 3)]
    [InlineData(0.99, 6)]
    [InlineData(1, 6)]
    public void Goodness_falls_into_steps(double goodness, int step) => Assert.Equal(step, ColorScale.StepOf(goodness));

    private static Mesh Mesh(IEnumerable<double> values)
    {
        var list = values.ToList();
        var links = list.Select((value, i) => new LinkMeasurement(i, list.Count)
        {
            ThroughputBitsPerSecond = value,
            RoundTripTimeSeconds = value,
            LossRatio = value,
            RetransmittedSegments = value,
            State = LinkState.Up,
        });
        return new Mesh([.. Enumerable.Range(0, list.Count + 1).Select(i => new MeshNode($"n{i:0000}"))], [.. links], default);
    }

    // CIE 1976 L*, apart from the code's own Oklab.
    private static double Lightness(string color)
    {
        double Linear(int at)
        {
            var c = int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }

        return (116 * Math.Cbrt((0.2126 * Linear(1)) + (0.7152 * Linear(3)) + (0.0722 * Linear(5)))) - 16;
    }
}
