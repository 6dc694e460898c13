using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetGraph.Agent.Clock;
using NetGraph.Agent.Echo;
using NetGraph.Agent.Iperf3;
using NetGraph.Agent.Orders;
using NetGraph.Agent.Ping;
using NetGraph.Agent.Probing;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent;

/// <summary>An agent: runs on a node, measures on order, echoes, and publishes what it found.</summary>
public sealed partial class AgentHost : IAsyncDisposable
{
    private readonly AgentState _state;
    private readonly EchoResponder _responder;
    private readonly EchoProber _prober;
    private readonly WebApplication _app;
    private readonly GrantedServers _servers;
    private int _isDisposed;
    private readonly FurtherProbes _further;

    private AgentHost(AgentState state, EchoResponder responder, EchoProber prober, FurtherProbes further, GrantedServers servers, WebApplication app)
    {
        _further = further;
        _state = state;
        _responder = responder;
        _prober = prober;
        _servers = servers;
        _app = app;
    }

    /// <summary>Port of the orders.</summary>
    public int OrdersPort => ServiceHost.PortOf(_app, 1);

    /// <summary>Port of the metrics.</summary>
    public int MetricsPort => ServiceHost.PortOf(_app, 0);

    /// <summary>UDP port of the echo responder.</summary>
    public int EchoPort => _responder.Port;

