using NetGraph.Measurements;

namespace NetGraph.Graphs.Suspects;

/// <summary>The trusted part of a mesh as a dense matrix of base-2 logarithms of bits per second, row after row; NaN where nothing is trusted.</summary>
/// <remarks>Logarithms make a factor a difference, whatever the speed. A matrix, not links, because rows and columns are both walked.</remarks>
internal sealed class Evidence
{
    /// <summary>The value of a link that failed: 1 bit/s, far below whatever is measured.</summary>
    public const float Failed = 0;

    private Evidence(int count)
    {
        Count = count;
        Value = new float[count * count];
        Array.Fill(Value, float.NaN);
    }

    public int Count { get; }

    public float[] Value { get; }

    /// <summary>Lower bounds from capped tests, NaN elsewhere; <see langword="null"/> when there are none.</summary>
    public float[]? AtLeast { get; private set; }

    public static Evidence Of(Mesh mesh)
    {
        var evidence = new Evidence(mesh.Nodes.Length);
        foreach (ref readonly var link in mesh.Links.AsSpan())
        {
            if (link.Source != link.Destination) evidence.Add(link);
        }

        return evidence;
    }

    /// <summary>Whether a test of this link failed, which needs no trust in a number.</summary>
    public static bool IsDown(in LinkMeasurement link) => link.State == LinkState.Down;

    public bool HasFailed(int cell) => Value[cell] == Failed;

    private void Add(in LinkMeasurement link)
    {
        var cell = (link.Source * Count) + link.Destination;
        if (IsDown(link)) Value[cell] = Failed;
        if (link.State != LinkState.Up || !double.IsFinite(link.ThroughputBitsPerSecond) || link.ThroughputBitsPerSecond < 0) return;
        var value = (float)Math.Log2(Math.Max(1, link.ThroughputBitsPerSecond));
        if (link.Quality == MeasurementQuality.Ok)
        {
            Value[cell] = value;
        }
        else if (link.Quality == MeasurementQuality.Capped)
        {
            if (AtLeast is null) Array.Fill(AtLeast = new float[Value.Length], float.NaN);
            AtLeast[cell] = value;
        }
    }
}
