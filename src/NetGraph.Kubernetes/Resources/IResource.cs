namespace NetGraph.Kubernetes.Resources;

/// <summary>An object of the Kubernetes API.</summary>
public interface IResource
{
    /// <summary>Its name, its version and what is written on it.</summary>
    ObjectMeta Metadata { get; }
}
