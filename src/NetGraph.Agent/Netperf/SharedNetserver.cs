using System.Net;
using System.Net.Sockets;
using System.Text;
using NetGraph.Agent.Iperf3;

namespace NetGraph.Agent.Netperf;

/// <summary>The agent's one netserver: it serves any number of clients at once, and lives as long as a test needs it.</summary>
/// <param name="program">Name or path of netserver.</param>
/// <param name="port">Its TCP port.</param>
/// <param name="bind">Its local address, or <see langword="null"/> for any.</param>
internal sealed class SharedNetserver(string program, int port, IPAddress? bind) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim _gate = new(1);
    private ChildProcess? _child;
    private int _tests;

    /// <summary>Has the server run for a test.</summary>
    /// <returns>The right to it, to be disposed of when the test is over; or <see langword="null"/> with why it does not run.</returns>
    /// <exception cref="ToolMissingException">netserver is not installed.</exception>
    public async Task<(IGrantedServer? Server, string Error)> AcquireAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_child is { HasExited: true }) await EndAsync().ConfigureAwait(false);
            if (_child is null && await StartAsync(cancellation).ConfigureAwait(false) is { } error) return (null, error);
            _tests++;
            return (new Use(this, _child!, port), "");
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
        _gate.Release();
    }

    private async Task<string?> StartAsync(CancellationToken cancellation)
    {
        var child = ChildProcess.Start(program, NetperfCommand.Server(port, bind));
        var said = new StringBuilder();
        // It prints for as long as it lives: unread, a full pipe would stop it.
        _ = ReadAsync(child.Output, said);
        _ = ReadAsync(child.Error, said);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            while (!child.HasExited)
            {
                if (await ListensAsync(limit.Token).ConfigureAwait(false))
                {
                    _child = child;
                    return null;
                }

                await Task.Delay(Pause, limit.Token).ConfigureAwait(false);
            }

            await child.DisposeAsync().ConfigureAwait(false);
            lock (said) return said.Length > 0 ? said.ToString().Trim() : "netserver ended at its start";
        }
        catch (OperationCanceledException)
        {
            await child.DisposeAsync().ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) throw;
            return $"netserver did not listen on port {port} within {StartLimit.TotalSeconds} s";
        }
    }

    // Its word that it listens may stay in its buffer for as long as it lives: only a connection tells.
    private async Task<bool> ListensAsync(CancellationToken cancellation)
    {
        var address = bind ?? IPAddress.Loopback;
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder said)
    {
        const int Most = 1000;
        var buffer = new char[256];
        try
        {
            while (await from.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                lock (said) said.Append(buffer, 0, Math.Min(count, Most - said.Length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process was ended.
        }
    }

    private async Task ReleaseAsync(ChildProcess child)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        // One that died and was started anew belongs to later tests.
        if (child == _child && --_tests == 0) await EndAsync().ConfigureAwait(false);
        _gate.Release();
    }

    private async Task EndAsync()
    {
        if (_child is not { } child) return;
        // It has a child of its own for each client, which would outlive it.
        await child.KillAllAsync().ConfigureAwait(false);
        await child.DisposeAsync().ConfigureAwait(false);
        (_child, _tests) = (null, 0);
    }

    private sealed class Use(SharedNetserver server, ChildProcess child, int port) : IGrantedServer
    {
        private readonly CancellationTokenSource _over = new();
        private int _isReleased;

        public int Port => port;

        public async Task<bool> EndsWithin(TimeSpan time)
        {
            await Task.Delay(time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) != 0) return;
            await _over.CancelAsync().ConfigureAwait(false);
            await server.ReleaseAsync(child).ConfigureAwait(false);
        }
    }
}
