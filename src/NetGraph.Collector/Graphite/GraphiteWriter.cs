using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NetGraph.Collector.Running;
using NetGraph.Measurements;
using NetGraph.Prometheus.Exposition;

namespace NetGraph.Collector.Graphite;

/// <summary>Writes results to Graphite in its plaintext protocol: a line a result, over one TCP connection that is made anew when it breaks. Never keeps a test waiting.</summary>
/// <remarks>
/// The protocol has no acknowledgements. Lines count as sent when the connection took them all; those of a batch that broke off are sent again, and
/// Graphite keeps one value for a path and time, so that twice does no harm.
/// </remarks>
internal sealed partial class GraphiteWriter : IAsyncDisposable
{
    private const int MaxBatchLines = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private readonly GraphiteOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<GraphiteWriter> _log;
    private readonly Channel<string> _waiting;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Task _work;
    private Connection? _connection;
    private bool _isAway;
    private long _sent;
    private long _dropped;

    public GraphiteWriter(GraphiteOptions options, TimeProvider clock, ILogger<GraphiteWriter> log)
    {
        _options = options;
        _clock = clock;
        _log = log;
        var bounds = new BoundedChannelOptions(options.MaxWaitingLines) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _waiting = Channel.CreateBounded<string>(bounds, _ => Interlocked.Increment(ref _dropped));
        _work = Task.Run(SendAllAsync);
    }

    /// <summary>Lines that the server's connection took.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Lines that were given up.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a result to be sent; of a failure there is nothing to send.</summary>
    public void Add(TestOutcome outcome)
    {
        if (outcome.Result.ThroughputBitsPerSecond is not { } throughput) return;
        var line = string.Create(CultureInfo.InvariantCulture, $"{_options.Path(outcome.Source, outcome.Destination)} {Math.Round(throughput):0} {outcome.EndedAt.ToUnixTimeSeconds()}\n");
        if (!_waiting.Writer.TryWrite(line)) Interlocked.Increment(ref _dropped);
    }

    public void Write(ExpositionWriter writer)
    {
        writer.Write(Metrics.CollectorGraphiteSent, Sent);
        writer.Write(Metrics.CollectorGraphiteDropped, Dropped);
    }

    /// <summary>Sends what waits, for as long as the options allow, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _closing.CancelAsync().ConfigureAwait(false);
        _over.CancelAfter(_options.FlushLimit);
        await _work.ConfigureAwait(false);
        _closing.Dispose();
        _over.Dispose();
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_over.Token).ConfigureAwait(false))
            {
                var batch = new StringBuilder();
                var count = 0;
                for (; count < MaxBatchLines && _waiting.Reader.TryRead(out var line); count++) batch.Append(line);
                await SendAsync(Encoding.UTF8.GetBytes(batch.ToString()), count).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            while (_waiting.Reader.TryRead(out _)) Interlocked.Increment(ref _dropped);
        }
        finally
        {
            _connection?.Dispose();
            if (Dropped > 0) Log.Lost(_log, Dropped, Sent);
        }
    }

    /// <summary>Sends a batch, however often the connection must be made for it.</summary>
    private async Task SendAsync(byte[] batch, int count)
    {
        var pause = FirstPause;
        var isLast = false;
        try
        {
            while (!await TrySendAsync(batch).ConfigureAwait(false))
            {
                if (isLast) await _over.CancelAsync().ConfigureAwait(false);
                _over.Token.ThrowIfCancellationRequested();
                await Task.Delay(pause, _clock, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // Who closes waits no longer: one more attempt, and then all is given up.
                isLast = _closing.IsCancellationRequested;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            Interlocked.Add(ref _sent, count);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Add(ref _dropped, count);
            throw;
        }
    }

    private async Task<bool> TrySendAsync(byte[] batch)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        limit.CancelAfter(_options.AttemptLimit);
        try
        {
            if (_connection is { IsOver: true }) Drop();
            if (_connection is null)
            {
                _connection = await Connection.OpenAsync(_options.Host, _options.Port, limit.Token).ConfigureAwait(false);
                Log.Connected(_log, _options.Host, _options.Port);
            }

            await _connection.WriteAsync(batch, limit.Token).ConfigureAwait(false);
            _isAway = false;
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException || (exception is OperationCanceledException && !_over.IsCancellationRequested))
        {
            // Said once, not at each attempt.
            Log.NotTaken(_log, _isAway ? LogLevel.Debug : LogLevel.Warning, _options.Host, _options.Port, exception is OperationCanceledException ? "it takes too long" : exception.Message);
            _isAway = true;
            Drop();
            return false;
        }
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>A connection that knows when the server has closed it: without that, the first lines after it would vanish in a socket nobody reads.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket;
        private readonly Task _closed;

        private Connection(Socket socket)
        {
            _socket = socket;
            _closed = ReadToEndAsync(socket);
        }

        public bool IsOver => _closed.IsCompleted;

        public static async Task<Connection> OpenAsync(string host, int port, CancellationToken cancellation)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(host, port, cancellation).ConfigureAwait(false);
                return new Connection(socket);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, cancellation).ConfigureAwait(false)..];
        }

        public void Dispose()
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The other side was faster.
            }

            _socket.Dispose();
        }

        private static async Task ReadToEndAsync(Socket socket)
        {
            var ignored = new byte[256];
            try
            {
                while (await socket.ReceiveAsync(ignored).ConfigureAwait(false) > 0)
                {
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // It is over either way.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Graphite at {Host} port {Port} takes lines")]
        public static partial void Connected(ILogger log, string host, int port);

        [LoggerMessage(Message = "Graphite at {Host} port {Port} does not take lines: {Reason}. They are kept and sent later; the oldest are dropped when there are too many")]
        public static partial void NotTaken(ILogger log, LogLevel level, string host, int port, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Dropped} lines for Graphite were dropped, {Sent} were sent")]
        public static partial void Lost(ILogger log, long dropped, long sent);
    }
}
