using Microsoft.AspNetCore.Http;
using NetGraph.Api.Rendering;

namespace NetGraph.Api.Tests.Rendering;

public sealed class PreconditionsTests
{
    [Theory]
    [InlineData("image/svg+xml", true)]
    [InlineData("image/svg+xml;q=0", false)]
    [InlineData("image/svg+xml;q=0, image/*", false)]
    [InlineData("image/svg+xml;q=0, */*;q=0.5", false)]
    [InlineData("image/*;q=0, image/svg+xml", true)]
    [InlineData("image/*;q=0, */*", false)]
    [InlineData("*/*;q=0, image/*", true)]
    [InlineData("text/html, */*;q=0", false)]
    [InlineData("text/html, image/png", false)]
    [InlineData("IMAGE/SVG+XML", true)]
    [InlineData("nonsense", false)]
    public void Of_the_ranges_that_match_the_most_specific_decides(string accept, bool isTaken)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = accept;

        Assert.Equal(isTaken, Preconditions.Accepts(context.Request, "image/svg+xml"));
    }

    [Theory]
    [InlineData("\"x\"", true)]
    [InlineData("W/\"x\"", true)]
    [InlineData("\"a\", W/\"b\", \"x\"", true)]
    [InlineData("*", true)]
    [InlineData("\"X\"", false)]
    [InlineData("\"xx\"", false)]
    [InlineData("\"a\"", false)]
    [InlineData("x", false)]
    [InlineData("", false)]
    public void Tags_are_compared_weakly(string match, bool hasAlready)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.IfNoneMatch = match;

        Assert.Equal(hasAlready, Preconditions.HasAlready(context.Request, "\"x\""));
    }
}
