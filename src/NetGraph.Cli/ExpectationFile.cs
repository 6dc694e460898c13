using System.CommandLine;
using NetGraph.Graphs.Suspects;
using NetGraph.Hosting;

namespace NetGraph.Cli;

/// <summary>The option that names a file of what nodes, groups and links should carry.</summary>
internal static class ExpectationFile
{
    public static Option<string?> Option() => new("--expect")
    {
        Description = "JSON file that says what nodes, groups and links should carry: {\"nodes\":[{\"name\":\"h1\",\"throughputBitsPerSecond\":1e9}]}",
        HelpName = "file",
    };

    /// <exception cref="StartupException">There is no such file, or it cannot be used.</exception>
    public static Expectations? Read(string? file)
    {
        if (file is null) return null;
        try
        {
            using var input = File.OpenRead(file);
            return Expectations.Read(input);
        }
        catch (ExpectationsException exception)
        {
            throw new StartupException($"The file '{file}' for --expect cannot be used: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The file '{file}' for --expect cannot be read: {exception.Message}", exception);
        }
    }
}
