namespace NetGraph.Agent.Echo;

/// <summary>Starts threads that send and receive: no hand-over between threads lies between the kernel and the clock.</summary>
internal static class EchoThread
{
    private const int StackBytes = 256 * 1024;

    public static Thread Start(string name, ThreadStart body)
    {
        var thread = new Thread(body, StackBytes) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }
}
