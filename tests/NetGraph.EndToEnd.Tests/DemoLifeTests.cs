using System.Net;
using System.Net.Sockets;
using NetGraph.Testing;

namespace NetGraph.EndToEnd.Tests;

/// <summary>The demo from its start to its end, on a network of two hosts.</summary>
[Collection(nameof(OneAtATime))]
public sealed class DemoLifeTests
{
    [Fact]
    public async Task Comes_up_refuses_a_second_start_and_leaves_nothing_behind()
    {
        if (Demo.Lacks() is { } lack) Assert.Skip(lack);
        using var demo = new Demo(Demo.TwoHosts());

        var up = await demo.UpAsync();
        Assert.True(up.ExitCode == 0, up.Output + up.Error);
        Assert.Contains($"Page:    http://127.0.0.1:{demo.ApiPort}/", up.Output, StringComparison.Ordinal);
        Assert.Contains("h1 -> h2", up.Output, StringComparison.Ordinal);
        var picture = up.Output.Split('\n').Single(line => line.StartsWith("Picture: ", StringComparison.Ordinal))["Picture: ".Length..];
        Assert.Contains("</svg>", await File.ReadAllTextAsync(picture), StringComparison.Ordinal);
        var processes = demo.Processes();
        Assert.NotEmpty(demo.Namespaces());

        var second = await demo.UpAsync();
        Assert.Equal(1, second.ExitCode);
        Assert.Equal($"demo: a demo is running already (page: http://127.0.0.1:{demo.ApiPort}/); end it first with 'samples/demo.sh down'.\n", second.Error);
        Assert.Equal(processes, demo.Processes());

        var down = await demo.RunAsync("down");
        Assert.Equal((0, "The demo is down: its processes have ended, its namespaces are removed.\n"), (down.ExitCode, down.Output));
        AssertNothingIsLeft(demo);

        var again = await demo.RunAsync("down");
        Assert.Equal((0, "No demo is running: nothing to do.\n"), (again.ExitCode, again.Output));
    }

    [Fact]
    public async Task An_interrupt_before_the_end_leaves_nothing_behind()
    {
        if (Demo.Lacks() is { } lack) Assert.Skip(lack);
        using var demo = new Demo(Demo.TwoHosts(), testSeconds: 30);
        using var process = demo.Start();
        await Wait.UntilAsync(() => demo.Processes().Any(line => line.Contains(" collector ", StringComparison.Ordinal)), "the collector runs");

        Assert.Equal(0, (await Command.RunAsync("kill", ["-INT", process.Id.ToString()])).ExitCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(130, process.ExitCode);
        AssertNothingIsLeft(demo);
    }

    [Fact]
    public async Task A_part_that_does_not_come_up_ends_the_demo_with_its_own_sentence()
    {
        if (Demo.Lacks() is { } lack) Assert.Skip(lack);
        using var demo = new Demo(Demo.TwoHosts());
        using var occupant = new TcpListener(IPAddress.Loopback, demo.ApiPort);
        occupant.Start();

        var up = await demo.UpAsync();

        Assert.Equal(1, up.ExitCode);
        Assert.Contains($"demo: api ended at its start: netgraph: Port {demo.ApiPort} on 127.0.0.1 is in use by another program: stop that one, or choose another port with --port.", up.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Picture:", up.Output, StringComparison.Ordinal);
        AssertNothingIsLeft(demo);
    }

    [Fact]
    public async Task Bad_arguments_get_a_sentence_and_change_nothing()
    {
        if (Demo.Lacks() is { } lack) Assert.Skip(lack);
        var broken = Demo.TwoHosts();
        broken["links"]![0]!["a"] = "h9";
        using var demo = new Demo(broken);

        var wrongFile = await demo.UpAsync();
        Assert.Equal(1, wrongFile.ExitCode);
        Assert.Contains("h9", wrongFile.Error, StringComparison.Ordinal);

        var wrongName = await demo.RunAsync("racks9");
        Assert.Equal((1, "demo: there is no topology 'racks9': name a file, or one of line4 racks12 racks8 star16.\n"), (wrongName.ExitCode, wrongName.Error));

        var wrongOption = await demo.RunAsync("--fast");
        Assert.Equal((1, "demo: unknown option '--fast': 'samples/demo.sh --help' shows what is allowed.\n"), (wrongOption.ExitCode, wrongOption.Error));
        AssertNothingIsLeft(demo);
    }

    private static void AssertNothingIsLeft(Demo demo)
    {
        Assert.Empty(demo.Namespaces());
        Assert.Empty(demo.Processes());
        Assert.False(Directory.Exists(demo.State));
        Assert.False(Directory.Exists($"/sys/class/net/{demo.Name}-mgmt"));
    }
}

/// <summary>Tests that load the machine and measure it: never two at once.</summary>
[CollectionDefinition(nameof(OneAtATime), DisableParallelization = true)]
public sealed class OneAtATime;
