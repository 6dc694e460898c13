namespace NetGraph.Cli.Tests;

public sealed class TextTableTests
{
    private static readonly string[] Hosts = [.. Enumerable.Range(0, 12).Select(i => $"ip-10-20-{i % 3}-{i}.eu-central-1.compute.internal")];

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public void Long_names_are_shortened_in_the_middle_and_still_differ(int width)
    {
        var lines = Lines(width);

        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Equal(Hosts.Length - 1, lines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Distinct().Count());
        Assert.All(lines.Skip(1), line => Assert.Contains('…', line));
        Assert.All(lines.Skip(1), line => Assert.EndsWith("123.4 Mbit/s", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(null)]
    public void Names_stay_whole_where_there_is_room_or_no_terminal(int? width) => Assert.All(Lines(width).Skip(1), line => Assert.Contains(Hosts[0], line, StringComparison.Ordinal));

    [Fact]
    public void A_shortened_name_differs_from_those_of_other_nodes_too()
    {
        var table = new TextTable("@NODE", ">RATE") { Names = ["worker-a-0000000000000000-x", "worker-b-0000000000000000-x"] };
        table.Add("worker-a-0000000000000000-x", "1");

        Assert.Contains("worker-a", Write(table, 26)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_in_the_middle_only_are_wider_than_the_terminal_rather_than_the_same()
    {
        var names = new[] { new string('a', 30) + "1" + new string('a', 30), new string('a', 30) + "2" + new string('a', 30) };

        Assert.Equal(names.Length, ShortNames.Of(names, 10).Values.Distinct().Count());
    }

    [Fact]
    public void Half_a_character_is_never_left()
    {
        var names = Enumerable.Range(0, 4).Select(i => string.Concat(Enumerable.Repeat("🛰", 20)) + i);

        Assert.All(ShortNames.Of(names, 11).Values, name => Assert.Equal(name, TextTable.Plain(name)));
    }

    [Fact]
    public async Task Nothing_is_shortened_or_coloured_in_a_file()
    {
        using var files = new MeshFiles();
        var run = await files.NetGraphAsync("analyze", files.Write("mesh.csv", MeshFiles.Racks().Replace("h7", "h7-with-a-name-that-is-longer-than-half-of-a-terminal-of-eighty-columns", StringComparison.Ordinal)));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain('…', run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    private static string[] Lines(int? width)
    {
        var table = new TextTable("@SOURCE", "@DESTINATION", ">THROUGHPUT");
        foreach (var host in Hosts.Skip(1)) table.Add(Hosts[0], host, "123.4 Mbit/s");
        return Write(table, width);
    }

    private static string[] Write(TextTable table, int? width)
    {
        using var text = new StringWriter();
        table.WriteTo(text, width);
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
