using NetGraph.Hosting;

namespace NetGraph.Cli;

/// <summary>Writes a file so that who reads it sees the old or the new one, never half of it.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file beside the one that is meant, and puts it in its place once it is complete.</summary>
    /// <param name="path">The file; one of that name is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="StartupException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        // A device is no file to be replaced.
        var draft = path.StartsWith("/dev/", StringComparison.Ordinal) ? path : $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            try
            {
                using (var file = new FileStream(draft, draft == path ? FileMode.Open : FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16)) write(file);
                if (draft != path) File.Move(draft, path, overwrite: true);
            }
            catch
            {
                if (draft != path) File.Delete(draft);
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The file '{path}' cannot be written: {exception.Message.Replace(draft, path, StringComparison.Ordinal)}", exception);
        }
    }
}
