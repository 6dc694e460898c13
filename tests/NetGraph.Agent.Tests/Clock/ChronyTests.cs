using System.Globalization;
using NetGraph.Agent.Clock;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Clock;

/// <summary>Lines as <c>chronyc -c tracking</c> 4.3 printed them in real runs.</summary>
[Collection(ProcessTests.Name)]
public sealed class ChronyTests
{
    private const string Synchronised = "7F000001,127.0.0.1,3,1795666278.452832039,-0.000000886,-0.000000495,0.000004385,0.013,-0.006,0.142,0.000005151,0.000002217,1.0,Normal";

    [Fact]
    public void The_bound_is_dispersion_and_half_the_delay_and_what_is_still_to_be_corrected()
    {
        Assert.Equal(Synchronised, Read("sync").Trim());
        var bound = ChronyTracking.Read(Read("sync"))!;
        // 2.217 us + 5.151 us / 2 + 0.886 us; a tick has 0.1 us.
        Assert.Equal(5.6785, bound.Bound.TotalMicroseconds, 0.1);
        Assert.Equal("chrony", bound.Source);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("unsync")]
    public void A_clock_that_follows_none_but_itself_has_no_bound(string run) => Assert.Null(ChronyTracking.Read(Read(run)));

    [Theory]
    [InlineData(4, "-0.5", 0.5)]
    [InlineData(4, "0.5", 0.5)]
    [InlineData(10, "-3.0", 1.5)]
    [InlineData(11, "2.5", 2.5)]
    [InlineData(11, "1e-3", 0.001)]
    public void Signs_do_not_make_a_bound_smaller(int field, string value, double expected)
    {
        var others = With(4, "0", With(10, "0", With(11, "0", Synchronised)));
        Assert.Equal(expected, ChronyTracking.Read(With(field, value, others))!.Bound.TotalSeconds, 1e-6);
    }

    [Theory]
    [InlineData(4, "")]
    [InlineData(10, "x")]
    [InlineData(11, "NaN")]
    [InlineData(11, "Infinity")]
    [InlineData(11, "16")] // From here on a bound says nothing.
    [InlineData(10, "32.1")]
    [InlineData(0, "00000000")]
    [InlineData(0, "7F7F0101")]
    [InlineData(13, "Not synchronised\n")]
    public void What_is_no_bound_is_none(int field, string value) => Assert.Null(ChronyTracking.Read(With(field, value, Synchronised)));

    [Theory]
    [InlineData("")]
    [InlineData("506 Cannot talk to daemon")]
    [InlineData("7F000001,127.0.0.1,3,1795666278.452832039,-0.000000886,-0.000000495,0.000004385,0.013,-0.006,0.142,0.000005151,0.000002217,1.0")]
    public void What_is_no_report_is_no_bound(string line) => Assert.Null(ChronyTracking.Read(line));

    [Fact]
    public async Task Asks_chronyc()
    {
        using var chronyc = new FakeProgram($"echo '{Synchronised}'");
        Assert.Equal(5.6785, (await new Chrony(chronyc.Path).ReadAsync(CancellationToken.None))!.Bound.TotalMicroseconds, 0.1);
        Assert.Equal(["-c tracking"], chronyc.Calls);
    }

    [Fact]
    public async Task Without_a_daemon_there_is_no_bound_until_there_is_one()
    {
        using var chronyc = new FakeProgram("""[ -f "$folder/runs" ] || { echo 'Could not open connection to daemon' >&2; exit 1; }; cat "$folder/runs" """);
        var chrony = new Chrony(chronyc.Path);
        Assert.Null(await chrony.ReadAsync(CancellationToken.None));
        chronyc.Write("runs", Synchronised + "\n");
        Assert.NotNull(await chrony.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Without_chronyc_there_is_no_bound() => Assert.Null(await new Chrony("/nowhere/chronyc").ReadAsync(CancellationToken.None));

    [Fact]
    public async Task A_chronyc_that_does_not_answer_is_ended()
    {
        using var chronyc = new FakeProgram("exec sleep 60");
        Assert.Null(await new Chrony(chronyc.Path).ReadAsync(CancellationToken.None));
        Assert.Empty(chronyc.Running);
    }

    private static string Read(string run) => File.ReadAllText(Fixture.PathOf($"chrony-4.3-{run}.txt"));

    private static string With(int field, string value, string line)
    {
        var fields = line.Split(',');
        fields[field] = value;
        return string.Join(',', fields).ToString(CultureInfo.InvariantCulture);
    }
}
