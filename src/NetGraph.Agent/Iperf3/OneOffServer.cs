using System.Net;

namespace NetGraph.Agent.Iperf3;

/// <summary>An iperf3 server for one test: it listens when it is handed over, and is gone soon after its time, whatever happens.</summary>
internal sealed class OneOffServer : IGrantedServer
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);
    private readonly ChildProcess _child;

    private OneOffServer(ChildProcess child, int port)
    {
        _child = child;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <returns>The server, or <see langword="null"/> with what iperf3 said when it did not come up on that port.</returns>
    /// <exception cref="ToolMissingException">iperf3 is not installed.</exception>
    public static async Task<(OneOffServer? Server, string Error)> StartAsync(string program, int port, IPAddress? bind, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        var child = ChildProcess.Start(program, IperfCommand.OneOffServer(port, bind, idleTimeout));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            while (await child.Output.ReadLineAsync(limit.Token).ConfigureAwait(false) is { } line)
            {
                if (line.StartsWith("Server listening", StringComparison.Ordinal)) return (new OneOffServer(child, port), "");
            }

            var error = await child.Error.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await child.DisposeAsync().ConfigureAwait(false);
            return (null, error.Trim());
        }
        catch (OperationCanceledException)
        {
            await child.DisposeAsync().ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) throw;
            return (null, $"iperf3 did not listen within {StartLimit.TotalSeconds} s");
        }
    }

    /// <summary>Waits until the server has served its client and ended.</summary>
    /// <returns>Whether it ended in that time.</returns>
    public async Task<bool> EndsWithin(TimeSpan time)
    {
        // Its report must be read, or a full pipe would keep it from ending.
        var drain = Task.WhenAll(_child.Output.BaseStream.CopyToAsync(Stream.Null), _child.Error.BaseStream.CopyToAsync(Stream.Null));
        var ended = await _child.ExitsWithin(time).ConfigureAwait(false);
        _ = drain.ContinueWith(static task => task.Exception, TaskScheduler.Default);
        return ended;
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
