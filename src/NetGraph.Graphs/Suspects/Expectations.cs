using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetGraph.Graphs.Suspects;

/// <summary>What nodes, uplinks and links should carry, as their owner declares it.</summary>
public sealed class Expectations
{
    private const string Form =
        """{"nodes":[{"name":"h1","throughputBitsPerSecond":1e9}],"groups":[{"name":"rack-a","throughputBitsPerSecond":4e10}],"links":[{"source":"h1","destination":"h2","throughputBitsPerSecond":1e8}]}""";

    private Expectations()
    {
    }

    /// <summary>Nothing is declared.</summary>
    public static Expectations None { get; } = new();

    /// <summary>Speeds of nodes by name, such as those of their network cards.</summary>
    public ImmutableDictionary<string, ExpectedCapacity> Nodes { get; private init; } = ImmutableDictionary<string, ExpectedCapacity>.Empty;

    /// <summary>Capacities of groups' uplinks by the group's name: what one test across the boundary gets.</summary>
    public ImmutableDictionary<string, ExpectedCapacity> Groups { get; private init; } = ImmutableDictionary<string, ExpectedCapacity>.Empty;

    /// <summary>Capacities of single links.</summary>
    public ImmutableArray<ExpectedLink> Links { get; private init; } = [];

    /// <summary>Reads expectations from JSON.</summary>
    /// <remarks>
    /// Form: <c>{"nodes":[{"name":"h1","throughputBitsPerSecond":1e9}],"groups":[…],"links":[{"source":"h1","destination":"h2","throughputBitsPerSecond":1e8}]}</c>.
    /// All three lists may be left out. Nodes and groups may name <c>egressBitsPerSecond</c> or <c>ingressBitsPerSecond</c> for a direction of its own. Names that a mesh does not have are ignored.
    /// </remarks>
    /// <param name="json">The JSON text, UTF-8; comments are allowed.</param>
    /// <exception cref="ExpectationsException">The text is not such JSON, has an unknown member, a name twice or a number that is not positive.</exception>
    public static Expectations Read(Stream json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ExpectationsFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, ExpectationsContext.Default.ExpectationsFile);
        }
        catch (JsonException exception)
        {
            throw new ExpectationsException($"The expectations cannot be read at line {(exception.LineNumber ?? 0) + 1}{(exception.Path is { } path ? $" ({path})" : "")}: {Reason(exception)} Write it in this form: {Form}", exception);
        }

        var faults = new List<string>();
        if (file is null) faults.Add("the file holds null");
        var links = new Dictionary<(string, string), ExpectedLink>();
        foreach (var (link, place) in (file?.Links ?? []).Select((link, i) => (link, $"links[{i}]")))
        {
            if (string.IsNullOrEmpty(link?.Source) || string.IsNullOrEmpty(link.Destination)) faults.Add($"{place} needs source and destination");
            else if (link.ThroughputBitsPerSecond is not { } value) faults.Add($"{place} needs throughputBitsPerSecond");
            else if (!IsPositive(value)) faults.Add($"{place} must have a throughputBitsPerSecond above 0");
            else if (!links.TryAdd((link.Source, link.Destination), new ExpectedLink(link.Source, link.Destination, value))) faults.Add($"{place} declares '{link.Source}' to '{link.Destination}' again");
        }

        var expectations = new Expectations { Nodes = Capacities(file?.Nodes, "nodes", faults), Groups = Capacities(file?.Groups, "groups", faults), Links = [.. links.Values] };
        return faults.Count == 0 ? expectations : throw new ExpectationsException($"The expectations are wrong: {string.Join("; ", faults)}. Write them in this form: {Form}");
    }

    private static ImmutableDictionary<string, ExpectedCapacity> Capacities(IReadOnlyList<CapacityEntry?>? entries, string list, List<string> faults)
    {
        var capacities = ImmutableDictionary.CreateBuilder<string, ExpectedCapacity>(StringComparer.Ordinal);
        foreach (var (entry, place) in (entries ?? []).Select((entry, i) => (entry, $"{list}[{i}]")))
        {
            double? egress = entry?.EgressBitsPerSecond ?? entry?.ThroughputBitsPerSecond, ingress = entry?.IngressBitsPerSecond ?? entry?.ThroughputBitsPerSecond;
            if (string.IsNullOrEmpty(entry?.Name)) faults.Add($"{place} needs a name");
            else if (egress is null && ingress is null) faults.Add($"{place} ('{entry.Name}') needs throughputBitsPerSecond, egressBitsPerSecond or ingressBitsPerSecond");
            else if (!IsPositive(egress ?? 1) || !IsPositive(ingress ?? 1) || !IsPositive(entry.ThroughputBitsPerSecond ?? 1)) faults.Add($"{place} ('{entry.Name}') must have numbers above 0");
            else if (!capacities.TryAdd(entry.Name, new ExpectedCapacity(egress, ingress))) faults.Add($"{place} declares '{entry.Name}' again");
        }

        return capacities.ToImmutable();
    }

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    // "The JSON property 'x' could not be mapped to any .NET member ..." says nothing to the file's author.
    private static string Reason(JsonException exception) =>
        exception.Message.Contains("could not be mapped", StringComparison.Ordinal) && exception.Message.Split('\'') is { Length: > 1 } parts
            ? $"'{parts[1]}' is not a known member; known are nodes, groups and links, therein name, source, destination, throughputBitsPerSecond, egressBitsPerSecond and ingressBitsPerSecond."
            : exception.Message.Contains("could not be converted", StringComparison.Ordinal) ? "a list, a name in quotes or a number without quotes is expected here."
            : "this is not valid JSON.";
}

/// <summary>What a node or an uplink should carry.</summary>
/// <param name="EgressBitsPerSecond">Outwards, in bits per second, positive; <see langword="null"/> when nothing is declared.</param>
/// <param name="IngressBitsPerSecond">Inwards, in bits per second, positive; <see langword="null"/> when nothing is declared.</param>
public sealed record ExpectedCapacity(double? EgressBitsPerSecond, double? IngressBitsPerSecond);

/// <summary>What a link should carry.</summary>
/// <param name="Source">Name of the node that sends.</param>
/// <param name="Destination">Name of the node that receives.</param>
/// <param name="ThroughputBitsPerSecond">Bits per second, positive.</param>
public sealed record ExpectedLink(string Source, string Destination, double ThroughputBitsPerSecond);

/// <summary>Expectations that cannot be used; the message says what is wrong, what is allowed and what to do.</summary>
public sealed class ExpectationsException : FormatException
{
    /// <summary>Creates the exception.</summary>
    public ExpectationsException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public ExpectationsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="inner">What the JSON reader said.</param>
    public ExpectationsException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

internal sealed record ExpectationsFile(IReadOnlyList<CapacityEntry?>? Nodes = null, IReadOnlyList<CapacityEntry?>? Groups = null, IReadOnlyList<LinkEntry?>? Links = null);

internal sealed record CapacityEntry(string? Name = null, double? ThroughputBitsPerSecond = null, double? EgressBitsPerSecond = null, double? IngressBitsPerSecond = null);

internal sealed record LinkEntry(string? Source = null, string? Destination = null, double? ThroughputBitsPerSecond = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ExpectationsFile))]
internal sealed partial class ExpectationsContext : JsonSerializerContext;
