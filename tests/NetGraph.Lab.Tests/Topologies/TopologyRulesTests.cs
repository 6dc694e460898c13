using NetGraph.Lab.Topologies;

namespace NetGraph.Lab.Tests.Topologies;

/// <summary>One broken file for each rule: the good one with a few words changed.</summary>
public sealed class TopologyRulesTests
{
    private const string Good =
        """
        { "name": "t1", "mgmt": false, "hosts": ["h1", "h2"], "routers": ["r1"],
          "links": [ { "a": "h1", "b": "r1", "rate_mbit": 9 }, { "a": "h2", "b": "r1", "rate_mbit": 9 } ] }
        """;

    private const string FirstLink = "{ \"a\": \"h1\", \"b\": \"r1\", \"rate_mbit\": 9 }";

    public static TheoryData<string, string, string> BrokenFiles => new()
    {
        { "\"t1\"", "\"toolong\"", "The name \"toolong\" must be 1 to 6 of a-z and 0-9 (interface names are limited to 15 characters): shorten or change it." },
        { "\"t1\"", "\"\"", "The name \"\" must be 1 to 6 of a-z and 0-9 (interface names are limited to 15 characters): shorten or change it." },
        { "\"t1\"", "7", "The key \"name\" must be a text of 1 to 6 of a-z and 0-9: add it." },
        { "\"name\": \"t1\", ", "", "The key \"name\" must be a text of 1 to 6 of a-z and 0-9: add it." },
        { "false", "\"yes\"", "The key \"mgmt\" must be true or false and is \"yes\": correct it." },
        { "\"mgmt\"", "\"managed\"", "Unknown key \"managed\" in the file: allowed are name, mgmt, defaults, hosts, routers, links, groups; rename or remove it." },
        { "\"hosts\"", "\"defaults\": { \"speed\": 1 }, \"hosts\"", "Unknown key \"speed\" in defaults: allowed are a, b, rate_mbit, rate_ab_mbit, rate_ba_mbit, queue_ms, delay_ms, loss_pct, loss_ab_pct, loss_ba_pct; rename or remove it." },
        { "\"hosts\"", "\"defaults\": 3, \"hosts\"", "The key \"defaults\" must be an object of link fields: correct or remove it." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": 9, \"latency\": 1 }, {", "Unknown key \"latency\" in links[0]: allowed are a, b, rate_mbit, rate_ab_mbit, rate_ba_mbit, queue_ms, delay_ms, loss_pct, loss_ab_pct, loss_ba_pct; rename or remove it." },
        { "[\"h1\", \"h2\"]", "\"h1\"", "The key \"hosts\" must be an array of node names in quotes: correct it." },
        { "\"hosts\": [\"h1\", \"h2\"],", "", "The key \"hosts\" must be an array of node names: add it." },
        { "\"links\"", "\"routes\"", "The key \"links\" must be an array of links such as {\"a\": \"h1\", \"b\": \"r1\", \"rate_mbit\": 100}: add it." },
        { FirstLink, "5", "links[0] must be an object such as {\"a\": \"h1\", \"b\": \"r1\", \"rate_mbit\": 100}: correct it." },
        { "\"a\": \"h1\"", "\"a\": 1", "links[0]: a must be the name of a node and is 1: write a name in quotes." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": \"9\" }, {", "links[0]: rate_mbit must be a number and is \"9\": write a number without quotes." },
        { "[\"r1\"]", "[\"r1\", \"h2\"]", "The node h2 is listed more than once in hosts and routers: remove all but one." },
        { "[\"r1\"]", "[\"r1\", \"R-2\"]", "The node name \"R-2\" must be 1 to 12 of a-z and 0-9 (interface names are limited to 15 characters): shorten or change it." },
        { "false, \"hosts\": [\"h1\", \"h2\"], \"routers\": [\"r1\"]", "true, \"hosts\": [\"h1\", \"h2\"], \"routers\": [\"r1\", \"mgmt\"]", "The node name \"mgmt\" is taken by the management network: rename the node or set mgmt to false." },
        { "\"b\": \"r1\", \"rate_mbit\": 9 } ]", "\"b\": \"r9\", \"rate_mbit\": 9 } ]", "links[1] (h2-r9) leads to r9, which is neither in hosts nor in routers: correct the name or list the node." },
        { "\"a\": \"h1\", ", "", "links[0] has no a: add the name of a host or router." },
        { FirstLink, FirstLink + ", { \"a\": \"r1\", \"b\": \"r1\", \"rate_mbit\": 9 }", "links[1] (r1-r1) leads from a node to itself, which no link may: correct or remove it." },
        { FirstLink, FirstLink + ", { \"a\": \"r1\", \"b\": \"h1\", \"rate_mbit\": 9 }", "links[1] (r1-h1) is a second link between the same nodes, of which there may be one: remove it." },
        { "[\"h1\", \"h2\"]", "[\"h1\", \"h2\", \"h3\"]", "The host h3 has 0 links and must have exactly one: make it a router or correct its links." },
        { "[\"r1\"]", "[\"r1\", \"r2\"]", "The router r2 has no link: link it or remove it." },
        { "\"b\": \"r1\", \"rate_mbit\": 9 }, {", "\"b\": \"r1\" }, {", "links[0] (h1-r1) has no rate from a to b: add rate_mbit to the link or to defaults." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": 0 }, {", "links[0] (h1-r1) has a rate of 0 bit/s from a to b and must have at least 8: raise it, or use loss_pct 100 for a dead link." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": 1e9 }, {", "links[0] (h1-r1) has a rate above 10 Tbit/s from a to b, more than a token bucket can hold: lower it." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": -9 }, {", "links[0] (h1-r1): rate_mbit is -9 and must not be negative: correct it." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": 9, \"delay_ms\": -0.5 }, {", "links[0] (h1-r1): delay_ms is -0.5 and must not be negative: correct it." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": 9, \"loss_ab_pct\": 101 }, {", "links[0] (h1-r1): loss_ab_pct is 101 and must be from 0 to 100: correct it." },
        { "\"rate_mbit\": 9 }, {", "\"rate_mbit\": 9, \"queue_ms\": 1e10 }, {", "links[0] (h1-r1) would queue more than 4000000000 bytes from a to b: lower queue_ms or the rate." },
        { "\"routers\": [\"r1\"]", "\"routers\": [\"r1\"], \"groups\": []", "The key \"groups\" must be an object from group name to an array of hosts: correct or remove it." },
        { "\"routers\": [\"r1\"]", "\"routers\": [\"r1\"], \"groups\": { \"g\": [\"h1\", \"h2\", \"h9\"] }", "The group g lists h9, which is not in hosts: correct the name or remove it." },
        { "\"routers\": [\"r1\"]", "\"routers\": [\"r1\"], \"groups\": { \"g\": [\"h1\", \"h2\"], \"k\": [\"h2\"] }", "The host h2 is listed more than once in groups (g, k) and must be in exactly one: remove it from the others." },
        { "\"routers\": [\"r1\"]", "\"routers\": [\"r1\"], \"groups\": { \"g\": [\"h1\"] }", "The host h2 is in no group and must be in exactly one: add it to a group, or remove groups to group hosts by router." },
        { "\"routers\": [\"r1\"]", "\"routers\": [\"r1\"], \"groups\": { \"G!\": [\"h1\", \"h2\"] }", "The group name \"G!\" must be 1 to 32 of a-z, 0-9 and -: change it." },
        { "[\"r1\"]", "[\"r1\", \"r2\", \"r3\"]", "The router r3 has no link: link it or remove it." },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void Names_what_is_wrong_what_is_allowed_and_what_to_do(string words, string replacement, string sentence)
    {
        Assert.Contains(words, Good, StringComparison.Ordinal);

        var error = Assert.Throws<TopologyException>(() => Topology.Parse(Good.Replace(words, replacement, StringComparison.Ordinal), "test"));

        Assert.Contains(sentence, error.Errors);
        Assert.StartsWith("test: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_the_file_that_the_broken_ones_are_made_from() => Assert.Equal("t1", Topology.Parse(Good, "test").Name);

    [Fact]
    public void Refuses_a_network_in_pieces()
    {
        var error = Refusal(
            """
            { "name": "t1", "hosts": ["h1", "h2", "h3"], "routers": ["r1", "r2"], "defaults": { "rate_mbit": 1 },
              "links": [ { "a": "h1", "b": "r1" }, { "a": "h2", "b": "r1" }, { "a": "h3", "b": "r2" } ] }
            """);

        Assert.Equal(["The network is in pieces: h1 cannot reach h3, r2; add the links that are missing."], error.Errors);
    }

    [Fact]
    public void Refuses_an_empty_network() => Assert.Equal(
        ["The network has no nodes with links: list at least one host and one router, and a link."],
        Refusal("""{ "name": "t1", "hosts": [], "links": [] }""").Errors);

    [Theory]
    [InlineData(50_001, false, "There are 50001 hosts and the address plan has room for 50000: remove some.")]
    [InlineData(1_023, true, "There are 1023 hosts and the management network has room for 1022: remove some or set mgmt to false.")]
    public void Refuses_more_hosts_than_there_are_addresses(int hosts, bool isManaged, string sentence) =>
        Assert.Equal([sentence], Refusal(Star(hosts, isManaged)).Errors);

    [Fact]
    public void Accepts_as_many_hosts_as_the_management_network_holds() =>
        Assert.Equal(1022, Topology.Parse(Star(1022, isManaged: true), "test").Hosts.Count);

    [Fact]
    public void Reports_all_errors_at_once()
    {
        var error = Refusal(
            """
            { "name": "A", "size": 1, "hosts": ["h1", "h1"], "routers": ["r1"],
              "links": [ { "a": "h1", "b": "r9", "rate_mbit": -1 }, { "a": "h1", "b": "r1" } ] }
            """);

        Assert.Equal(8, error.Errors.Count);
        Assert.Equal(8, error.Message.Split('\n').Length);
    }

    [Fact]
    public void Says_where_malformed_json_breaks() => Assert.Equal(
        ["The file is not valid JSON at line 2, byte 9: correct it there."],
        Refusal("{\n\"name\": oops }").Errors);

    [Fact]
    public void Refuses_json_that_is_not_an_object() => Assert.Contains(
        "The file must hold one JSON object with the keys name, hosts and links.",
        Refusal("[]").Errors);

    [Fact]
    public void Says_that_a_file_is_missing()
    {
        var error = Assert.Throws<TopologyException>(() => Topology.Read("no-such-folder/no.json"));

        Assert.Equal("no-such-folder/no.json: There is no such file: give the path of a topology file.", error.Message);
    }

    private static TopologyException Refusal(string json) => Assert.Throws<TopologyException>(() => Topology.Parse(json, "test"));

    private static string Star(int hosts, bool isManaged)
    {
        var names = Enumerable.Range(1, hosts).Select(number => $"\"h{number}\"").ToList();
        var links = names.Select(name => $"{{ \"a\": {name}, \"b\": \"r1\" }}");
        return $$"""
            { "name": "t1", "mgmt": {{(isManaged ? "true" : "false")}}, "hosts": [{{string.Join(',', names)}}], "routers": ["r1"],
              "defaults": { "rate_mbit": 1 }, "links": [{{string.Join(',', links)}}] }
            """;
    }
}
