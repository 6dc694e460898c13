namespace NetGraph.Collector.Schedules;

/// <summary>Chooses objects by their labels, as Kubernetes does: all that is written must hold; nothing written chooses all.</summary>
public sealed record LabelSelector
{
    private static readonly string[] Operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    /// <summary>Labels with exactly these values.</summary>
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Further requirements.</summary>
    public IReadOnlyList<LabelRequirement?>? MatchExpressions { get; init; }

    /// <summary>Checks that each requirement is one.</summary>
    /// <returns>What is wrong, as a clause, or <see langword="null"/>.</returns>
    public string? FindFault()
    {
        foreach (var requirement in MatchExpressions ?? [])
        {
            if (requirement is not { Key.Length: > 0 }) return "has a requirement without a key";
            if (!Operators.Contains(requirement.Operator)) return $"has the operator '{requirement.Operator}' for '{requirement.Key}': allowed are {string.Join(", ", Operators)}";
            var needsValues = requirement.Operator is "In" or "NotIn";
            if (needsValues != requirement.Values is { Count: > 0 }) return $"has {(needsValues ? "no values" : "values")} for '{requirement.Key}', and {requirement.Operator} {(needsValues ? "needs some" : "takes none")}";
        }

        return null;
    }

    /// <summary>Whether labels are chosen. As in Kubernetes, NotIn holds for an object that has no such label.</summary>
    /// <param name="labels">The labels.</param>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return (MatchLabels ?? new Dictionary<string, string>()).All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value)
            && (MatchExpressions ?? []).All(requirement => requirement!.Operator switch
            {
                "In" => labels.TryGetValue(requirement.Key!, out var value) && requirement.Values!.Contains(value),
                "NotIn" => !(labels.TryGetValue(requirement.Key!, out var value) && requirement.Values!.Contains(value)),
                "Exists" => labels.ContainsKey(requirement.Key!),
                _ => !labels.ContainsKey(requirement.Key!),
            });
    }
}

/// <summary>A requirement on one label, as written.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
/// <param name="Values">Values for the first two.</param>
public sealed record LabelRequirement(string? Key = null, string? Operator = null, IReadOnlyList<string>? Values = null);
