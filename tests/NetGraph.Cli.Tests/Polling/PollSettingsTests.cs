using Microsoft.Extensions.Logging;
using NetGraph.Cli.Polling;
using NetGraph.Collector;
using NetGraph.Hosting;

namespace NetGraph.Cli.Tests.Polling;

public sealed class PollSettingsTests : IDisposable
{
    private const string Servers = "10.0.0.1:azure,10.0.0.2";
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Defaults_are_those_of_both_programs()
    {
        var settings = Read(new() { ["perf-servers"] = Servers, ["node"] = "me" });

        Assert.Equal([new("10.0.0.1", "azure"), new("10.0.0.2", "10_0_0_2")], settings.Servers);
        Assert.Equal((5201, TimeSpan.FromSeconds(300), 5, TimeSpan.FromSeconds(5), 1), (settings.ServerPort, settings.Interval, settings.DurationSeconds, settings.Overrun, settings.ParallelStreams));
        Assert.Equal(("me", 9876, LogLevel.Information), (settings.NodeName, settings.ListenPort, settings.LogLevel));
        Assert.Null(settings.Graphite);
        Assert.Empty(settings.Remarks);
        Assert.Equal(ProtocolChoice.Tcp, settings.Protocol);
        Assert.Equal(ProtocolChoice.Udp, Read(new() { ["perf-servers"] = Servers }, variables: new() { ["IPERF_TEST_PROTOCOL"] = "udp" }).Protocol);
    }

    [Fact]
    public void Reads_every_variable_of_cloud_bandwidth()
    {
        var settings = Read(variables: new()
        {
            ["CBANDWIDTH_PERF_SERVERS"] = Servers,
            ["CBANDWIDTH_GRAFANA_ADDRESS"] = "graphite.example",
            ["CBANDWIDTH_GRAFANA_PORT"] = "2013",
            ["CBANDWIDTH_POLL_INTERVAL"] = "60",
            ["CBANDWIDTH_POLL_LENGTH"] = "7",
            ["CBANDWIDTH_IPERF_PARALLEL"] = "4",
            ["CBANDWIDTH_PERF_SERVER_PORT"] = "5202",
            ["CBANDWIDTH_DOWNLOAD_PREFIX"] = "d",
            ["CBANDWIDTH_UPLOAD_PREFIX"] = "u.p",
            ["CBANDWIDTH_DEBUG"] = "true",
            ["CBANDWIDTH_PERF_IMAGE"] = "image",
            ["CBANDWIDTH_NOCONTAINER"] = "true",
            ["CBANDWIDTH_NETPERF"] = "false",
            ["SOURCE_NODE_NAME"] = "me",
        });

        Assert.Equal((5202, TimeSpan.FromSeconds(60), 7, 4, LogLevel.Debug), (settings.ServerPort, settings.Interval, settings.DurationSeconds, settings.ParallelStreams, settings.LogLevel));
        Assert.Equal(("graphite.example", 2013), (settings.Graphite!.Host, settings.Graphite.Port));
        Assert.Equal(("d.azure", "u.p.azure"), (settings.Graphite.Path("me", "azure"), settings.Graphite.Path("azure", "me")));
        Assert.Equal(["CBANDWIDTH_PERF_IMAGE has no effect: NetGraph runs the iperf3 of this machine, without containers."], settings.Remarks);
    }

    [Fact]
    public void Reads_every_variable_of_iperf3_monitor()
    {
        var settings = Read(new() { ["perf-servers"] = Servers }, variables: new()
        {
            ["SOURCE_NODE_NAME"] = "worker-1",
            ["IPERF_TEST_INTERVAL"] = "600",
            ["IPERF_TEST_DURATION"] = "8",
            ["IPERF_TEST_PROTOCOL"] = "tcp",
            ["IPERF_SERVER_PORT"] = "5203",
            ["IPERF_SERVER_NAMESPACE"] = "default",
            ["IPERF_SERVER_LABEL_SELECTOR"] = "app=iperf3-server",
            ["IPERF_TEST_TIMEOUT"] = "10",
            ["LISTEN_PORT"] = "9999",
            ["LOG_LEVEL"] = "WARNING",
        });

        Assert.Equal(("worker-1", TimeSpan.FromSeconds(600), 8, 5203, 9999, LogLevel.Warning), (settings.NodeName, settings.Interval, settings.DurationSeconds, settings.ServerPort, settings.ListenPort, settings.LogLevel));
        Assert.Equal(TimeSpan.FromSeconds(2), settings.Overrun);
    }

