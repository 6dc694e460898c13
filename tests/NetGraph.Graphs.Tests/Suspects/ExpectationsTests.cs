using NetGraph.Graphs.Suspects;

namespace NetGraph.Graphs.Tests.Suspects;

public sealed class ExpectationsTests
{
    [Fact]
    public void Reads_nodes_groups_and_links()
    {
        var expectations = Read("""
            {
              // The old machines.
              "nodes": [ { "name": "a", "throughputBitsPerSecond": 1e9, "ingressBitsPerSecond": 5e8 }, { "name": "b", "egressBitsPerSecond": 2e9 } ],
              "groups": [ { "name": "r1", "throughputBitsPerSecond": 4e10 } ],
              "links": [ { "source": "a", "destination": "b", "throughputBitsPerSecond": 1e8 } ]
            }
            """);

        Assert.Equal(new ExpectedCapacity(1e9, 5e8), expectations.Nodes["a"]);
        Assert.Equal(new ExpectedCapacity(2e9, null), expectations.Nodes["b"]);
        Assert.Equal(new ExpectedCapacity(4e10, 4e10), expectations.Groups["r1"]);
        Assert.Equal([new ExpectedLink("a", "b", 1e8)], expectations.Links);
    }

    [Fact]
    public void All_may_be_left_out()
    {
        var expectations = Read("{}");

        Assert.Empty(expectations.Nodes);
        Assert.Empty(expectations.Groups);
        Assert.Empty(expectations.Links);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "is expected")]
    [InlineData("null", "holds null")]
    [InlineData("""{"nodes":{}}""", "is expected")]
    [InlineData("""{"node":[]}""", "'node' is not a known member")]
    [InlineData("""{"nodes":[{"name":"a","throughput":1}]}""", "'throughput' is not a known member")]
    [InlineData("""{"nodes":[{"name":"a","throughputBitsPerSecond":"1G"}]}""", "a number without quotes")]
    [InlineData("""{"nodes":[{"throughputBitsPerSecond":1}]}""", "nodes[0] needs a name")]
    [InlineData("""{"nodes":[null]}""", "nodes[0] needs a name")]
    [InlineData("""{"nodes":[{"name":"a"}]}""", "nodes[0] ('a') needs throughputBitsPerSecond")]
    [InlineData("""{"groups":[{"name":"a","throughputBitsPerSecond":0}]}""", "groups[0] ('a') must have numbers above 0")]
    [InlineData("""{"groups":[{"name":"a","egressBitsPerSecond":1e999}]}""", "groups[0] ('a') must have numbers above 0")]
    [InlineData("""{"nodes":[{"name":"a","throughputBitsPerSecond":1},{"name":"a","throughputBitsPerSecond":2}]}""", "nodes[1] declares 'a' again")]
    [InlineData("""{"links":[{"source":"a","throughputBitsPerSecond":1}]}""", "links[0] needs source and destination")]
    [InlineData("""{"links":[{"source":"a","destination":"b"}]}""", "links[0] needs throughputBitsPerSecond")]
    [InlineData("""{"links":[{"source":"a","destination":"b","throughputBitsPerSecond":-1}]}""", "links[0] must have a throughputBitsPerSecond above 0")]
    [InlineData("""{"links":[{"source":"a","destination":"b","throughputBitsPerSecond":1},{"source":"a","destination":"b","throughputBitsPerSecond":1}]}""", "links[1] declares 'a' to 'b' again")]
    public void Refuses_what_it_cannot_use_and_says_the_form(string json, string fault)
    {
        var message = Assert.Throws<ExpectationsException>(() => Read(json)).Message;

        Assert.Contains(fault, message, StringComparison.Ordinal);
        Assert.Contains("in this form: {\"nodes\":[", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_all_faults_at_once() =>
        Assert.Contains("nodes[0] needs a name; groups[0] needs a name", Assert.Throws<ExpectationsException>(() => Read("""{"nodes":[{}],"groups":[{}]}""")).Message, StringComparison.Ordinal);

    private static Expectations Read(string json) => Expectations.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)));
}
