using System.Text;
using NetGraph.Kubernetes.Resources;

namespace NetGraph.Kubernetes;

/// <summary>A request of the API server in its own terms, from which follow the address and the rule that allows it.</summary>
internal sealed record ResourceRequest(string Verb, HttpMethod Method, ResourceKind Kind, string? Namespace, string? Name = null, string? Subresource = null)
{
    /// <summary>Parameters of the address.</summary>
    public IReadOnlyList<(string Name, string? Value)> Parameters { get; init; } = [];

    /// <summary>JSON to send; <see langword="null"/> for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>The address, relative to the server's.</summary>
    /// <exception cref="ArgumentException">A name can be none of an object.</exception>
    public string Path
    {
        get
        {
            var path = new StringBuilder(Kind.Group.Length == 0 ? $"api/{Kind.Version}" : $"apis/{Kind.Group}/{Kind.Version}");
            if (Namespace is not null)
            {
                if (!Kind.IsNamespaced) throw new ArgumentException($"{Kind} are of the whole cluster and have no namespace, but '{Namespace}' was given.");
                path.Append("/namespaces/").Append(Segment(Namespace));
            }

            path.Append('/').Append(Kind.Plural);
            if (Name is not null) path.Append('/').Append(Segment(Name));
            if (Subresource is not null) path.Append('/').Append(Subresource);
            var separator = '?';
            foreach (var (name, value) in Parameters)
            {
                if (value is null) continue;
                path.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }

            return path.ToString();
        }
    }

    /// <summary>What is asked for, in words.</summary>
    public string What => $"'{Verb}' of '{Kind}{(Subresource is null ? "" : "/" + Subresource)}'{(Name is null ? "" : $" named '{Name}'")}{(Namespace is null ? "" : $" in namespace '{Namespace}'")}";

    /// <summary>The sentence that says which rule allows it.</summary>
    public string MissingRule
    {
        get
        {
            var resource = Subresource is null ? Kind.Plural : $"{Kind.Plural}/{Subresource}";
            var role = Namespace is null ? "the ClusterRole" : $"a Role in namespace '{Namespace}'";
            return $"The API server refuses '{Verb}' of '{resource}'{(Namespace is null ? "" : $" in namespace '{Namespace}'")}: add to {role}: apiGroups [\"{Kind.Group}\"], resources [{resource}], verbs [{Verb}]"
                + (Name is null ? "" : $" (resourceNames, if there are any, must include '{Name}')");
        }
    }

    // The API server's own rule for names in addresses (path segment names); "." and ".." would lead to another address.
    private static string Segment(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('%', StringComparison.Ordinal)
            ? Uri.EscapeDataString(name)
            : throw new ArgumentException($"'{name}' cannot be the name of an object or namespace: it must not be empty, '.' or '..', and must not contain '/' or '%'.");
}