    [Fact]
    public void The_file_beats_the_command_line_which_beats_the_environment_of_cloud_bandwidth_which_beats_that_of_iperf3_monitor()
    {
        Dictionary<string, string> flags = new() { ["perf-servers"] = Servers, ["test-length"] = "11" };
        Dictionary<string, string> theirs = new() { ["IPERF_TEST_DURATION"] = "13" };
        Dictionary<string, string> both = new() { ["IPERF_TEST_DURATION"] = "13", ["CBANDWIDTH_POLL_LENGTH"] = "12" };
        Assert.Equal(13, Read(new() { ["perf-servers"] = Servers }, variables: theirs).DurationSeconds);
        Assert.Equal(12, Read(new() { ["perf-servers"] = Servers }, variables: both).DurationSeconds);
        Assert.Equal(11, Read(flags, variables: both).DurationSeconds);
        Assert.Equal(10, Read(flags, "test-length: 10", both).DurationSeconds);
        Assert.Equal(11, Read(flags, "test-length:", both).DurationSeconds);
        Assert.Equal(12, Read(new() { ["perf-servers"] = Servers }, variables: new(both) { ["CBANDWIDTH_POLL_LENGTH"] = "12" }).DurationSeconds);
        Assert.Equal(13, Read(new() { ["perf-servers"] = Servers }, variables: new(both) { ["CBANDWIDTH_POLL_LENGTH"] = "" }).DurationSeconds);
    }

    [Fact]
    public void Reads_every_key_of_the_file()
    {
        var settings = Read(new() { ["node"] = "me" }, """
            ---
            # as cloud-bandwidth has it
            test-length: 6
            test-interval: "301"
            server-port: 5204
            grafana-address: localhost
            grafana-port: 2004
            tsdb-download-prefix: a.b
            tsdb-upload-prefix: 'c'
            iperf-servers:
              - 172.17.0.3: azure
              - 172.17.0.4: digital.ocean
              - 172.17.0.5:
              - fd00::1: home
              - iperf.example
            """);

        Assert.Equal((6, TimeSpan.FromSeconds(301), 5204), (settings.DurationSeconds, settings.Interval, settings.ServerPort));
        Assert.Equal(("localhost", 2004, "a.b.x", "c.x"), (settings.Graphite!.Host, settings.Graphite.Port, settings.Graphite.Path("me", "x"), settings.Graphite.Path("x", "me")));
        Assert.Equal([new("172.17.0.3", "azure"), new("172.17.0.4", "digital.ocean"), new("172.17.0.5", "172_17_0_5"), new("fd00::1", "home"), new("iperf.example", "iperf_example")], settings.Servers);
    }

    [Fact]
    public void Servers_of_the_file_and_of_the_list_are_merged() =>
        Assert.Equal(["c", "azure", "10_0_0_2"], Read(new() { ["perf-servers"] = Servers }, "iperf-servers: [{10.0.0.3: c}, {10.0.0.1: azure}]").Servers.Select(server => server.Name));

    [Fact]
    public void The_direction_of_Graphites_paths_can_be_fixed()
    {
        Dictionary<string, string> flags = new() { ["perf-servers"] = Servers, ["node"] = "me", ["grafana-address"] = "localhost" };

        Assert.Equal("bandwidth.download.azure", Read(flags).Graphite!.Path("me", "azure"));
        Assert.Equal("bandwidth.upload.azure", Read(flags, switches: new(IsDirectionFixed: true)).Graphite!.Path("me", "azure"));
    }

