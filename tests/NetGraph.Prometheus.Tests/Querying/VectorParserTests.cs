using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Prometheus.Tests.Querying;

public sealed class VectorParserTests
{
    private static readonly string[] Ends = ["source", "destination"];

    public static TheoryData<string> Answers => ["prom-query-vector.json", "vm-query-vector.json"];

    public static TheoryData<string> Documents =>
    [
        """{"status":"success","data":{"resultType":"scalar","result":[1,"2.5"]}}""",
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"source":"a\"\u00e9\ud83d\ude00"},"value":[1.25,"+Inf"]},{"metric":{},"value":[1,"NaN"]}]}}""",
        """{"status":"error","errorType":"bad_data","error":"no \"such\" thing","warnings":["a","b"]}""",
        """{"warnings":[],"data":{"result":[{"value":[1,"1e-3"],"metric":{"destination":"b"}}],"resultType":"vector"},"status":"success"}""",
    ];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Reads_the_answer_of_a_real_server(string file)
    {
        var seen = Parse(Fixture.Read(file), ["source", "target", "nosuch"]);
        Assert.Equal("success", seen.Status);
        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"h{i},h{(i % 8) + 1},-={i}000000"), seen.Samples);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Where_a_real_answer_is_split_makes_no_difference(string file)
    {
        var json = Fixture.Read(file);
        var whole = Parse(json, ["source", "target"]);
        for (var split = 0; split <= json.Length; split++) AssertSame(whole, Parse(json, ["source", "target"], split));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Where_an_answer_is_split_makes_no_difference(string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        var whole = Parse(json, Ends);
        for (var first = 0; first <= json.Length; first++)
        {
            for (var second = first; second <= json.Length; second++) AssertSame(whole, Parse(json, Ends, first, second));
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Refuses_an_answer_that_ends_too_early(string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        for (var length = 0; length < json.Length; length++)
            Assert.Throws<FormatException>(() => Parse(json[..length], Ends));
    }

    [Fact]
    public void Damaged_bytes_are_read_or_refused_but_nothing_else_happens() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var json = Encoding.UTF8.GetBytes(Documents.ElementAt(random.Next(Documents.Count)).Data);
            for (var damage = random.Next(4); damage >= 0; damage--) json[random.Next(json.Length)] = (byte)random.Next(256);
            try
            {
                Parse(json, Ends);
            }
            catch (FormatException)
            {
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Reads_escapes_in_labels()
    {
        var seen = Parse("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"so\u0075rce":"a\"\\\n\u00e9\ud83d\ude00/\/","destination":"é"},"value":[1,"1"]}]}}""", Ends);
        Assert.Equal(["a\"\\\n\u00e9\ud83d\ude00//,é=1"], seen.Samples);
    }

    [Fact]
    public void A_label_keeps_no_value_of_the_sample_before()
    {
        var seen = Parse("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"source":"a","destination":"b"},"value":[1,"1"]},{"metric":{"destination":"c"},"value":[1,"2"]},{"metric":{},"value":[1,"3"]}]}}""", Ends);
        Assert.Equal(["a,b=1", "-,c=2", "-,-=3"], seen.Samples);
    }

    [Fact]
    public void Passes_over_members_that_it_does_not_know()
    {
        var seen = Parse(
            """
            {"isPartial":false,
             "extra":{"resultType":"matrix","result":[{"metric":{"source":"x"},"value":[1,"9"]}],"status":"error"},
             "status":"success",
             "data":{"stats":{"timings":{"evalTotalTime":1.5,"values":[[1,"2"]],"value":[1,"7"],"metric":{"source":"y"}},"samples":{"perStep":[[1,2]]},"list":[{"values":1}]},
                     "resultType":"vector",
                     "result":[{"group":{"source":"z","value":[4,"5"]},"metric":{"source":"a","nested":{"source":"w"},"destination":"b"},"exemplars":[["source","q"]],"value":[1,"1"],"values2":[1]}],
                     "after":[1,"8"]},
             "stats":{"seriesFetched":"2","executionTimeMsec":0},
             "trace":{"duration_msec":0.1,"message":"m","children":[{"message":"result","values":[],"children":[{"value":[3,"4"]}]}]},
             "warnings":["PromQL warning"],"infos":[]}
            """,
            Ends);
        Assert.Equal("success", seen.Status);
        Assert.Equal(["a,b=1"], seen.Samples);
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1795233506.328,"42.5"]}}""")]
    [InlineData("""{"status":"success","data":{"result":[1795233506.328,"42.5"],"resultType":"scalar"}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1795233506.328,"42.5"],"others":[[1,"2"],[3]]}}""")]
    public void Takes_a_scalar_for_one_sample_without_labels(string json) => Assert.Equal(["-,-=42.5"], Parse(json, Ends).Samples);

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("Inf", double.PositiveInfinity)]
    [InlineData("-Inf", double.NegativeInfinity)]
    [InlineData("0", 0)]
    [InlineData("-0.5", -0.5)]
    [InlineData("1e+16", 1e16)]
    [InlineData("5e-324", 5e-324)]
    [InlineData("1.7976931348623157e+308", double.MaxValue)]
    [InlineData("57349221.79522577", 57349221.79522577)]
    public void Reads_every_form_of_number(string text, double expected)
    {
        double? seen = null;
        var parser = new VectorParser([], (_, value) => seen = value);
        parser.Feed(Encoding.UTF8.GetBytes(Vector(text)), isFinal: true);
        Assert.Equal(expected, seen);
    }

    [Fact]
    public void Any_finite_number_reads_back() =>
        Prop.ForAll<double>(number =>
        {
            double? seen = null;
            new VectorParser([], (_, value) => seen = value).Feed(Encoding.UTF8.GetBytes(Vector(number.ToString("R", CultureInfo.InvariantCulture))), isFinal: true);
            return number.Equals(seen);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("1,5")]
    [InlineData("12 Mbit/s")]
    [InlineData("0x10")]
    public void Refuses_a_value_that_is_no_number(string text) => Assert.Throws<FormatException>(() => Parse(Vector(text), Ends));

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"2"]]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]}}""")]
    [InlineData("""{"status":"success","data":{"result":[],"resultType":"streams"}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1,"2"]}}""")]
    public void Refuses_what_is_not_instant_samples(string json) => Assert.Throws<FormatException>(() => Parse(json, Ends));

    [Theory]
    [InlineData("""{"status":"success"}""")]
    [InlineData("""{"status":"success","data":{}}""")]
    [InlineData("""{"status":"success","data":null}""")]
    [InlineData("""{"status":"success","data":["a","b"]}""")]
    public void Refuses_a_success_without_a_result(string json) => Assert.Throws<FormatException>(() => Parse(json, Ends));

    [Theory]
    [InlineData("<html><body>Sign in</body></html>")]
    [InlineData("")]
    [InlineData("upstream connect error")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}{}""")]
    public void Refuses_what_is_no_JSON(string text) => Assert.Throws<FormatException>(() => Parse(text, Ends));

    [Fact]
    public void Keeps_one_string_for_all_occurrences_of_a_label()
    {
        var seen = new List<string?>();
        new VectorParser(["source", "target"], (labels, _) => seen.AddRange(labels.ToArray())).Feed(Fixture.Read("prom-query-vector.json"), isFinal: true);
        Assert.Equal(16, seen.Count);
        Assert.Equal(8, seen.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void Reads_labels_longer_than_the_pool_keeps()
    {
        var name = new string('é', 600);
        Assert.Equal([$"{name},-=1"], Parse($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"source":"{{{name}}}"},"value":[1,"1"]}]}}""", Ends).Samples);
    }

    private static string Vector(string value) => $$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"{{{value}}}"]}]}}""";

    private static void AssertSame(Seen expected, Seen actual)
    {
        Assert.Equal((expected.Status, expected.ErrorType, expected.Error), (actual.Status, actual.ErrorType, actual.Error));
        Assert.Equal(expected.Samples, actual.Samples);
    }

    private static Seen Parse(string json, string[] labels) => Parse(Encoding.UTF8.GetBytes(json), labels);

    private static Seen Parse(byte[] json, string[] labels, params int[] splits)
    {
        var samples = new List<string>();
        var parser = new VectorParser(labels, (values, value) =>
            samples.Add(string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', values.ToArray().Select(label => label ?? "-"))}={value}")));
        var consumed = 0;
        foreach (var end in splits) consumed += parser.Feed(json.AsSpan(consumed, end - consumed), isFinal: false);
        parser.Feed(json.AsSpan(consumed), isFinal: true);
        Assert.Equal(samples.Count, parser.SampleCount);
        return new Seen(parser.Status, parser.ErrorType, parser.Error, samples);
    }

    private sealed record Seen(string? Status, string? ErrorType, string? Error, IReadOnlyList<string> Samples);
}