    /// <summary>Starts an agent.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="logging">What is logged.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="StartupException">A port is taken, iperf3 is missing, or a certificate cannot be read.</exception>
    public static async Task<AgentHost> StartAsync(AgentOptions options, LogSettings logging, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Before anything listens: an orphan may hold a port, and its traffic would spoil the first tests.
        var orphans = Orphans.Kill();
        var version = options.NeedsIperf3 ? await IperfTool.FindVersionAsync(options.Iperf3, cancellation).ConfigureAwait(false) : "not used";
        var address = options.BindAddress ?? IPAddress.Any;
        var icmp = await ChooseIcmpAsync(options, address, cancellation).ConfigureAwait(false);
        var listen = IPAddress.IsLoopback(address) ? address : Listener.EveryAddress;
        var certificate = options.CertificateFile is null ? null : new RenewedFiles<X509Certificate2>([.. new[] { options.CertificateFile, options.KeyFile }.OfType<string>()], () => ReadCertificate(options), TimeProvider.System);
        Listener[] listeners =
        [
            new(listen, options.MetricsPort, options.MetricsPortOption),
            new(options.IsPrivate ? IPAddress.Loopback : listen, options.OrdersPort, "--orders-port", certificate is null ? null : () => certificate.Current),
        ];

        var state = new AgentState(options.NodeName, TimeProvider.System, options.PairDetail, options.MetricsLevel, isZeroOnFailure: options.IsZeroOnFailure);
        var responder = StartResponder(options, options.IsPrivate ? IPAddress.Loopback : address, state);
        EchoProber? prober = null;
        FurtherProbes? further = null;
        WebApplication? app = null;
        try
        {
            prober = StartProber(options, address, state);
            app = ServiceHost.CreateBuilder(listeners, logging).Build();
            var logs = app.Services.GetRequiredService<ILoggerFactory>();
            if (certificate is not null) certificate.Log = logs.CreateLogger<AgentHost>();
            var servers = new GrantedServers(options, state.Slot, state.Throttling, logs.CreateLogger<GrantedServers>());
            var test = new OrderedTest(options, state.Throttling);
            further = new FurtherProbes(options, icmp, () => state.Slot.IsTaken, logs);
            var orders = new OrderEndpoints(options, state, servers, test, prober, further, logs.CreateLogger<OrderEndpoints>(), app.Lifetime.ApplicationStopping);

            // Orders and metrics share one server; the port, which nobody can forge, tells them apart.
            var metricsPort = options.MetricsPort;
            app.MapWhen(context => context.Connection.LocalPort != metricsPort, orders.Map);
            ServiceHost.MapAlive(app, "/healthz");
            ServiceHost.MapMetrics(app, writer =>
            {
                state.Write(writer, prober, responder, further);
                options.OtherMetrics?.Invoke(writer);
            }, options.Network is { } network ? (Labels.Network, network) : null);
            app.MapMethods(ClockReport.Route, ["GET"], (HttpContext context) => AnswerClockAsync(context, further.Clock)).ExcludeFromDescription();
            await ServiceHost.StartAsync(app, listeners, cancellation).ConfigureAwait(false);
            metricsPort = ServiceHost.PortOf(app, 0);

            var agent = new AgentHost(state, responder, prober, further, servers, app);
            var log = logs.CreateLogger<AgentHost>();
            int ordersPort = agent.OrdersPort, echoPort = agent.EchoPort;
            Log.Started(log, options.NodeName, version, metricsPort, ordersPort, echoPort);
            var sourcePorts = string.Join(", ", prober.SourcePorts);
            if (prober.IsStampedByKernel) Log.Echo(log, sourcePorts);
            else Log.EchoWithoutStamps(log, sourcePorts);
            if (options.CertificateFile is null && !options.IsPrivate) Log.Plain(log);
            if (orphans > 0) Log.Orphans(log, orphans);
            return agent;
        }
        catch
        {
            if (further is not null) await further.DisposeAsync().ConfigureAwait(false);
            prober?.Dispose();
            responder.Dispose();
            if (app is not null) await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the agent knows of its links.</summary>
    /// <param name="protocol">Protocol of the throughput tests.</param>
    public IReadOnlyList<AgentLink> ReadLinks(TestProtocol protocol = TestProtocol.Tcp) => _state.ReadLinks(_prober, _further, protocol);

    /// <summary>Ends running tests and their child processes, then stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _servers.DisposeAsync().ConfigureAwait(false);
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _servers.DisposeAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _further.DisposeAsync().ConfigureAwait(false);
        _prober.Dispose();
        _responder.Dispose();
    }

    private static EchoResponder StartResponder(AgentOptions options, IPAddress address, AgentState state)
    {
        try
        {
            return new EchoResponder(new IPEndPoint(address, options.EchoPort), () => state.Slot.IsTaken);
        }
        catch (SocketException exception)
        {
            throw ServiceHost.Cannot(new Listener(address, options.EchoPort, "--echo-port"), exception);
        }
    }

    private static EchoProber StartProber(AgentOptions options, IPAddress address, AgentState state)
    {
        try
        {
            return new EchoProber(address, EchoTrain.Default with { Interval = options.EchoInterval }, Phase(options.NodeName), () => state.Slot.IsTaken, options.EchoSourcePort);
        }
        catch (SocketException exception)
        {
            throw ServiceHost.Cannot(new Listener(address, options.EchoSourcePort, "--echo-source-port"), exception);
        }
    }

    private static async Task<IcmpMethod> ChooseIcmpAsync(AgentOptions options, IPAddress address, CancellationToken cancellation)
    {
        var method = await IcmpMethod.ChooseAsync(options.Icmp, options.Fping, address, cancellation).ConfigureAwait(false);
        return method.Mode == IcmpMode.Off && options.Icmp is not (IcmpMode.Auto or IcmpMode.Off)
            ? throw new StartupException($"ICMP echoes cannot be sent as --icmp says: {string.Join("; ", method.Reasons)}. Allow it, or leave --icmp out to use what works.")
            : method;
    }

    private static Task AnswerClockAsync(HttpContext context, ClockWatch clock)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, new ClockReport(clock.Current?.Bound.TotalSeconds), OrderJsonContext.Default.ClockReport, context.RequestAborted);
    }

    private static X509Certificate2 ReadCertificate(AgentOptions options)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartupException(
                $"The certificate '{options.CertificateFile}' with key '{options.KeyFile ?? options.CertificateFile}' cannot be read ({exception.Message}): give PEM files with --tls-certificate and --tls-key.",
                exception);
        }
    }

    /// <summary>Where in its interval a node begins: fixed by its name, spread evenly over all names.</summary>
    private static double Phase(string nodeName) => SHA256.HashData(Encoding.UTF8.GetBytes(nodeName))[0] / 256.0;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Agent of node {Node}: iperf3 {Version}, metrics on port {MetricsPort}, orders on {OrdersPort}, echo on {EchoPort}/udp")]
        public static partial void Started(ILogger log, string node, string version, int metricsPort, int ordersPort, int echoPort);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Ended {Count} child processes of an agent that had been killed")]
        public static partial void Orphans(ILogger log, int count);
        [LoggerMessage(Level = LogLevel.Information, Message = "Echoes are sent from ports {Ports}/udp, and the kernel says when their answers come")]
        public static partial void Echo(ILogger log, string ports);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Echoes are sent from ports {Ports}/udp; the kernel does not say when their answers come, so waking up counts as round-trip time")]
        public static partial void EchoWithoutStamps(ILogger log, string ports);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Orders come by plain HTTP, since no certificate was given: use that on trusted networks only")]
        public static partial void Plain(ILogger log);
    }
}