    [Fact]
    public void A_timeout_that_would_fail_every_test_is_told_and_not_used()
    {
        var settings = Read(new() { ["perf-servers"] = Servers, ["test-length"] = "30" }, variables: new() { ["IPERF_TEST_TIMEOUT"] = "10" });

        Assert.Equal(TimeSpan.FromSeconds(5), settings.Overrun);
        Assert.Equal(["IPERF_TEST_TIMEOUT of 10 s is too short for tests of 30 s: 35 s are used."], settings.Remarks);
    }

    [Fact]
    public void A_cycle_that_cannot_fit_its_interval_is_told() =>
        Assert.Equal(
            ["Testing 2 servers both ways for 5 s takes at least 20 s, longer than the interval of 19 s: cycles follow one another at once."],
            Read(new() { ["perf-servers"] = Servers, ["test-interval"] = "19" }).Remarks);

    [Theory]
    [InlineData("test-interval", "0", "'0' is not allowed for --test-interval: it must be a whole number from 1 to 604800.")]
    [InlineData("test-length", "5s", "'5s' is not allowed for --test-length: it must be a whole number from 1 to 3600.")]
    [InlineData("perf-server-port", "65536", "'65536' is not allowed for --perf-server-port: it must be a whole number from 1 to 65535.")]
    [InlineData("parallel-connections", "129", "'129' is not allowed for --parallel-connections: it must be a whole number from 1 to 128.")]
    [InlineData("protocol", "both", "'both' is not allowed for --protocol: choose tcp or udp.")]
    [InlineData("log-level", "loud", "'loud' is not allowed for --log-level: choose one of debug, info, warning, error.")]
    [InlineData("grafana-address", "a b", "'a b' is not allowed for --grafana-address: it must be an IP address or a host name.")]
    [InlineData("tsdb-upload-prefix", "a b", "'a b' is not allowed for --tsdb-upload-prefix: it must have no white space, slash, backslash or semicolon.")]
    [InlineData("node", "azure", "The name 'azure' is that of this machine and of a server: give this machine another with --node.")]
    public void Says_what_is_wrong_with_a_flag(string flag, string value, string expected) =>
        Assert.Equal(expected, Assert.Throws<StartupException>(() => Read(new() { ["perf-servers"] = Servers, [flag] = value })).Message);

    [Fact]
    public void Says_all_that_is_wrong_and_where_it_comes_from()
    {
        var exception = Assert.Throws<StartupException>(() => Read(new() { ["perf-servers"] = "10.0.0.1:a,10.0.0.2:a" }, "test-length: long", new() { ["LISTEN_PORT"] = "x" }));

        Assert.Equal(
            $"'long' is not allowed for test-length in '{_path}': it must be a whole number from 1 to 3600. The name 'a' is given to 10.0.0.1 and 10.0.0.2: every server needs a name of its own. "
            + "'x' is not allowed for LISTEN_PORT: it must be a whole number from 1 to 65535.",
            exception.Message);
    }

    [Fact]
    public void Without_servers_it_says_how_to_list_or_find_them() =>
        Assert.Equal(
            "There are no servers to poll: list them with -perf-servers ADDRESS:NAME,ADDRESS:NAME, in CBANDWIDTH_PERF_SERVERS, or under iperf-servers in configuration.yaml; or have them found in Kubernetes by --server-selector.",
            Assert.Throws<StartupException>(() => Read()).Message);

    [Fact]
    public void Pods_are_looked_for_as_soon_as_a_variable_of_iperf3_monitor_asks_for_them_with_its_defaults()
    {
        Assert.Null(Read(new() { ["perf-servers"] = Servers }).Pods);
        Assert.Equal(new PolledPods("default", "app=x", null), Read(variables: new() { ["IPERF_SERVER_LABEL_SELECTOR"] = "app=x" }).Pods);
        Assert.Equal(new PolledPods("mesh", "app=iperf3-server", null), Read(variables: new() { ["IPERF_SERVER_NAMESPACE"] = "mesh" }).Pods);
        var both = Read(new() { ["perf-servers"] = Servers, ["server-namespace"] = "mine", ["kubeconfig"] = "file" }, variables: new() { ["IPERF_SERVER_NAMESPACE"] = "mesh" });
        Assert.Equal((new PolledPods("mine", "app=iperf3-server", "file"), 2), (both.Pods, both.Servers.Count));
    }

