using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Prometheus.Tests.Querying;

/// <summary>The short way through samples in compact form gives what the JSON reader alone gives.</summary>
public sealed class CompactSamplesTests
{
    private static readonly string[] Ends = ["source", "destination"];
    private static readonly string[] Names = ["source", "destination", "__name__", "instance", "so\\u0075rce", "source ", "", "é"];
    private static readonly string[] Texts = ["a", "b", "node-0001", "node-0002.example.org", "", "é", "a\\\"b", "\\u00e9", "tab\tin it", new('x', 300), "}", "},\\\"value\\\":[1,"];
    private static readonly string[] Numbers = ["1", "0", "-0", "007", "9423.123456789012", "0.1", "1e-3", "NaN", "+Inf", "-Inf", "12345678901234567890", "0.30000000000000004", "9007199254740993", ".5", "5.", "", "1,5", "\\u0031"];
    private static readonly string[] Times = ["1795233506.328", "1795233506", "0", "1.5e9", "01", "-1", "1.", "\"1\""];

    [Fact]
    public void Random_answers_split_at_random_places_read_the_same() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var json = Encoding.UTF8.GetBytes(Answer(random));
            if (random.Next(4) == 0) json[random.Next(json.Length)] = (byte)random.Next(256);
            int[] splits = [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(json.Length + 1)).Order()];
            return Read(json, isCompactRead: true, splits) == Read(json, isCompactRead: false, []);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void Samples_in_compact_form_take_the_short_way()
    {
        var compact = new CompactSamples([.. Ends.Select(Encoding.UTF8.GetBytes)], new LabelTable());
        var json = ""","{"metric":{"destination":"b","source":"a"},"value":[1795233506.328,"9423.1"]},{"metric":{"__name__":"x","source":"a"},"value":[1,"2"]},{"metric":{},"value":[1,"3"]}]}}"""[2..];
        var seen = new List<string>();
        var (length, count) = compact.Read(Encoding.UTF8.GetBytes("," + json), (labels, value) => seen.Add(Describe(labels, value)));

        Assert.Equal(["a,b=9423.1", "a,-=2", "-,-=3"], seen);
        Assert.Equal((json.Length + 1 - "]}}".Length, 3), (length, count));
    }

    [Fact]
    public void Values_have_numbers_in_order_of_first_appearance()
    {
        var seen = new List<(int, int, string?)>();
        var json = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"destination":"b","source":"a"},"value":[1,"1"]},{"metric":{"destination":"a","source":"c"},"value":[1,"1"]},{"metric":{"source":"b"},"value":[1,"1"]}]}}""";
        new VectorParser(Ends, (labels, _) => seen.Add((labels.NumberOf(0), labels.NumberOf(1), labels[0]))).Feed(Encoding.UTF8.GetBytes(json), isFinal: true);

        Assert.Equal([(1, 0, "a"), (2, 1, "c"), (0, -1, "b")], seen);
    }

    [Fact]
    public void A_table_of_labels_keeps_all_of_them_apart()
    {
        var table = new LabelTable();
        string[] texts = [.. Enumerable.Range(0, 5000).Select(i => new string((char)('a' + (i % 26)), i % 40) + i)];
        foreach (var round in Enumerable.Range(0, 2))
        {
            for (var i = 0; i < texts.Length; i++) Assert.Equal(i, table.NumberOf(Encoding.UTF8.GetBytes(texts[i])));
        }

        Assert.Equal(texts, Enumerable.Range(0, table.Count).Select(table.TextOf));
    }

    [Fact]
    public void Any_number_with_few_digits_reads_as_the_framework_reads_it() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var text = (random.NextInt64() >> random.Next(64)).ToString(CultureInfo.InvariantCulture);
            if (random.Next(2) == 0) text = text.Insert(random.Next(text.Length) + 1, ".") + random.Next(1000);
            return SampleNumber.Parse(Encoding.UTF8.GetBytes(text)).Equals(double.Parse(text, CultureInfo.InvariantCulture));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    private static string Answer(Random random)
    {
        string Any(string[] choices, int common) => choices[random.Next(random.Next(4) == 0 ? choices.Length : common)];
        string Gap() => random.Next(40) == 0 ? " " : "";
        string Labels() => string.Join(",", Enumerable.Range(0, random.Next(10) == 0 ? random.Next(4) : 2).Select(i => $"\"{(random.Next(10) == 0 ? Any(Names, 4) : Names[i % 2])}\":\"{Any(Texts, 4)}\""));
        var metric = () => $"\"metric\":{{{Labels()}}}";
        var value = () => $"\"value\":[{Any(Times, 3)},\"{Any(Numbers, 6)}\"]";
        var sample = () => random.Next(20) switch
        {
            0 => $"{{{value()},{metric()}}}",
            1 => $"{{{metric()},{value()},\"extra\":{{\"a\":[1]}}}}",
            2 => $"{{{metric()}}}",
            _ => $"{{{metric()}{Gap()},{value()}}}",
        };
        var samples = string.Join("," + Gap(), Enumerable.Range(0, random.Next(12)).Select(_ => sample()));
        return $$$"""{"status":"success","data":{"resultType":"vector","result":[{{{samples}}}]}}""";
    }

    /// <summary>What was read, or that it was refused and what was read by then.</summary>
    private static string Read(byte[] json, bool isCompactRead, int[] splits)
    {
        var seen = new StringBuilder();
        var parser = new VectorParser(Ends, (labels, value) => seen.Append(Describe(labels, value)).Append(';'), isCompactRead);
        try
        {
            var consumed = 0;
            foreach (var end in splits) consumed += parser.Feed(json.AsSpan(consumed, Math.Max(0, end - consumed)), isFinal: false);
            parser.Feed(json.AsSpan(consumed), isFinal: true);
            return $"{seen}{parser.Status} {parser.SampleCount}";
        }
        catch (FormatException)
        {
            return $"{seen}refused";
        }
    }

    private static string Describe(LabelValues labels, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Join(',', labels.ToArray().Select(label => label ?? "-"))}={value:R}");
}
