using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace NetGraph.Collector.Tests.Graphite;

/// <summary>A server for Graphite's lines on loopback: reads them, reads nothing, or cuts the connection.</summary>
internal sealed class FakeGraphite : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <param name="port">Port to listen on; 0 lets the system choose.</param>
    /// <param name="serve">What is done with each connection, by its number from 0; by default it is read to its end.</param>
    public FakeGraphite(int port = 0, Func<FakeGraphite, int, Socket, Task>? serve = null)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync(serve ?? ((server, _, socket) => server.ReadAsync(socket)));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whole lines received, in order.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Connections that the other side closed in an orderly way.</summary>
    public int Ended { get; private set; }

    /// <summary>Reads lines until the connection ends, or until there are so many.</summary>
    public async Task ReadAsync(Socket socket, int most = int.MaxValue)
    {
        using var reader = new StreamReader(new NetworkStream(socket));
        for (var count = 0; count < most; count++)
        {
            if (await reader.ReadLineAsync() is not { } line)
            {
                Ended++;
                return;
            }

            Lines.Enqueue(line);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
    }

    private async Task AcceptAsync(Func<FakeGraphite, int, Socket, Task> serve)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var socket = await _listener.AcceptSocketAsync();
                _sockets.Add(socket);
                _ = serve(this, number, socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
