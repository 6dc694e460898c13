using System.Net;
using NetGraph.Collector.Discovery;
using NetGraph.Measurements.Orders;

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

    [Fact]
    public async Task Without_probes_only_the_path_MTU_is_searched_for()
    {
        var probes = await ReadProbesAsync("""{"nodes":[]}""");
        Assert.Equal(new PeerProbes { PathMtuSeconds = 300 }, probes.Peers);
        Assert.Empty(probes.Targets);
    }

    [Fact]
    public async Task Reads_every_member_of_probes_and_targets()
    {
        var probes = await ReadProbesAsync(
            """
            {"nodes":[],"probes":{"icmpSeconds":1,"tcpSeconds":2,"httpSeconds":3,"oneWayDelaySeconds":4,"pathMtuSeconds":86400},"targets":[
              {"name":"i","probe":"icmp","address":"gateway.example"},{"name":"t","probe":"tcp","address":"fd00::1","port":65535,"intervalSeconds":86400},
              {"name":"h","probe":"http","url":"https://[fd00::1]:8443/x","head":true,"anyCertificate":true},{"name":"d","probe":"dns","queryName":"a.example","queryType":"AAAA","address":"10.0.0.53","port":5353},
              {"name":"r","probe":"dns","queryName":"_srv.a.example."}]}
            """);
        Assert.Equal(new PeerProbes { IcmpSeconds = 1, TcpSeconds = 2, HttpSeconds = 3, OneWayDelaySeconds = 4, PathMtuSeconds = 86400 }, probes.Peers);
        Assert.Equal(
            [
                new ProbeTarget { Name = "i", Probe = "icmp", Address = "gateway.example" },
                new ProbeTarget { Name = "t", Probe = "tcp", Address = "fd00::1", Port = 65535, IntervalSeconds = 86400 },
                new ProbeTarget { Name = "h", Probe = "http", Url = "https://[fd00::1]:8443/x", Head = true, AnyCertificate = true },
                new ProbeTarget { Name = "d", Probe = "dns", QueryName = "a.example", QueryType = "AAAA", Address = "10.0.0.53", Port = 5353 },
                new ProbeTarget { Name = "r", Probe = "dns", QueryName = "_srv.a.example." },
            ],
            probes.Targets);
        Assert.All(probes.Targets, target => Assert.Equal(target.Name == "t" ? 86400 : 30, target.IntervalSeconds));
    }

    [Theory]
    [InlineData("""{"icmpSeconds":-1}""", "icmpSeconds of the probes must be 1 to 86400, or 0 for never")]
    [InlineData("""{"tcpSeconds":86401}""", "tcpSeconds of the probes must be 1 to 86400, or 0 for never")]
    [InlineData("""{"httpSeconds":-5}""", "httpSeconds of the probes must be 1 to 86400, or 0 for never")]
    [InlineData("""{"oneWayDelaySeconds":100000}""", "oneWayDelaySeconds of the probes must be 1 to 86400, or 0 for never")]
    [InlineData("""{"pathMtuSeconds":-1}""", "pathMtuSeconds of the probes must be 1 to 86400, or 0 for never")]
    public async Task Says_what_is_wrong_with_probes(string probes, string expected) => await RefusesAsync($"{{\"nodes\":[],\"probes\":{probes}}}", expected);

    [Theory]
    [InlineData("null", "target 1 has no name of 1 to 253 characters")]
    [InlineData("""{"probe":"icmp","address":"x"}""", "target 1 has no name of 1 to 253 characters")]
    [InlineData("""{"name":" ","probe":"icmp","address":"x"}""", "target 1 has no name of 1 to 253 characters")]
    [InlineData("""{"name":"a","probe":"icmp","address":"x"},{"name":"a","probe":"icmp","address":"y"}""", "the target 'a' is given twice")]
    [InlineData("""{"name":"a","address":"x"}""", "target 'a': probe must be icmp, tcp, http or dns")]
    [InlineData("""{"name":"a","probe":"path_mtu","address":"x"}""", "target 'a': probe must be icmp, tcp, http or dns")]
    [InlineData("""{"name":"a","probe":"icmp","address":"x","intervalSeconds":0}""", "target 'a': intervalSeconds must be 1 to 86400")]
    [InlineData("""{"name":"a","probe":"icmp","address":"x","intervalSeconds":86401}""", "target 'a': intervalSeconds must be 1 to 86400")]
    [InlineData("""{"name":"a","probe":"tcp","address":"x","port":0}""", "target 'a': port must be 1 to 65535")]
    [InlineData("""{"name":"a","probe":"tcp","address":"x","port":65536}""", "target 'a': port must be 1 to 65535")]
    [InlineData("""{"name":"a","probe":"icmp"}""", "target 'a': the probe icmp needs an address, an IP address or a host's name")]
    [InlineData("""{"name":"a","probe":"icmp","address":"-f x"}""", "target 'a': the probe icmp needs an address, an IP address or a host's name")]
    [InlineData("""{"name":"a","probe":"icmp","address":"x","port":7}""", "target 'a': the probe icmp has no use for port")]
    [InlineData("""{"name":"a","probe":"icmp","address":"x","url":"http://x/"}""", "target 'a': the probe icmp has no use for url")]
    [InlineData("""{"name":"a","probe":"icmp","address":"x","queryName":"x"}""", "target 'a': the probe icmp has no use for queryName")]
    [InlineData("""{"name":"a","probe":"tcp","port":80}""", "target 'a': the probe tcp needs an address, an IP address or a host's name")]
    [InlineData("""{"name":"a","probe":"tcp","address":"x"}""", "target 'a': the probe tcp needs a port")]
    [InlineData("""{"name":"a","probe":"tcp","address":"x","port":80,"head":true}""", "target 'a': the probe tcp has no use for head")]
    [InlineData("""{"name":"a","probe":"tcp","address":"x","port":80,"anyCertificate":true}""", "target 'a': the probe tcp has no use for anyCertificate")]
    [InlineData("""{"name":"a","probe":"tcp","address":"x","port":80,"queryType":"AAAA"}""", "target 'a': the probe tcp has no use for queryType")]
    [InlineData("""{"name":"a","probe":"http"}""", "target 'a': the probe http needs a url that begins with http:// or https:// and has no user or password")]
    [InlineData("""{"name":"a","probe":"http","url":"/healthz"}""", "target 'a': the probe http needs a url that begins with http:// or https:// and has no user or password")]
    [InlineData("""{"name":"a","probe":"http","url":"file:///etc/passwd"}""", "target 'a': the probe http needs a url that begins with http:// or https:// and has no user or password")]
    [InlineData("""{"name":"a","probe":"http","url":"http://u:p@x/"}""", "target 'a': the probe http needs a url that begins with http:// or https:// and has no user or password")]
    [InlineData("""{"name":"a","probe":"http","url":"http://x/","address":"x"}""", "target 'a': the probe http has no use for address")]
    [InlineData("""{"name":"a","probe":"http","url":"http://x/","port":80}""", "target 'a': the probe http has no use for port")]
    [InlineData("""{"name":"a","probe":"http","url":"http://x/","queryName":"x"}""", "target 'a': the probe http has no use for queryName")]
    [InlineData("""{"name":"a","probe":"dns"}""", "target 'a': the probe dns needs a queryName of letters, digits, dashes, underscores and dots")]
    [InlineData("""{"name":"a","probe":"dns","queryName":"a b"}""", "target 'a': the probe dns needs a queryName of letters, digits, dashes, underscores and dots")]
    [InlineData("""{"name":"a","probe":"dns","queryName":"a..b"}""", "target 'a': the probe dns needs a queryName of letters, digits, dashes, underscores and dots")]
    [InlineData("""{"name":"a","probe":"dns","queryName":"x","queryType":"TXT"}""", "target 'a': queryType must be A or AAAA")]
    [InlineData("""{"name":"a","probe":"dns","queryName":"x","address":"dns.example"}""", "target 'a': address must be the IP address of a DNS server, or absent for the resolvers of the agent's host")]
    [InlineData("""{"name":"a","probe":"dns","queryName":"x","url":"http://x/"}""", "target 'a': the probe dns has no use for url")]
    [InlineData("""{"name":"a","probe":"x"},{},{"name":"b","probe":"tcp","address":"x"}""", "target 'a': probe must be icmp, tcp, http or dns; target 2 has no name of 1 to 253 characters; target 'b': the probe tcp needs a port")]
    public async Task Says_what_is_wrong_with_targets(string targets, string expected) => await RefusesAsync($"{{\"nodes\":[],\"targets\":[{targets}]}}", expected);

    [Theory]
    [InlineData(200, null)]
    [InlineData(201, "there are 201 targets, at most 200 are allowed")]
    public async Task There_is_a_limit_of_targets(int count, string? fault)
    {
        var json = $"{{\"nodes\":[],\"targets\":[{string.Join(',', Enumerable.Range(0, count).Select(i => $"{{\"name\":\"t{i}\",\"probe\":\"icmp\",\"address\":\"10.0.0.1\"}}"))}]}}";
        if (fault is null) Assert.Equal(count, (await ReadProbesAsync(json)).Targets.Count);
        else await RefusesAsync(json, fault);
    }

    [Theory]
    [InlineData("""{"nodes":[],"probes":{"udpSeconds":1}}""", "'udpSeconds'")]
    [InlineData("""{"nodes":[],"probes":{"icmpSeconds":1.5}}""", "$.probes.icmpSeconds")]
    [InlineData("""{"nodes":[],"targets":[{"name":"a","probe":"icmp","adress":"x"}]}""", "'adress'")]
    [InlineData("""{"nodes":[],"targets":{}}""", "$.targets")]
    public async Task Unknown_members_and_wrong_types_of_probes_and_targets_are_refused(string json, string expected)
    {
        var exception = await Assert.ThrowsAsync<NodeSourceException>(() => ReadProbesAsync(json));

        Assert.StartsWith($"The node file '{_path}' is not a list of nodes: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private async Task RefusesAsync(string json, string expected)
    {
        var exception = await Assert.ThrowsAsync<NodeSourceException>(() => ReadProbesAsync(json));

        Assert.Equal($"The node file '{_path}' is wrong: {expected}.", exception.Message);
    }

    private async Task<ProbeSettings> ReadProbesAsync(string json)
    {
        await File.WriteAllTextAsync(_path, json);
        return await new NodeFile(_path).ReadProbesAsync(CancellationToken.None);
    }

    private async Task<IReadOnlyList<MeshMember>> ReadAsync(string json)
    {
        await File.WriteAllTextAsync(_path, json);
        return await new NodeFile(_path).ReadAsync(CancellationToken.None);
    }
}
