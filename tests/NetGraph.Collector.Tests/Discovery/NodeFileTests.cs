using System.Net;
using NetGraph.Collector.Discovery;

namespace NetGraph.Collector.Tests.Discovery;

public sealed class NodeFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Absent_members_have_their_defaults()
    {
        var node = Assert.IsType<AgentNode>(Assert.Single(await ReadAsync("""{"nodes":[{"name":"h1","address":"10.0.0.1"}]}""")));

        Assert.Equal("h1", node.Name);
        Assert.Equal(IPAddress.Parse("10.0.0.1"), node.Address);
        Assert.Equal(node.Address, node.ManagementAddress);
        Assert.Equal(9877, node.OrdersPort);
        Assert.Equal(9878, node.EchoPort);
        Assert.Null(node.Node.Zone);
    }

    [Fact]
    public async Task Reads_every_member()
    {
        var node = Assert.IsType<AgentNode>(Assert.Single(await ReadAsync(
            """
            {"nodes":[{"name":"h1","address":"fd00::1","managementAddress":"10.1.0.1","ordersPort":1,"echoPort":65535,"zone":"a","region":"r","rack":"1","instanceType":"t"}]}
            """)));

        Assert.Equal((IPAddress.Parse("fd00::1"), IPAddress.Parse("10.1.0.1"), 1, 65535), (node.Address, node.ManagementAddress, node.OrdersPort, node.EchoPort));
        Assert.Equal(("a", "r", "1", "t"), (node.Node.Zone, node.Node.Region, node.Node.Rack, node.Node.InstanceType));
    }

    [Fact]
    public async Task A_target_may_have_a_host_name_for_its_address()
    {
        var nodes = await ReadAsync("""{"nodes":[{"kind":"target","name":"t1","address":"iperf.example","zone":"z"},{"kind":"target","name":"t2","address":"fd00::1","serverPort":5202}]}""");

        Assert.Equal([("t1", "iperf.example", 5201), ("t2", "fd00::1", 5202)], nodes.Cast<TargetNode>().Select(target => (target.Name, target.Host, target.ServerPort)));
        Assert.Equal("z", nodes[0].Node.Zone);
    }

    [Fact]
    public async Task Is_read_anew_each_time()
    {
        Assert.Single(await ReadAsync("""{"nodes":[{"name":"h1","address":"10.0.0.1"}]}"""));
        Assert.Empty(await ReadAsync("""{"nodes":[]}"""));
    }

    [Theory]
    [InlineData("""{"nodes":[{"address":"10.0.0.1"}]}""", "node 1 has no name.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1"},{"name":" ","address":"10.0.0.1"}]}""", "node 2 has no name.")]
    [InlineData("""{"nodes":[null]}""", "node 1 has no name.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1"},{"name":"a","address":"10.0.0.2"}]}""", "the name 'a' is given twice.")]
    [InlineData("""{"nodes":[{"name":"a"}]}""", "the address '' of 'a' is not an IP address.")]
    [InlineData("""{"nodes":[{"name":"a","address":"host.example"}]}""", "the address 'host.example' of 'a' is not an IP address.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.1"}]}""", "the address '10.0.1' of 'a' is not an IP address.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1","managementAddress":"x"}]}""", "the managementAddress 'x' of 'a' is not an IP address.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1","ordersPort":0}]}""", "the ordersPort of 'a' must be 1 to 65535.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1","echoPort":65536}]}""", "the echoPort of 'a' must be 1 to 65535.")]
    [InlineData("""{"nodes":[{"kind":"server","name":"a","address":"10.0.0.1"}]}""", "the kind 'server' of 'a' must be 'agent' or 'target'.")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1","serverPort":5201}]}""", "'a' has an agent: serverPort is for nodes of \"kind\": \"target\".")]
    [InlineData("""{"nodes":[{"kind":"target","name":"a","address":"-c"}]}""", "the address '-c' of 'a' is neither an IP address nor a host name.")]
    [InlineData("""{"nodes":[{"kind":"target","name":"a","address":"x","serverPort":0}]}""", "the serverPort of 'a' must be 1 to 65535.")]
    [InlineData("""{"nodes":[{"kind":"target","name":"a","address":"x","echoPort":9}]}""", "'a' is a target: managementAddress, ordersPort, echoPort and metricsPort are for nodes with an agent.")]
    [InlineData("""{"nodes":[{"kind":"target","name":"a","address":"x"},{"kind":"target","name":"b","address":"X"}]}""", "'a' and 'b' are the same iperf3 server.")]
    [InlineData("{}", "it has no member 'nodes'.")]
    [InlineData("null", "it has no member 'nodes'.")]
    [InlineData("""{"nodes":[{"name":"a","address":"x","echoPort":0},{}]}""", "the address 'x' of 'a' is not an IP address; the echoPort of 'a' must be 1 to 65535; node 2 has no name.")]
    public async Task Says_what_is_wrong(string json, string expected)
    {
        var exception = await Assert.ThrowsAsync<NodeSourceException>(() => ReadAsync(json));

        Assert.Equal($"The node file '{_path}' is wrong: {expected}", exception.Message);
    }

    [Theory]
    [InlineData("", "The input does not contain any JSON tokens.")]
    [InlineData("nodes:", "invalid JSON literal")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1","rackk":"1"}]}""", "'rackk'")]
    [InlineData("""{"nodes":[{"name":"a","address":"10.0.0.1","echoPort":"9"}]}""", "$.nodes[0].echoPort")]
    [InlineData("[]", "could not be converted")]
    public async Task Says_that_it_is_no_list_of_nodes(string json, string expected)
    {
        var exception = await Assert.ThrowsAsync<NodeSourceException>(() => ReadAsync(json));

        Assert.StartsWith($"The node file '{_path}' is not a list of nodes: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("""Expected is {"nodes":[{"name":…,"address":…}]}.""", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_file_cannot_be_read()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        var exception = await Assert.ThrowsAsync<NodeSourceException>(() => new NodeFile(missing).ReadAsync(CancellationToken.None));

        Assert.StartsWith($"The node file '{missing}' cannot be read: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Name a readable file with --nodes.", exception.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<MeshMember>> ReadAsync(string json)
    {
        await File.WriteAllTextAsync(_path, json);
        return await new NodeFile(_path).ReadAsync(CancellationToken.None);
    }
}
