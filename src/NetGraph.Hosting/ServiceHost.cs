using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Hosting;

/// <summary>What agent, collector and api have in common as web servers: listeners, logging, metrics, and clear words when they cannot start.</summary>
public static class ServiceHost
{
    /// <summary>Prepares a small web server.</summary>
    /// <param name="listeners">Where it listens.</param>
    /// <param name="log">What is logged.</param>
    public static WebApplicationBuilder CreateBuilder(IReadOnlyList<Listener> listeners, LogSettings log)
    {
        ArgumentNullException.ThrowIfNull(listeners);
        ArgumentNullException.ThrowIfNull(log);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var listener in listeners)
            {
                kestrel.Listen(listener.Address, listener.Port, options =>
                {
                    options.Protocols = HttpProtocols.Http1;
                    if (listener.Certificate is { } certificate) options.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate());
                });
            }
        });
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(log.Level);
        builder.Logging.AddFilter("Microsoft", log.Level > LogLevel.Warning ? log.Level : LogLevel.Warning);
        // A port that is taken is told by StartAsync, in one sentence and without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";
        if (log.IsJson)
        {
            builder.Logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = (Time, true));
        }
        else
        {
            builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, Time + " ", true));
        }

        return builder;
    }

    /// <summary>Starts the server.</summary>
    /// <param name="app">The server.</param>
    /// <param name="listeners">Where it listens, as given to <see cref="CreateBuilder"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StartupException">A port is taken or an address is not one of this machine.</exception>
    public static async Task StartAsync(WebApplication app, IReadOnlyList<Listener> listeners, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(listeners);
        foreach (var listener in listeners) CheckFree(listener);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new StartupException($"The web server cannot listen: {exception.Message}", exception);
        }
    }

    /// <summary>The port on which a started server listens, for listeners whose port the system chose.</summary>
    /// <param name="app">A started server.</param>
    /// <param name="index">Which of its listeners.</param>
    public static int PortOf(WebApplication app, int index)
    {
        ArgumentNullException.ThrowIfNull(app);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.ElementAt(index).Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
    }

    /// <summary>Serves the program's metrics at <c>/metrics</c>.</summary>
    /// <param name="app">The server.</param>
    /// <param name="write">Writes the metrics from the program's state.</param>
    /// <param name="always">A label that every sample gets; <see langword="null"/> for none.</param>
    public static void MapMetrics(WebApplication app, Action<ExpositionWriter> write, (string Name, string Value)? always = null) => MapText(app, "/metrics", ExpositionWriter.ContentType, () =>
    {
        var writer = new ExpositionWriter(always);
        write(writer);
        return writer.ToString();
    });

    /// <summary>Answers a path with 200 while the process lives.</summary>
    /// <param name="app">The server.</param>
    /// <param name="path">The path.</param>
    public static void MapAlive(WebApplication app, string path) => MapText(app, path, "text/plain; charset=utf-8", () => "ok\n");

    // As a plain request delegate: one that is inferred from a lambda's parameters costs every agent 9 MB for its expression compiler.
    private static void MapText(WebApplication app, string path, string contentType, Func<string> text) =>
        app.MapMethods(path, ["GET", "HEAD"], (HttpContext context) =>
        {
            context.Response.ContentType = contentType;
            return context.Response.WriteAsync(text(), context.RequestAborted);
        }).ExcludeFromDescription();

    private static void CheckFree(Listener listener)
    {
        if (listener.Port == 0) return;
        using var socket = new Socket(listener.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (listener.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
        // As Kestrel binds: a port in TIME_WAIT counts as free.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        try
        {
            socket.Bind(new IPEndPoint(listener.Address, listener.Port));
            socket.Listen(1);
        }
        catch (SocketException exception)
        {
            throw Cannot(listener, exception);
        }
    }

    /// <summary>Says why an address and port cannot be had.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="exception">What the system said.</param>
    public static StartupException Cannot(Listener listener, SocketException exception)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(exception);
        return exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                new($"Port {listener.Port} on {listener.Address} is in use by another program: stop that one, or choose another port with {listener.PortOption}.", exception),
            SocketError.AddressNotAvailable =>
                new($"{listener.Address} is not an address of this machine: choose one that 'ip address' shows, or leave the option out to listen on all.", exception),
            SocketError.AccessDenied =>
                new($"Port {listener.Port} may not be used without more rights: choose one above 1023 with {listener.PortOption}.", exception),
            _ => new($"Cannot listen on {listener.Address} port {listener.Port}: {exception.Message}.", exception),
        };
    }
}
