using Xunit;

namespace NetGraph.Testing;

/// <summary>Text that was read and approved once, in the folder Fixtures of the test's project.</summary>
public static class Approved
{
    /// <summary>Fails when a text differs from the approved one; the text is left beside it for comparison.</summary>
    /// <param name="name">Name of the approved file.</param>
    /// <param name="actual">The text.</param>
    public static void Matches(string name, string actual)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        if (approved == actual) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".received", actual);
        Assert.True(approved.Length > 0, $"There is no approved {name}: read {path}.received, and put it into Fixtures.");
        Assert.Equal(approved, actual);
    }
}
