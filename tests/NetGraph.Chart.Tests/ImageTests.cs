using System.Text.RegularExpressions;
using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>The image: what the Dockerfile says, and where buildah and root are, what it makes.</summary>
public sealed partial class ImageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("netgraph-image-");

    [Fact]
    public void The_last_stage_runs_as_a_number_that_is_not_root_and_leaves_health_to_Kubernetes()
    {
        var instructions = Dockerfile.Read();
        var last = instructions.Where(each => each.Stage == instructions.Max(other => other.Stage)).ToList();

        Assert.Matches(@"^[1-9]\d*:[1-9]\d*$", last.Last(each => each.Name == "USER").Text);
        Assert.DoesNotContain(instructions, each => each.Name is "HEALTHCHECK" or "ADD" or "CMD");
        Assert.Equal("""["dotnet", "/opt/netgraph/netgraph.dll"]""", Assert.Single(last, each => each.Name == "ENTRYPOINT").Text);
        var labels = Assert.Single(last, each => each.Name == "LABEL").Text;
        Assert.All(new[] { "title", "description", "licenses", "version", "revision", "created", "source" }, label => Assert.Contains($"org.opencontainers.image.{label}=", labels, StringComparison.Ordinal));
        // The user must be the one that the chart's pods run as, or files of the one could not be read by the other.
        Assert.Equal(last.Last(each => each.Name == "USER").Text, $"{Yaml.ReadFile(Path.Combine(Helm.Chart, "values.yaml")).Text("podSecurityContext.runAsUser")}:{Yaml.ReadFile(Path.Combine(Helm.Chart, "values.yaml")).Text("podSecurityContext.runAsGroup")}");
    }

    [Fact]
    public async Task Everything_that_is_copied_is_tracked_and_gets_past_dockerignore()
    {
        var allowed = (await File.ReadAllLinesAsync(Path.Combine(Repository.Root, ".dockerignore"))).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToHashSet();
        var sources = Dockerfile.Read().Where(each => each.Name == "COPY" && !each.Text.StartsWith("--from", StringComparison.Ordinal)).SelectMany(each => each.Text.Split(' ')[..^1]).ToList();

        Assert.NotEmpty(sources);
        foreach (var source in sources)
        {
            Assert.Contains(source, allowed);
            var tracked = await Command.RunAsync("git", ["-C", Repository.Root, "ls-files", "--", source]);
            Assert.True(tracked.Output.Length > 0, $"{source} is not tracked");
        }

        Assert.Superset(sources.ToHashSet(), allowed);
    }

    [Fact]
    public async Task What_the_Dockerfile_publishes_starts()
    {
        // The very commands of the file, in a folder that holds nothing but what it copies.
        var work = Directory.CreateDirectory(Path.Combine(_folder.FullName, "work"));
        var copied = Dockerfile.Read().Where(each => each is { Stage: 0, Name: "COPY" }).SelectMany(each => each.Text.Split(' ')[..^1]);
        var files = await Command.RunAsync("git", ["-C", Repository.Root, "ls-files", "-z", "--", .. copied]);
        foreach (var file in files.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var target = Path.Combine(work.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Repository.Root, file), target);
        }

        var publish = Path.Combine(_folder.FullName, "publish");
        foreach (var run in Dockerfile.Read().Where(each => each is { Stage: 0, Name: "RUN" }))
        {
            var outcome = await Command.RunAsync("bash", ["-c", $"cd '{work.FullName}' && {run.Text.Replace("/publish", publish, StringComparison.Ordinal)}"],
                new Dictionary<string, string> { ["VERSION"] = "7.8.9", ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" }, patience: Patience);
            Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        }

        var version = await Command.RunAsync("dotnet", [Path.Combine(publish, "netgraph.dll"), "--version"]);
        Assert.Equal(0, version.ExitCode);
        Assert.StartsWith("netgraph 7.8.9 (.NET ", version.Output, StringComparison.Ordinal);
        Assert.Equal("netgraph: No token is given: make one with 'openssl rand -hex 32', and give it to collector and agents with --token-file or in NETGRAPH_TOKEN.\n",
            (await Command.RunAsync("dotnet", [Path.Combine(publish, "netgraph.dll"), "agent"], new Dictionary<string, string> { ["NETGRAPH_TOKEN"] = "" })).Error);
    }

    [Fact]
    public async Task The_image_is_built_and_its_programs_run_without_rights()
    {
        Helm.Need("buildah", "mmdebstrap");
        if (Environment.UserName != "root") Assert.Skip("building an image without a container engine needs root");
        if (Environment.GetEnvironmentVariable("NETGRAPH_TEST_IMAGE") != "1") Assert.Skip("takes some minutes and half a gigabyte: set NETGRAPH_TEST_IMAGE=1");
        var folder = _folder.FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "storage.conf"), $"[storage]\ndriver = \"vfs\"\nrunroot = \"{folder}/run\"\ngraphroot = \"{folder}/graph\"\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""");
        var suite = await ShellAsync(". /etc/os-release && echo $VERSION_CODENAME");

        // A base from the distribution's own packages, with the .NET of this machine, in place of the ones that the Dockerfile names.
        await ShellAsync($"mmdebstrap --quiet --variant=minbase --include=ca-certificates,openssl {suite} {folder}/root.tar");
        var container = await ShellAsync("buildah from --signature-policy policy.json scratch");
        await ShellAsync($"""
            dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
            buildah add --quiet {container} root.tar /
            buildah copy --quiet {container} "$dotnet/host" /usr/share/dotnet/host
            buildah copy --quiet {container} "$dotnet/shared" /usr/share/dotnet/shared
            buildah copy --quiet {container} "$dotnet/dotnet" /usr/bin/dotnet.real
            buildah run {container} -- sh -c 'mv /usr/bin/dotnet.real /usr/share/dotnet/dotnet && ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet'
            buildah config --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 {container}
            buildah commit --quiet --rm --signature-policy policy.json {container} localhost/base
            """);
        var iperf = Version().Match(await ShellAsync("iperf3 --version")).Groups[1].Value;
        await ShellAsync($"""
            dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
            home=$(getent passwd 0 | cut -d: -f6)
            buildah bud --quiet --pull-never --signature-policy policy.json --volume "$dotnet:/usr/share/dotnet:ro" --volume "$HOME/.nuget/packages:$home/.nuget/packages" \
              --build-arg SDK_IMAGE=localhost/base --build-arg RUNTIME_IMAGE=localhost/base --build-arg IPERF3_AT_LEAST={iperf} --build-arg VERSION=7.8.9 --tag localhost/netgraph '{Repository.Root}'
            """);

        var running = await ShellAsync("buildah from --pull-never --signature-policy policy.json localhost/netgraph");
        var inside = (string command) => ShellAsync($"buildah run {running} -- sh -c '{command}'");
        Assert.StartsWith("netgraph 7.8.9 (.NET ", await inside("netgraph --version"), StringComparison.Ordinal);
        Assert.Equal("65532 65532", await inside("echo $(id -u) $(id -g)"));
        Assert.Equal("cap_net_raw=ep", (await inside("/sbin/getcap /usr/bin/fping || getcap /usr/bin/fping")).Split(' ')[^1]);
        Assert.Equal("", await inside("find / -xdev -type f -perm /6000 2>/dev/null || true"));
        Assert.Equal("", await inside("find / -xdev -type f -writable -not -path \"/proc/*\" -not -path \"/sys/*\" 2>/dev/null || true"));
        Assert.Contains("<svg", await inside("echo \"digraph { a -> b }\" | dot -Tsvg"), StringComparison.Ordinal);
        await inside("command -v iperf3 irtt fping chronyc && test -x /usr/sbin/chronyd");
        await ShellAsync($"buildah rm {running}");

        // Too old an iperf3 is said, not shipped.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ShellAsync($"buildah bud --quiet --pull-never --layers --signature-policy policy.json --build-arg SDK_IMAGE=localhost/netgraph --build-arg RUNTIME_IMAGE=localhost/base --build-arg IPERF3_AT_LEAST=99 --target tools '{Repository.Root}'"));
        Assert.Contains($"This base image has iperf3 {iperf}, at least 99 is needed: choose a newer RUNTIME_IMAGE.", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path.Combine(_folder.FullName, "graph"))) Command.RunAsync("rm", ["-rf", _folder.FullName]).GetAwaiter().GetResult();
        else _folder.Delete(recursive: true);
    }

    private async Task<string> ShellAsync(string script)
    {
        var outcome = await Command.RunAsync("bash", ["-ec", $"cd '{_folder.FullName}'\n{script}"], new Dictionary<string, string>
        {
            ["BUILDAH_ISOLATION"] = "chroot",
            ["CONTAINERS_STORAGE_CONF"] = Path.Combine(_folder.FullName, "storage.conf"),
            ["STORAGE_DRIVER"] = "vfs",
            ["XDG_RUNTIME_DIR"] = _folder.FullName,
        }, patience: Patience);
        return outcome.ExitCode == 0 ? outcome.Output.Trim() : throw new InvalidOperationException(outcome.Output + outcome.Error);
    }

    [GeneratedRegex(@"iperf (\d+\.\d+(\.\d+)?)")]
    private static partial Regex Version();
}
