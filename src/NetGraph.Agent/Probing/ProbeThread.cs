namespace NetGraph.Agent.Probing;

/// <summary>Blocking socket work on a thread of its own: no hand-over lies between the kernel and the clock, and no thread of the web server is held.</summary>
internal static class ProbeThread
{
    private const int StackBytes = 256 * 1024;

    public static Task<T> RunAsync<T>(string name, Func<T> body)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                result.SetResult(body());
            }
            catch (OperationCanceledException exception)
            {
                result.SetCanceled(exception.CancellationToken);
            }
            catch (Exception exception)
            {
                // Thrown again where the result is awaited.
                result.SetException(exception);
            }
        }, StackBytes)
        { IsBackground = true, Name = name };
        thread.Start();
        return result.Task;
    }
}
