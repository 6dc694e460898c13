namespace NetGraph.Cli.Tests;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("analyse", "analyze")]
    [InlineData("grpah", "graph")]
    [InlineData("coll", "collector")]
    [InlineData("PLAN", "plan")]
    [InlineData("measure", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Finds_the_verb_that_was_meant(string typed, string? meant) => Assert.Equal(meant, Spelling.Nearest(typed, ["agent", "collector", "api", "plan", "mesh", "up", "poll", "analyze", "graph"]));

    [Fact]
    public void Dashes_do_not_count() => Assert.Equal("--interval", Spelling.Nearest("-intervall", ["--interval", "--isolation"]));
}
