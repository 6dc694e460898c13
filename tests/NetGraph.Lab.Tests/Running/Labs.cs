namespace NetGraph.Lab.Tests.Running;

/// <summary>Real networks measure nothing right while other tests use the processor.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Labs
{
    public const string Name = "labs";
}
