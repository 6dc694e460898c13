using System.CommandLine;
using System.Net;
using NetGraph.Agent;
using NetGraph.Agent.Ping;
using NetGraph.Agent.Publishing;
using NetGraph.Hosting;

namespace NetGraph.Cli;

/// <summary><c>netgraph agent</c>: measures on a node.</summary>
internal static class AgentCommand
{
    private const string NodeVariable = "NODE_NAME";
    private const string AddressVariable = "POD_IP";

    public static Command Create()
    {
        var node = new Option<string>("--node") { Description = $"Name of this node (default: variable {NodeVariable}, else the host's name)", HelpName = "name", DefaultValueFactory = _ => Environment.GetEnvironmentVariable(NodeVariable) ?? Dns.GetHostName() };
        var bind = Options.Address("--bind", $"Local address of tests and echoes; a loopback address also that of metrics and orders (default: variable {AddressVariable}, else any of IPv4)");
        var metricsPort = Options.Port("--metrics-port", 9876, "Port of /metrics and /healthz");
        var ordersPort = Options.Port("--orders-port", 9877, "Port of the collector's orders");
        var echoPort = Options.Port("--echo-port", 9878, "UDP port that answers echoes");
        var echoSourcePort = Options.OptionalWhole("--echo-source-port", 1, 65532, "First of the four UDP ports that echoes are sent from; by default any that are free", "port");
        var echoInterval = Options.Seconds("--echo-interval", 10, 1, 3600, "Time from one train of ten echoes to the next");
        var pairDetail = Options.Choice("--pair-detail", PairDetail.Basic, "Metrics of each pair of nodes: all adds jitter of the echoes and path MTU", ("basic", PairDetail.Basic), ("all", PairDetail.All));
        var level = Options.Choice("--metrics-level", MetricsLevel.Auto, "Pairs of nodes that have metrics: all, those in a bad state (at most 20 a node), or none; auto is full up to 100 peers, then exceptions",
            ("auto", MetricsLevel.Auto), ("full", MetricsLevel.Full), ("exceptions", MetricsLevel.Exceptions), ("summary", MetricsLevel.Summary));
        var firstServerPort = Options.Port("--first-server-port", 5201, "First port of one-off iperf3 servers");
        var lastServerPort = Options.Port("--last-server-port", 5210, "Last port of one-off iperf3 servers");
        var iperf3 = Options.Program("--iperf3", "iperf3", "Name or path of iperf3 3.10 or newer");
        var netperf = Options.Program("--netperf", "netperf", "Name or path of netperf 2.7 or newer, for collectors that ask for it");
        var netserver = Options.Program("--netserver", "netserver", "Name or path of netserver, likewise");
        var netserverPort = Options.Port("--netserver-port", 12865, "Port of netserver while a test needs it");
        var network = Options.Network("Network that this agent measures, as label 'network' of all its metrics, where nodes have agents for several (default: none)");
        var zeroOnFailure = new Option<bool>("--zero-on-failure") { Description = "Publish the inherited iperf_network gauges as 0 after a failure, as iperf3-monitor does (default: not at all)" };
        var icmp = Options.Choice("--icmp", IcmpMode.Auto, "What ICMP echoes are sent with", ("auto", IcmpMode.Auto), ("datagram", IcmpMode.Datagram), ("raw", IcmpMode.Raw), ("fping", IcmpMode.Fping), ("off", IcmpMode.Off));
        var irtt = Options.Program("--irtt", "irtt", "Name or path of irtt 0.9 or newer, for one-way delay");
        var irttPort = Options.Port("--irtt-port", 2112, "UDP port of the irtt servers, the same on all nodes");
        var clockErrorBound = Options.FineTime("--clock-error-bound", "Most that this node's clock differs from true time, for those who know it (default: ask chrony, else the kernel)");
        var token = Options.TokenFile();
        var certificate = new Option<string?>("--tls-certificate") { Description = "PEM file of the orders' certificate, made out to the name netgraph-agent (default: plain HTTP)", HelpName = "file" };
        var key = new Option<string?>("--tls-key") { Description = "PEM file of the certificate's key", HelpName = "file" };
        var logLevel = CommandRun.LogLevelOption();
        var logForm = CommandRun.LogForm();
        var command = new Verb("agent", "Run on a node: measure on order, answer echoes, publish the node's metrics.")
        {
            Notes = "Orders come from 'netgraph collector', which shares the token. Needs iperf3; everything else is used where it is there.",
            Examples =
            [
                ("openssl rand -hex 32 > token", "once: the secret that collector and agents share"),
                ("netgraph agent --node worker-1 --token-file token", "measure as worker-1; metrics at port 9876"),
                ("netgraph agent --token-file token --bind 10.0.0.7 --tls-certificate agent.pem --tls-key agent.key", "on one address, with orders by TLS"),
            ],
            ExitCodes = CommandRun.ExitCodesOfService,
        };
        command.AddGroup("Node", node, bind, network, token, certificate, key);
        command.AddGroup("Ports", metricsPort, ordersPort, echoPort, echoSourcePort, firstServerPort, lastServerPort, netserverPort, irttPort);
        command.AddGroup("Measuring", echoInterval, icmp, clockErrorBound, iperf3, netperf, netserver, irtt);
        command.AddGroup("Metrics and log", level, pairDetail, zeroOnFailure, logLevel, logForm);
        command.SetAction(async (parsed, stop) =>
        {
            var options = new AgentOptions
            {
                NodeName = parsed.GetValue(node)!,
                BindAddress = parsed.GetValue(bind) ?? AddressOfPod(),
                MetricsPort = parsed.GetValue(metricsPort),
                OrdersPort = parsed.GetValue(ordersPort),
                EchoPort = parsed.GetValue(echoPort),
                EchoSourcePort = parsed.GetValue(echoSourcePort) ?? 0,
                EchoInterval = parsed.GetValue(echoInterval),
                PairDetail = parsed.GetValue(pairDetail),
                MetricsLevel = parsed.GetValue(level),
                FirstServerPort = parsed.GetValue(firstServerPort),
                LastServerPort = parsed.GetValue(lastServerPort),
                Iperf3 = parsed.GetValue(iperf3)!,
                Netperf = parsed.GetValue(netperf)!,
                Netserver = parsed.GetValue(netserver)!,
                NetserverPort = parsed.GetValue(netserverPort),
                Network = parsed.GetValue(network),
                IsZeroOnFailure = parsed.GetValue(zeroOnFailure),
                Icmp = parsed.GetValue(icmp),
                Irtt = parsed.GetValue(irtt)!,
                IrttPort = parsed.GetValue(irttPort),
                ClockErrorBound = parsed.GetValue(clockErrorBound),
                Token = Options.ReadToken(parsed, token),
                CertificateFile = parsed.GetValue(certificate),
                KeyFile = parsed.GetValue(key),
            };
            if (options.LastServerPort < options.FirstServerPort)
                throw new StartupException($"--last-server-port {options.LastServerPort} is below --first-server-port {options.FirstServerPort}: the range of ports for iperf3 servers is empty.");
            await using var agent = await AgentHost.StartAsync(options, CommandRun.ReadLog(parsed, logLevel, logForm), stop).ConfigureAwait(false);
            await CommandRun.WaitAsync(stop).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    /// <summary>A pod is told its address, which says whether its network is one of IPv6.</summary>
    private static IPAddress? AddressOfPod()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is not { Length: > 0 } text) return null;
        return IPAddress.TryParse(text, out var address) ? address : throw new StartupException($"The variable {AddressVariable} is '{text}', which is no IP address: set it to this pod's address, or leave it out.");
    }
}
