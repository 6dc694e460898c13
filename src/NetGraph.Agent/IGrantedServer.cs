namespace NetGraph.Agent;

/// <summary>A server that waits for a test's client; gone, as far as the test has it, when disposed.</summary>
internal interface IGrantedServer : IAsyncDisposable
{
    /// <summary>TCP port on which it waits.</summary>
    int Port { get; }

    /// <summary>Waits until the server has served its client, but no longer than this.</summary>
    /// <returns>Whether it came to its end without having to be ended.</returns>
    Task<bool> EndsWithin(TimeSpan time);
}
