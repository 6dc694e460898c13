using System.ComponentModel;
using System.Runtime.InteropServices;

namespace NetGraph.Testing;

/// <summary>A network namespace of a test's own, with nothing in it but loopback, which is up.</summary>
public sealed partial class NetworkNamespace : IAsyncDisposable
{
    // CLONE_NEWNET of <linux/sched.h>.
    private const int Network = 0x40000000;

    private NetworkNamespace(string name) => Name = name;

    /// <summary>Its name, as <c>ip netns</c> knows it.</summary>
    public string Name { get; }

    /// <summary>What this machine lacks for such namespaces, or <see langword="null"/>.</summary>
    public static string? FindLack() => !Environment.IsPrivilegedProcess ? "needs root, since it makes network namespaces" : Command.Exists("ip") ? null : "not installed: ip";

    /// <summary>Makes one.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        var made = new NetworkNamespace("ng" + Guid.NewGuid().ToString("N")[..8]);
        await DemandAsync("ip", "netns", "add", made.Name);
        try
        {
            await made.IpAsync("link", "set", "lo", "up");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>ip</c> for it; fails the test when that fails.</summary>
    public Task IpAsync(params string[] arguments) => DemandAsync("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a program in it; fails the test when that fails.</summary>
    public Task ExecAsync(params string[] command) => DemandAsync("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Runs blocking work in it, on a thread of its own; sockets made there stay in it.</summary>
    public Task<T> RunAsync<T>(Func<T> body)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using (var space = File.OpenHandle($"/run/netns/{Name}"))
                {
                    if (SetNamespace(space, Network) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                result.SetResult(body());
            }
            catch (Exception exception)
            {
                // Thrown again where the result is awaited.
                result.SetException(exception);
            }
        })
        { IsBackground = true, Name = Name };
        thread.Start();
        return result.Task;
    }

    public async ValueTask DisposeAsync() => await Command.RunAsync("ip", ["netns", "del", Name]);

    private static async Task DemandAsync(string program, params string[] arguments)
    {
        var outcome = await Command.RunAsync(program, arguments);
        if (outcome.ExitCode != 0) throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed: {outcome.Error}{outcome.Output}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeHandle space, int kind);
}
