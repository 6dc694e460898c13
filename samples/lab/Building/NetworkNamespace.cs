using System.Runtime.ExceptionServices;

namespace NetGraph.Lab.Building;

/// <summary>Work inside a named network namespace.</summary>
internal static class NetworkNamespace
{
    private const string Folder = "/run/netns";

    public static bool Exists(string name) => File.Exists(Path.Combine(Folder, name));

    /// <summary>Runs on a thread of its own, since a thread that entered a namespace must not go back to the pool.</summary>
    /// <exception cref="LabException">The namespace cannot be entered.</exception>
    public static T Run<T>(string name, Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                result = work();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>Moves the calling thread for good.</summary>
    public static void Enter(string name)
    {
        var descriptor = Kernel.Open(Path.Combine(Folder, name), Kernel.ReadOnly | Kernel.CloseOnExec, 0);
        if (descriptor < 0)
            throw new LabException($"cannot open the namespace {name}: {Kernel.LastError}");
        try
        {
            if (Kernel.EnterNamespace(descriptor, Kernel.NewNetworkNamespace) < 0)
                throw new LabException($"cannot enter the namespace {name}: {Kernel.LastError}");
        }
        finally
        {
            _ = Kernel.Close(descriptor);
        }
    }

    /// <summary>What /proc/PID/ns/net of its processes says, such as net:[4026532281]; null when it cannot be entered.</summary>
    public static string? Identity(string name)
    {
        try
        {
            return Run(name, () => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name);
        }
        catch (LabException)
        {
            return null;
        }
    }
}
