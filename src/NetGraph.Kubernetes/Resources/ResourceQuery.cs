namespace NetGraph.Kubernetes.Resources;

/// <summary>Which objects of a kind are wanted.</summary>
public sealed record ResourceQuery
{
    /// <summary>All objects.</summary>
    public static ResourceQuery All { get; } = new();

    /// <summary>Only those of this namespace; <see langword="null"/> for all namespaces, and for kinds without namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only those whose labels fit, in kubectl's form: <c>a=b,c in (d,e),!f</c>. <see langword="null"/> for any.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only those whose fields fit, as in <c>spec.nodeName=n1</c>. <see langword="null"/> for any.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects in one answer of a list: 1 or more, 500 by default, as kubectl's.</summary>
    public int PageSize { get; init; } = 500;
}

/// <summary>All objects that a query found.</summary>
/// <typeparam name="T">Type of the objects.</typeparam>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">Version of the list, from which a watch goes on.</param>
/// <param name="Unreadable">What was wrong with objects that the type cannot hold, and that therefore are not among the items; a sentence each.</param>
public sealed record ResourceList<T>(IReadOnlyList<T> Items, string ResourceVersion, IReadOnlyList<string> Unreadable);