    [Fact]
    public void Netperf_has_a_port_of_its_own_unless_one_is_given()
    {
        var settings = Read(new() { ["perf-servers"] = Servers }, variables: new() { ["CBANDWIDTH_NETPERF"] = "1", ["CBANDWIDTH_PERF_IMAGE"] = "i" });
        Assert.Equal((true, 12865), (settings.IsNetperf, settings.ServerPort));
        Assert.Equal(["CBANDWIDTH_PERF_IMAGE has no effect: NetGraph runs the netperf of this machine, without containers."], settings.Remarks);
        Assert.Equal(7000, Read(new() { ["perf-servers"] = Servers }, "server-port: 7000", switches: new(IsNetperf: true)).ServerPort);
        Assert.False(Read(new() { ["perf-servers"] = Servers }, variables: new() { ["CBANDWIDTH_NETPERF"] = "false" }).IsNetperf);
    }

    [Theory]
    [InlineData("protocol", "udp")]
    [InlineData("parallel-connections", "2")]
    [InlineData("server-selector", "app=x")]
    public void Netperf_refuses_what_only_iperf3_does(string flag, string value) =>
        Assert.Equal(
            "netperf runs one TCP stream at a time, to servers that are listed: leave UDP, parallel streams and servers in Kubernetes out, or -netperf.",
            Assert.Throws<StartupException>(() => Read(new() { ["perf-servers"] = Servers, [flag] = value }, switches: new(IsNetperf: true))).Message);

    [Theory]
    [InlineData("iperf-server: []", "is wrong: the key 'iperf-server' is not known: known are server-port, test-interval, test-length, grafana-address, grafana-port, tsdb-download-prefix, tsdb-upload-prefix and iperf-servers.")]
    [InlineData("- a", "is wrong: it must be a mapping of keys to values.")]
    [InlineData("test-length: [1]", "is wrong: test-length must be one value.")]
    [InlineData("iperf-servers: 10.0.0.1", "is wrong: iperf-servers must be a list of addresses and names, such as '- 10.0.0.1: azure' (line ")]
    [InlineData("iperf-servers: [{10.0.0.1: [a]}]", "is wrong: iperf-servers must be a list of addresses and names, such as '- 10.0.0.1: azure' (line 1).")]
    [InlineData("iperf-servers: [[a]]", "is wrong: iperf-servers must be a list of addresses and names, such as '- 10.0.0.1: azure' (line 1).")]
    [InlineData("test-length: 1\ntest-length: 2", "is not YAML: line 2: ")]
    [InlineData("a: b: c", "is not YAML: line 1: ")]
    public void Says_what_is_wrong_with_the_file(string yaml, string expected) =>
        Assert.StartsWith($"The configuration '{_path}' {expected}", Assert.Throws<StartupException>(() => Read(yaml: yaml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("---\n")]
    [InlineData("# nothing\n")]
    [InlineData("iperf-servers:\n")]
    public void An_empty_file_sets_nothing(string yaml) => Assert.Equal(2, Read(new() { ["perf-servers"] = Servers }, yaml).Servers.Count);

    [Fact]
    public void A_file_that_is_named_must_be_there()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        var exception = Assert.Throws<StartupException>(() => PollSettings.Read(new Dictionary<string, string>(), new(), null, name => name == "CBANDWIDTH_CONFIG" ? missing : null));

        Assert.StartsWith($"The configuration '{missing}' cannot be read (", exception.Message, StringComparison.Ordinal);
    }

    private PollSettings Read(Dictionary<string, string>? flags = null, string? yaml = null, Dictionary<string, string>? variables = null, PollSwitches? switches = null)
    {
        if (yaml is not null) File.WriteAllText(_path, yaml);
        return PollSettings.Read(flags ?? [], switches ?? new(), yaml is null ? null : _path, name => variables?.GetValueOrDefault(name));
    }
}
