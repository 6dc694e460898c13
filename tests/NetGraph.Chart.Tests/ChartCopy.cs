
namespace NetGraph.Chart.Tests;

/// <summary>A copy of the chart to change.</summary>
internal sealed class ChartCopy : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netgraph-chart-");

    public ChartCopy()
    {
        Folder = Path.Combine(_folder.FullName, "netgraph");
        Copy(Helm.Chart, Folder);
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Writes one of its files.</summary>
    public void Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Changes the text of one of its files.</summary>
    public void Replace(string path, string old, string text)
    {
        var file = Path.Combine(Folder, path);
        var before = File.ReadAllText(file);
        Assert.Contains(old, before, StringComparison.Ordinal);
        File.WriteAllText(file, before.Replace(old, text, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // Links are followed, so that what they lead to is copied and never written to.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.GetDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
