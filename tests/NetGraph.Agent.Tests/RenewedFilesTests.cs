using NetGraph.Hosting;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests;

public sealed class RenewedFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renewed-");
    private readonly ManualClock _clock = new();

    private string First => Path.Combine(_folder.FullName, "first");

    private string Second => Path.Combine(_folder.FullName, "second");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_renewed_is_read_once_ten_seconds_have_passed_and_only_then()
    {
        var reads = 0;
        var files = Create(() => reads++);
        Write("b", "2");
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("a1", files.Current);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("b2", files.Current);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("b2", 2), (files.Current, reads));
    }

    [Fact]
    public void A_change_through_links_is_noticed_as_the_kubelet_makes_it()
    {
        var (old, young) = (_folder.CreateSubdirectory("..1"), _folder.CreateSubdirectory("..2"));
        foreach (var (folder, text) in new[] { (old, "old"), (young, "young") }) File.WriteAllText(Path.Combine(folder.FullName, "first"), text);
        var data = Path.Combine(_folder.FullName, "..data");
        Directory.CreateSymbolicLink(data, old.Name);
        File.CreateSymbolicLink(First, Path.Combine("..data", "first"));
        var files = new RenewedFiles<string>([First], () => File.ReadAllText(First), _clock);
        Assert.Equal("old", files.Current);

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, young.Name);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("young", files.Current);
    }

    [Fact]
    public void What_cannot_be_used_leaves_what_was_read_before_until_it_can()
    {
        var files = Create(() =>
        {
            if (File.ReadAllText(First) == "b" && File.ReadAllText(Second) != "2") throw new StartupException("They do not belong together.");
        });
        File.WriteAllText(First, "b");
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a1", files.Current);
        File.WriteAllText(Second, "2");
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("b2", files.Current);
        File.Delete(First);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("b2", files.Current);
    }

    [Fact]
    public void At_first_a_fault_is_a_fault() =>
        Assert.Throws<StartupException>(() => new RenewedFiles<string>(["/nonexistent"], () => throw new StartupException("There is none."), _clock));

    private RenewedFiles<string> Create(Action onRead)
    {
        Write("a", "1");
        return new RenewedFiles<string>([First, Second], () =>
        {
            onRead();
            return File.ReadAllText(First) + File.ReadAllText(Second);
        }, _clock);
    }

    private void Write(string first, string second)
    {
        File.WriteAllText(First, first);
        File.WriteAllText(Second, second);
    }
}
