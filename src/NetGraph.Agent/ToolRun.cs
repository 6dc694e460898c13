using System.Buffers;
using NetGraph.Agent.Iperf3;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent;

/// <summary>Runs a measuring program to its end, or to the end of its time, and hands on what it printed.</summary>
internal static class ToolRun
{
    // The longest report that is one: iperf3 prints about 350 bytes for each stream and interval, and there are at most 128 of one and 62 of the other.
    private const int MaxOutputBytes = 16 * 1024 * 1024;
    private const int MaxErrorCharacters = 2000;

    /// <summary>Reads what a program printed.</summary>
    public delegate ThroughputResult Reader(ReadOnlySpan<byte> output, string error);

    /// <summary>Runs a program. A run that fails is a result, not an exception.</summary>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="limit">How long it may take; then it is killed.</param>
    /// <param name="read">Reads its standard output and error.</param>
    /// <param name="cancellation">Ends the program; then there is no result.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> fired. No child process is left.</exception>
    public static async Task<ThroughputResult> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, Reader read, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            await using var child = ChildProcess.Start(program, arguments);
            using var output = new MemoryStream();
            var errors = ReadErrorsAsync(child.Error, deadline.Token);
            await CopyAsync(child.Output.BaseStream, output, deadline.Token).ConfigureAwait(false);
            await child.WaitAsync(deadline.Token).ConfigureAwait(false);
            var error = await errors.ConfigureAwait(false);
            return read(output.GetBuffer().AsSpan(0, (int)output.Length), error.Trim());
        }
        catch (ToolMissingException exception)
        {
            return ThroughputResult.Failed(ProbeFailure.ToolMissing, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ThroughputResult.Failed(ProbeFailure.Timeout, $"{Path.GetFileName(program)} had not ended {limit.TotalSeconds:0.#} s after its start and was killed");
        }
    }

    // What exceeds the limit is read all the same, or the program would not end, but not kept.
    private static async Task CopyAsync(Stream from, MemoryStream to, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await from.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0)
                to.Write(buffer, 0, (int)Math.Min(count, MaxOutputBytes - to.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader from, CancellationToken cancellation)
    {
        var kept = new System.Text.StringBuilder();
        var buffer = new char[1024];
        while (await from.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0)
            kept.Append(buffer, 0, Math.Min(count, MaxErrorCharacters - kept.Length));
        return kept.ToString();
    }
}
