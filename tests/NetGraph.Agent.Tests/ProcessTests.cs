namespace NetGraph.Agent.Tests;

/// <summary>Tests that write an executable and start it, one after the other.</summary>
/// <remarks>A program that is being written while another thread starts one cannot be started itself: the forked child holds the file open for a moment.</remarks>
[CollectionDefinition(Name)]
public sealed class ProcessTests
{
    public const string Name = "processes";
}
