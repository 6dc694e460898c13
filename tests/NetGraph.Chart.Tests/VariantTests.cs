using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace NetGraph.Chart.Tests;

/// <summary>What must hold for each of the chart's main variants.</summary>
public sealed class VariantTests
{
    public static TheoryData<string> Variants => Helm.Variants;

    [Fact]
    public async Task Lint_finds_nothing()
    {
        var run = await Helm.RunAsync(["lint", "--strict", Helm.Chart]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("[WARNING]", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[INFO]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Renders_objects_that_are_whole_and_there_once(string variant)
    {
        var objects = await Helm.RenderAsync(Helm.Variant(variant));

        Assert.NotEmpty(objects);
        Assert.All(objects, each =>
        {
            Assert.NotEmpty(each.Text("apiVersion"));
            Assert.NotEmpty(each.Text("metadata.name"));
            Assert.True(each.Text("metadata.name").Length <= 63, each.Text("metadata.name"));
            Assert.Equal("netgraph", each["metadata"]!["labels"]!["app.kubernetes.io/name"]!.ToString());
        });
        var identities = objects.Select(each => $"{each.Text("kind")} {each.Text("metadata.namespace")}/{each.Text("metadata.name")}").ToList();
        Assert.Equal(identities.Distinct(), identities);
        Assert.All(objects, NothingIsEmpty);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Pods_have_no_rights_but_those_that_were_chosen(string variant)
    {
        var objects = await Helm.RenderAsync(Helm.Variant(variant));
        var (isRaw, isFping) = (variant.StartsWith("icmp-raw", StringComparison.Ordinal), variant.StartsWith("everything", StringComparison.Ordinal));

        foreach (var (name, pod, labels) in objects.Pods())
        {
            var component = labels["app.kubernetes.io/component"]!.GetValue<string>();
            var isAgent = component == "agent";
            Assert.True(pod.Text("automountServiceAccountToken") == (component == "collector" ? "true" : "false"), name);
            Assert.Equal("RuntimeDefault", pod.Text("securityContext.seccompProfile.type"));
            Assert.Equal(isAgent && isRaw ? "false" : "true", pod.Text("securityContext.runAsNonRoot"));
            Assert.Equal(isAgent && labels["netgraph.io/network"]!.GetValue<string>() == "host" ? "true" : "", pod.Text("hostNetwork"));
            Assert.Equal(("", ""), (pod.Text("hostPID"), pod.Text("hostIPC")));
            foreach (var container in pod.List("containers"))
            {
                var security = container.At("securityContext");
                var isClock = container.Text("name") == "clock";
                Assert.True(security.Text("readOnlyRootFilesystem") == "true", name);
                Assert.Equal(isClock && isFping ? "true" : "", security.Text("privileged"));
                if (isClock) continue;
                Assert.Equal("""["ALL"]""", security.Text("capabilities.drop"));
                Assert.Equal(isAgent && (isRaw || isFping) ? """["NET_RAW"]""" : "", security.Text("capabilities.add"));
                Assert.Equal(isAgent && isFping ? "true" : "false", security.Text("allowPrivilegeEscalation"));
                Assert.Equal("", container.Text("resources.limits.cpu"));
                Assert.NotEmpty(container.Text("resources.requests.cpu"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task What_pods_mount_and_call_is_there(string variant)
    {
        var objects = await Helm.RenderAsync(Helm.Variant(variant));

        foreach (var (name, pod, _) in objects.Pods())
        {
            var volumes = pod.List("volumes").Select(volume => volume.Text("name")).ToList();
            var mounts = pod.List("containers").SelectMany(container => container.List("volumeMounts")).Select(mount => mount.Text("name")).Distinct().ToList();
            Assert.Equal(volumes.Order(), mounts.Order());
            var files = pod.List("containers").SelectMany(container => container.List("args")).Select(argument => argument!.ToString()).Where(argument => argument.Contains("=/etc/", StringComparison.Ordinal)).Select(argument => argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            var mounted = pod.List("containers").SelectMany(container => container.List("volumeMounts")).ToDictionary(mount => mount.Text("mountPath"), mount => mount.Text("name"));
            foreach (var file in files)
            {
                Assert.True(mounted.ContainsKey(Path.GetDirectoryName(file)!), $"{name}: {file}");
                var volume = pod.List("volumes").Single(each => each.Text("name") == mounted[Path.GetDirectoryName(file)!])!.ToJsonString();
                var isInMap = objects.OfKind("ConfigMap").Any(map => volume.Contains($"\"configMap\":{{\"name\":\"{map.Text("metadata.name")}\"}}", StringComparison.Ordinal) && map["data"]!.AsObject().ContainsKey(Path.GetFileName(file)));
                Assert.True(isInMap || volume.Contains($"\"path\":\"{Path.GetFileName(file)}\"", StringComparison.Ordinal), $"{name}: {file} is not in {volume}");
            }

            // A probe asks a port that the container names.
            foreach (var container in pod.List("containers"))
            {
                var ports = container.List("ports").Select(port => port.Text("name")).ToList();
                foreach (var probe in new[] { "livenessProbe", "readinessProbe" }.Select(probe => container.At(probe)).Where(probe => probe is not null)) Assert.Contains(probe.Text("httpGet.port"), ports);
            }
        }

        foreach (var service in objects.OfKind("Service"))
        {
            var selector = service.At("spec.selector")!.AsObject();
            var (_, pod, _) = Assert.Single(objects.Pods(), candidate => selector.All(label => candidate.Labels[label.Key]?.ToString() == label.Value!.ToString()));
            Assert.All(service.List("spec.ports"), port => Assert.Contains(port.Text("targetPort"), pod.List("containers").SelectMany(container => container.List("ports")).Select(each => each.Text("name"))));
            Assert.All(service.List("spec.ports"), port => Assert.NotEmpty(port.Text("protocol")));
        }
    }

    [Fact]
    public async Task Common_labels_are_everywhere_and_never_beat_the_chart_s_own()
    {
        var objects = await Helm.RenderAsync("--set", "commonLabels.team=net,commonLabels.app\\.kubernetes\\.io/part-of=shop,commonLabels.app\\.kubernetes\\.io/component=all,agent.podLabels.app\\.kubernetes\\.io/component=x");

        Assert.All(objects, each => Assert.Equal("net", each.Text("metadata.labels.team")));
        Assert.All(objects, each => Assert.Equal("netgraph", each["metadata"]!["labels"]!["app.kubernetes.io/part-of"]!.ToString()));
        Assert.All(objects.Pods(), pod => Assert.NotEqual("all", pod.Labels["app.kubernetes.io/component"]!.ToString()));
        Assert.All(objects.OfKind("DaemonSet"), set => Assert.Equal("agent", set["spec"]!["template"]!["metadata"]!["labels"]!["app.kubernetes.io/component"]!.ToString()));
        Assert.All(objects.OfKind("Deployment"), each => Assert.False(each["spec"]!["selector"]!["matchLabels"]!.AsObject().ContainsKey("team")));
    }

    [Fact]
    public async Task Both_networks_get_a_daemon_set_each_that_says_which_one_it_is()
    {
        var objects = await Helm.RenderAsync(Helm.Variant("both-networks-values.yaml"));

        var sets = objects.OfKind("DaemonSet");
        Assert.Equal(["host", "pod"], sets.Select(set => set["spec"]!["selector"]!["matchLabels"]!["netgraph.io/network"]!.ToString()));
        Assert.Equal(["--network=host", "--network=pod"], sets.Select(set => set.List("spec.template.spec.containers.0.args").Select(argument => argument!.ToString()).Single(argument => argument.StartsWith("--network", StringComparison.Ordinal))));
        Assert.Contains("--network=both", objects.Find("Deployment", "netgraph-collector").Text("spec.template.spec.containers.0.args"), StringComparison.Ordinal);
        Assert.Contains("--network=pod", objects.Find("Deployment", "netgraph-api").Text("spec.template.spec.containers.0.args"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_group_range_is_set_only_where_Kubernetes_allows_it()
    {
        var sets = (await Helm.RenderAsync("--set", "agent.network=both")).OfKind("DaemonSet");
        Assert.Equal(["", "net.ipv4.ping_group_range"], sets.Select(set => set.Text("spec.template.spec.securityContext.sysctls.0.name")));

        var raw = (await Helm.RenderAsync("--set", "agent.network=pod,agent.icmp=off")).OfKind("DaemonSet");
        Assert.Equal("", Assert.Single(raw).Text("spec.template.spec.securityContext.sysctls"));
    }

    [Fact]
    public async Task A_policy_lets_orders_in_from_the_collector_alone_and_tests_from_agents_alone()
    {
        var policy = (await Helm.RenderAsync("--set", "agent.network=pod,agent.ports.iperf3Last=5202")).Find("NetworkPolicy", "netgraph-agent");

        var rules = policy.List("spec.ingress").Select(rule => (
            From: string.Join(",", rule.List("from").Select(from => from!["podSelector"]?["matchLabels"]?["app.kubernetes.io/component"]?.ToString() ?? "all")),
            Ports: string.Join(",", rule.List("ports").Select(port => $"{port.Text("port")}/{port.Text("protocol")}")))).ToList();
        Assert.Equal(
        [
            ("agent", "9878/UDP,2112/UDP,9876/TCP,9877/TCP,5201/TCP,5201/UDP,5202/TCP,5202/UDP"),
            ("collector", "9877/TCP"),
            ("all", "9876/TCP"),
        ], rules);
        Assert.DoesNotContain((await Helm.RenderAsync()).OfKind("NetworkPolicy"), each => each.Text("metadata.name") == "netgraph-agent");
    }

    [Theory]
    [InlineData("1.20.2", "policy/v1beta1")]
    [InlineData("1.30.0", "policy/v1")]
    public async Task Disruption_budgets_are_of_the_version_that_the_cluster_has(string version, string expected)
    {
        // Helm offline knows the APIs of its own day; those of an old cluster come from the cluster itself.
        var run = await Helm.TemplateAsync(["policy/v1beta1"], "--kube-version", version, "--set", "api.replicas=2");
        var budgets = Yaml.ReadAll(run.Output).OfKind("PodDisruptionBudget");

        Assert.Equal("netgraph-api", Assert.Single(budgets).Text("metadata.name"));
        if (version.StartsWith("1.3", StringComparison.Ordinal)) Assert.Equal(expected, budgets[0].Text("apiVersion"));
    }

    [Fact]
    public async Task Without_the_APIs_of_others_nothing_of_theirs_is_made()
    {
        var run = await Helm.TemplateAsync([], "--set", "httpRoute.parentRefs[0].name=gateway");
        Assert.Equal(0, run.ExitCode);
        string[] groups = [.. Yaml.ReadAll(run.Output).Select(each => each.Text("apiVersion").Split('/')[0]).Distinct()];
        Assert.DoesNotContain(groups, group => group is "monitoring.coreos.com" or "cert-manager.io" or "gateway.networking.k8s.io");
        Assert.Contains(Yaml.ReadAll(run.Output), each => each.Text("kind") == "Secret" && each.Text("metadata.name") == "netgraph-tls");

        var kinds = (await Helm.RenderAsync("--set", "httpRoute.parentRefs[0].name=gateway")).Select(each => each.Text("kind")).Distinct().ToList();
        Assert.All(new[] { "PodMonitor", "ServiceMonitor", "HTTPRoute", "Certificate", "Issuer" }, kind => Assert.Contains(kind, kinds));
    }

    [Fact]
    public async Task A_generated_certificate_is_made_out_to_netgraph_agent_by_the_authority_beside_it()
    {
        var run = await Helm.TemplateAsync([]);
        var data = Yaml.ReadAll(run.Output).Find("Secret", "netgraph-tls")["data"]!;
        var folder = Directory.CreateTempSubdirectory("netgraph-chart-");
        try
        {
            foreach (var file in new[] { "tls.crt", "tls.key", "ca.crt" }) await File.WriteAllBytesAsync(Path.Combine(folder.FullName, file), Convert.FromBase64String(data[file]!.ToString()));
            var path = (string file) => Path.Combine(folder.FullName, file);
            using var authority = X509CertificateLoader.LoadCertificateFromFile(path("ca.crt"));
            using var leaf = X509Certificate2.CreateFromPemFile(path("tls.crt"), path("tls.key"));
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

            Assert.True(chain.Build(leaf));
            Assert.True(leaf.MatchesHostname("netgraph-agent"));
            Assert.False(data.AsObject().ContainsKey("ca.key"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Nothing is rendered for empty values; emptyDir, selectors and the like are meant to be empty.
    private static void NothingIsEmpty(JsonNode each)
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal) { "selfSigned", "namespaceSelector", "podSelector" };
        Walk(each, each.Text("kind"));
        void Walk(JsonNode? node, string path)
        {
            switch (node)
            {
                case null:
                    Assert.Fail($"{path} is null");
                    break;
                case JsonObject map when map.Count == 0 && !allowed.Contains(path.Split('.')[^1]):
                    Assert.Fail($"{path} is empty");
                    break;
                case JsonObject map:
                    foreach (var (key, value) in map) Walk(value, $"{path}.{key}");
                    break;
                case JsonArray list when list.Count == 0:
                    Assert.Fail($"{path} is empty");
                    break;
                case JsonArray list:
                    foreach (var value in list) Walk(value, path);
                    break;
            }
        }
    }
}
