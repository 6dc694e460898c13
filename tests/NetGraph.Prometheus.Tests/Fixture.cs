namespace NetGraph.Prometheus.Tests;

/// <summary>Answers of real servers, and texts that were read and approved.</summary>
internal static class Fixture
{
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
}
