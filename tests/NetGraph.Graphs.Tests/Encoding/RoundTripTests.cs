using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

/// <summary>What is written, read and written again is the same to the byte.</summary>
public sealed class RoundTripTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_125);

    /// <summary>Meshes with hostile names, every state and quality, and gaps everywhere; no half characters, which UTF-8 cannot hold.</summary>
    private static Arbitrary<Mesh> Meshes { get; } =
        (from names in WritersTests.Names.Generator
         from seed in RandomGraph.Seeds.Generator
         select Mesh([.. names.Select(AsUtf8).Distinct(StringComparer.Ordinal)], seed)).ToArbitrary();

    [Fact]
    public void GraphML() => Prop.ForAll(Meshes, mesh =>
    {
        var written = WriteGraphML(mesh);
        var read = Read(MeshFormat.GraphML, written);
        return written.SequenceEqual(WriteGraphML(read)) && HasSameContent(mesh, read);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void GraphML_even_with_half_characters_in_names() => Prop.ForAll(WritersTests.Names, names =>
    {
        var mesh = Mesh(names, seed: 1);
        return HasSameContent(mesh, Read(MeshFormat.GraphML, WriteGraphML(mesh)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Json() => Prop.ForAll(Meshes, mesh =>
    {
        var written = WriteJson(mesh, GroupKey.Rack);
        var read = JsonReader.Read(new MemoryStream(written), default);
        return written.SequenceEqual(WriteJson(read, GroupKey.Rack)) && HasSameContent(mesh, read) && read.MeasuredAt == mesh.MeasuredAt;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Csv() => Prop.ForAll(Meshes, mesh =>
    {
        var written = WriteCsv(mesh, GroupKey.Rack);
        // The group that was written comes back as the rack; nodes without links have no line.
        return written.SequenceEqual(WriteCsv(Read(MeshFormat.Csv, written), GroupKey.Rack));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void From_one_format_to_the_next_nothing_measured_is_lost() => Prop.ForAll(Meshes, mesh =>
    {
        var read = JsonReader.Read(new MemoryStream(WriteJson(Read(MeshFormat.GraphML, WriteGraphML(mesh)), GroupKey.Zone)), default);
        return WriteCsv(read, GroupKey.Zone).SequenceEqual(WriteCsv(mesh, GroupKey.Zone));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_changed_value_changes_one_line()
    {
        var before = Encoding.Meshes.Small();
        var after = new Mesh(before.Nodes, [.. before.Links.Select((link, i) => i == 7 ? link with { RoundTripTimeSeconds = 0.5 } : link)], before.MeasuredAt);

        foreach (var file in Encoding.Meshes.Writers.Keys.Where(file => !file.EndsWith("svg", StringComparison.Ordinal)))
        {
            string[] Lines(Mesh mesh) => System.Text.Encoding.UTF8.GetString(Encoding.Meshes.Writers[file](mesh)).Split('\n');
            var changed = Lines(before).Zip(Lines(after)).Count(pair => pair.First != pair.Second);

            Assert.True(changed == 1, $"{file}: {changed} lines");
        }
    }

    private static Mesh Mesh(string[] names, int seed)
    {
        var random = new Random(seed);
        string? Group(string prefix) => random.Next(3) switch { 0 => null, 1 => prefix + names[0], _ => prefix };
        double Maybe(double value) => random.Next(4) == 0 ? double.NaN : value;
        var nodes = names.Select(name => new MeshNode(name) { Zone = Group("z"), Region = Group("r"), Rack = Group(" k"), InstanceType = Group("t") }).ToList();
        var links =
            from a in Enumerable.Range(0, names.Length)
            from b in Enumerable.Range(0, names.Length)
            where a != b && random.Next(5) > 0
            select new LinkMeasurement(a, b)
            {
                ThroughputBitsPerSecond = Maybe(random.Next(8) == 0 ? 0 : random.NextDouble() * 1e10),
                RoundTripTimeSeconds = Maybe(random.NextDouble() / 1000),
                LossRatio = Maybe(random.NextDouble()),
                RetransmittedSegments = Maybe(random.Next(100)),
                LastSuccessUnixSeconds = Maybe((Now.ToUnixTimeMilliseconds() / 1000.0) - (random.NextDouble() * 1000)),
                Quality = (MeasurementQuality)random.Next(5),
                State = (LinkState)random.Next(3),
            };
        return new Mesh(nodes, [.. links], Now);
    }

    private static bool HasSameContent(Mesh a, Mesh b) => a.Nodes.SequenceEqual(b.Nodes) && a.Links.SequenceEqual(b.Links);

    private static Mesh Read(MeshFormat format, byte[] written) => MeshReader.Read(new MemoryStream(written), format, Now);

    private static string AsUtf8(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] WriteCsv(Mesh mesh, GroupKey group) => Encoding.Meshes.Text(output => CsvWriter.Write(mesh, group, output));

    private static byte[] WriteGraphML(Mesh mesh) => Encoding.Meshes.Writers["small.graphml"](mesh);

    private static byte[] WriteJson(Mesh mesh, GroupKey group)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output)) JsonWriter.Write(mesh, group, json);
        return output.ToArray();
    }
}
