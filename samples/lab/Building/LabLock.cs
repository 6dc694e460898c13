using System.Diagnostics;

namespace NetGraph.Lab.Building;

/// <summary>Lets one process of the machine at a time choose names and addresses for a new lab, whatever its state directory.</summary>
internal static class LabLock
{
    private const string FilePath = "/run/netgraph-lab.lock";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static FileStream Take()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(FilePath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < Patience)
            {
                Thread.Sleep(Pause);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new LabException($"cannot lock {FilePath} ({error.Message}): wait for the other netlab to end");
            }
        }
    }
}
