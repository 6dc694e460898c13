using System.Globalization;
using NetGraph.Graphs.Encoding;
using NetGraph.Measurements;

namespace NetGraph.Graphs.Tests.Encoding;

public sealed class CsvReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);

    [Fact]
    public void Three_columns_made_by_hand_are_enough()
    {
        var mesh = Read("source,destination,throughput_bps\nb,a,9.4e8\na,b,\nc,a,0\n");

        Assert.Equal(["a", "b", "c"], mesh.Nodes.Select(node => node.Name));
        Assert.Equal([LinkState.Unknown, LinkState.Up, LinkState.Down], mesh.Links.Select(link => link.State));
        Assert.Equal([double.NaN, 9.4e8, double.NaN], mesh.Links.Select(link => link.ThroughputBitsPerSecond));
        Assert.Equal(Now, mesh.MeasuredAt);
    }

    [Fact]
    public void Columns_come_in_any_order_and_case_with_blanks_quotes_and_every_line_end()
    {
        var mesh = Read("\ufeffThroughput_BPS , \"destination\",source,Quality,rtt_seconds,loss_ratio,source_group,destination_group,age_seconds\r\n"
            + " 1e9 , \"b \"\"x\"\", y\" ,a , HOST_LIMITED,0.001,0.25,east,west,60\r\r\n2e9,a,\"b \"\"x\"\", y\",,,,west,east,\n\n");

        Assert.Equal(["a", "b \"x\", y"], mesh.Nodes.Select(node => node.Name));
        Assert.Equal(["east", "west"], mesh.Nodes.Select(node => node.Rack));
        Assert.Equal(
            new LinkMeasurement(0, 1)
            {
                ThroughputBitsPerSecond = 1e9,
                RoundTripTimeSeconds = 0.001,
                LossRatio = 0.25,
                Quality = MeasurementQuality.HostLimited,
                State = LinkState.Up,
                LastSuccessUnixSeconds = Now.ToUnixTimeSeconds() - 60,
            },
            mesh.Links[0]);
        Assert.Equal(MeasurementQuality.Ok, mesh.Links[1].Quality);
    }

    [Fact]
    public void A_state_that_is_given_stands()
    {
        var mesh = Read("source,destination,throughput_bps,state\na,b,0,up\nb,a,1e9,Down\n");

        Assert.Equal([(LinkState.Up, 0), (LinkState.Down, 1e9)], mesh.Links.Select(link => (link.State, link.ThroughputBitsPerSecond)));
    }

    [Fact]
    public void Numbers_mean_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (strange.NumberFormat.NumberDecimalSeparator, strange.NumberFormat.NumberGroupSeparator) = (",", ".");
        try
        {
            CultureInfo.CurrentCulture = strange;
            Assert.Equal(1234.5, Read("source,destination,throughput_bps\na,b,1234.5\n").Links[0].ThroughputBitsPerSecond);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("", "Line 1: there is nothing in it: the first line must name the columns source,destination,throughput_bps.")]
    [InlineData("\n \n", "Line 1: there is nothing in it: the first line must name the columns source,destination,throughput_bps.")]
    [InlineData("source;destination;throughput_bps\n", "Line 1: the columns are separated by semicolons: separate them by commas, with a point for decimals.")]
    [InlineData("source\tdestination\tthroughput_bps\n", "Line 1: the columns are separated by tabs: separate them by commas, with a point for decimals.")]
    [InlineData("source,destination\n", "Line 1: the column 'throughput_bps' is missing: source, destination, throughput_bps are needed.")]
    [InlineData("source,destination,throughput\n", "Line 1: 'throughput' is not a column: source, destination, throughput_bps are needed, and allowed are also rtt_seconds, loss_ratio, retransmits, age_seconds, jitter_seconds, one_way_delay_seconds, quality, state, source_group, destination_group.")]
    [InlineData("source,destination,throughput_bps,Source\n", "Line 1: the column 'Source' is there twice: give it once.")]
    [InlineData("source,destination,throughput_bps\na,b,fast\n", "Line 2, throughput_bps: 'fast' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps\n\n\na,b,-1\n", "Line 4, throughput_bps: '-1' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps\na,b,NaN\n", "Line 2, throughput_bps: 'NaN' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps\na,b,1e999\n", "Line 2, throughput_bps: '1e999' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps\na,b,\"1,5\"\n", "Line 2, throughput_bps: '1,5' is not allowed: it must be a number of bits per second, zero or more, such as 9.4e8, or empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps\na,b,1,5\n", "Line 2: there are 4 fields, but 3 columns: give each column one field, empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps,loss_ratio\na,b,1,2\n", "Line 2, loss_ratio: '2' is not allowed: it must be a number from 0 to 1, such as 0.02 for two per cent, or empty when it was not measured.")]
    [InlineData("source,destination,throughput_bps,quality\na,b,1,good\n", "Line 2, quality: 'good' is no quality: choose one of ok, host_limited, capped, interfered, clock_unsynced, or leave it out.")]
    [InlineData("source,destination,throughput_bps,state\na,b,1,broken\n", "Line 2, state: 'broken' is no state: choose one of unknown, up, down, or leave it out.")]
    [InlineData("source,destination,throughput_bps\n,b,1\n", "Line 2, source: a node needs a name: it must not be empty.")]
    [InlineData("source,destination,throughput_bps\n\"a\nb\",c,1\na,a,1\n", "Line 4: a link leads from 'a' to itself: links join two different nodes.")]
    [InlineData("source,destination,throughput_bps\na,b,1\nb,a,1\na,b,2\n", "Line 4: the link from 'a' to 'b' is given twice: give each direction of a pair once.")]
    [InlineData("source,destination,throughput_bps,source_group,destination_group\na,b,1,x,y\nb,a,1,z,x\n", "Line 3, source_group: 'b' was of group 'y' further up and is of 'z' here: give a node the same group everywhere.")]
    [InlineData("source,destination,throughput_bps\n\"a,b,1\n", "Line 2: a quoted field that begins here does not end: its closing quote is missing.")]
    [InlineData("source,destination,throughput_bps\na\"b\",c,1\n", "Line 2: a quote stands in a field that does not begin with one: put the field into quotes, and write the quote twice.")]
    [InlineData("source,destination,throughput_bps\n\"a\"b,c,1\n", "Line 2: text follows the closing quote of a field: a quote inside a quoted field is written twice.")]
    public void What_is_wrong_is_named_with_its_line(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<MeshFormatException>(() => Read(text)).Message);

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        byte[] latin1 = [.. "source,destination,throughput_bps\nk"u8, 0xf6, .. "ln,b,1\n"u8];

        Assert.EndsWith("what follows is not UTF-8: save the file as UTF-8.", Assert.Throws<MeshFormatException>(() => CsvReader.Read(new MemoryStream(latin1), Now)).Message, StringComparison.Ordinal);
    }

    private static Mesh Read(string text) => CsvReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), Now);
}
