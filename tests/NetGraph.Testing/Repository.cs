using System.Net;
using System.Net.Sockets;

namespace NetGraph.Testing;

/// <summary>Where things are in the checkout, and free ports to use.</summary>
public static class Repository
{
    /// <summary>The checkout's top folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executable, as the README's build leaves it.</summary>
    public static string NetGraph => Path.Combine(Root, "artifacts/bin/NetGraph.Cli/release/netgraph");

    /// <summary>A TCP port that is free on loopback now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Writes figures that the test run prints at its end.</summary>
    public static void Report(string name, string figures)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "artifacts/figures"));
        File.WriteAllText(Path.Combine(folder.FullName, name + ".txt"), figures + "\n");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NetGraph.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("These tests run from a checkout of the repository.");
    }
}
