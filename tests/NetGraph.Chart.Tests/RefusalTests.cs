namespace NetGraph.Chart.Tests;

/// <summary>What the chart says to values that are wrong: one sentence.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("agents.network=host", "at '': additional properties 'agents' not allowed")]
    [InlineData("agent.netwrk=host", "at '/agent': additional properties 'netwrk' not allowed")]
    [InlineData("collector.budget.bytes=5G", "at '/collector/budget': additional properties 'bytes' not allowed")]
    [InlineData("agent.network=overlay", "at '/agent/network': value must be one of 'host', 'pod', 'both'")]
    [InlineData("agent.ports.metrics=http", "at '/agent/ports/metrics': got string, want integer")]
    [InlineData("agent.ports.metrics=70000", "at '/agent/ports/metrics': maximum: got 70,000, want 65,535")]
    [InlineData("collector.interval=5", "at '/collector/interval': got number, want string")]
    [InlineData("collector.bitrate=fast", "at '/collector/bitrate': 'fast' does not match pattern")]
    [InlineData("collector.replicas=3", "at '/collector/replicas': maximum: got 3, want 2")]
    [InlineData("api.enabled=maybe", "at '/api/enabled': got string, want boolean")]
    [InlineData("podMonitor.enabled=maybe", "at '/podMonitor/enabled': value must be one of true, false, 'auto'")]
    public async Task An_unknown_key_or_a_wrong_type_is_named(string setting, string sentence)
    {
        var run = await Helm.TemplateAsync([], "--set", setting);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        var version = Version.Parse((await Helm.RunAsync(["version", "--template", "{{.Version}}"])).Output.TrimStart('v').Split('-', '+')[0].Trim());
        if (version < new Version(3, 18)) Assert.Skip($"Helm {version} refuses it too, in other words");
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collector.replicas=2", "collector.replicas is above 1, but prometheus.url is empty: the api would ask a collector that only stands in. Set prometheus.url, or collector.replicas to 1.")]
    [InlineData("token.value=0123456789abcdef,token.existingSecret=s", "token.value and token.existingSecret are both set: set one of them.")]
    [InlineData("token.value=short", "token.value must be at least 16 printable ASCII characters without spaces: make one with 'openssl rand -hex 32'.")]
    [InlineData("tls.source=existingSecret", "tls.source is existingSecret, but tls.existingSecret is empty: name the Secret with tls.crt, tls.key and ca.crt.")]
    [InlineData("tls.existingSecret=s", "tls.existingSecret is set, but tls.source is auto: set tls.source to existingSecret, or leave tls.existingSecret empty.")]
    [InlineData("tls.source=certManager", "tls.source is certManager, but this cluster has no Certificate of cert-manager.io/v1: install cert-manager, or set tls.source to auto or generated.")]
    [InlineData("podMonitor.enabled=true", "podMonitor.enabled is true, but this cluster has no PodMonitor of monitoring.coreos.com/v1: install what brings it, or set podMonitor.enabled to auto or false.")]
    [InlineData("serviceMonitor.enabled=true", "serviceMonitor.enabled is true, but this cluster has no ServiceMonitor of monitoring.coreos.com/v1: install what brings it, or set serviceMonitor.enabled to auto or false.")]
    [InlineData("prometheusRule.enabled=true", "prometheusRule.enabled is true, but this cluster has no PrometheusRule of monitoring.coreos.com/v1: install what brings it, or set prometheusRule.enabled to auto or false.")]
    [InlineData("httpRoute.enabled=true,httpRoute.parentRefs[0].name=g", "httpRoute.enabled is true, but this cluster has no HTTPRoute of gateway.networking.k8s.io/v1: install what brings it, or set httpRoute.enabled to auto or false.")]
    [InlineData("httpRoute.enabled=true", "httpRoute.enabled is true, but httpRoute.parentRefs is empty: name a gateway, such as [{name: gateway}].")]
    [InlineData("prometheus.url=http://p,prometheus.user=me", "prometheus.user needs a password: set prometheus.passwordSecret.name.")]
    [InlineData("prometheus.url=http://p,prometheus.passwordSecret.name=s", "prometheus.passwordSecret.name is set, but prometheus.user is empty: set both, or none.")]
    [InlineData("prometheus.url=http://p,prometheus.user=me,prometheus.passwordSecret.name=s,prometheus.tokenSecret.name=t", "prometheus.user and prometheus.tokenSecret.name are both set: Prometheus is asked with one of them.")]
    [InlineData("prometheus.tenant=t", "prometheus.url is empty, but other values of prometheus are set: set prometheus.url.")]
    [InlineData("agent.ports.iperf3First=6000", "agent.ports.iperf3Last 5210 is below agent.ports.iperf3First 6000: the range of ports for iperf3 servers is empty.")]
    [InlineData("agent.ports.iperf3Last=5300", "agent.ports.iperf3First to agent.ports.iperf3Last are more than 50 ports: an agent needs few, and a NetworkPolicy names each of them.")]
    [InlineData("agent.ports.orders=9876", "agent.ports.metrics and agent.ports.orders are both 9876: choose two ports.")]
    [InlineData("agent.ports.orders=5205", "agent.ports.orders 5205 lies in the range of ports for iperf3 servers, 5201 to 5210: choose another.")]
    [InlineData("collector.budget.moneyPerDay=5", "collector.budget.moneyPerDay needs a price: set collector.budget.pricePerGb, such as 0.01.")]
    [InlineData("collector.servers.namespace=other", "collector.servers.namespace is set, but collector.servers.selector is empty: name the label of the iperf3 servers, such as app=iperf3-server.")]
    [InlineData("ingress.enabled=true", "ingress.enabled is true, but ingress.hosts is empty: name a host, such as netgraph.example.")]
    [InlineData("ingress.enabled=true,ingress.hosts[0]=h,api.enabled=false", "ingress.enabled is true, but api.enabled is false: there is nothing to lead to.")]
    [InlineData("clock.enabled=true", "clock.enabled is true, but there is nothing to set the clock by: set clock.servers or clock.refclocks.")]
    [InlineData("clock.enabled=true,clock.servers[0]=t,agent.clockErrorBound=1ms", "clock.enabled and agent.clockErrorBound are both set: chrony says the bound, or you do.")]
    public async Task What_cannot_be_is_refused_with_a_sentence(string setting, string sentence)
    {
        var run = await Helm.TemplateAsync([], "--set", setting);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(": " + sentence, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("controllers.exporter.type=deployment", "controllers.exporter.type", "agent.nodeSelector")]
    [InlineData("controllers.exporter.enabled=false", "controllers.exporter.enabled", "collector.orders")]
    [InlineData("controllers.exporter.replicas=2", "controllers.exporter.replicas", "collector.replicas")]
    [InlineData("controllers.exporter.appConfig.testTimeout=10", "testTimeout", "collector.duration")]
    [InlineData("controllers.exporter.appConfig.serverPort=5202", "appConfig.serverPort", "agent.ports.iperf3First")]
    [InlineData("controllers.exporter.appConfig.logLevel=LOUD", "appConfig.logLevel", "logLevel")]
    [InlineData("controllers.exporter.appConfig.serverLabelSelector=app={{ x }}", "appConfig.serverLabelSelector", "collector.servers.selector")]
    [InlineData("controllers.exporter.pod.nodeSelector.a=b", "controllers.exporter.pod.nodeSelector", "nodeSelector")]
    [InlineData("controllers.exporter.containers.exporter.image.tag=1", "controllers.exporter.containers.exporter.image", "image.tag")]
    [InlineData("controllers.exporter.containers.exporter.env.A=b", "controllers.exporter.containers.exporter.env", "collector.extraEnv")]
    [InlineData("controllers.exporter.containers.exporter.resources.limits.cpu=1", "controllers.exporter.containers.exporter.resources", "agent.resources")]
    [InlineData("exporter.replicaCount=2", "exporter.replicaCount", "collector.replicas")]
    [InlineData("exporter.testTimeout=10", "testTimeout", "collector.duration")]
    [InlineData("exporter.image.tag=1", "exporter.image", "image.tag")]
    [InlineData("exporter.resources.limits.cpu=1", "exporter.resources", "collector.resources")]
    [InlineData("server.image.tag=latest", "server.image", "image.tag")]
    [InlineData("server.resources.limits.cpu=1", "server.resources", "agent.resources")]
    [InlineData("service.type=NodePort", "service", "api.service")]
    [InlineData("networkPolicy.from[0].podSelector.matchLabels.a=b", "networkPolicy.from", "networkPolicy.metricsFrom")]
    [InlineData("networkPolicy.namespaceSelector.matchLabels.a=b", "networkPolicy.namespaceSelector", "networkPolicy.metricsFrom")]
    [InlineData("networkPolicy.podSelector.matchLabels.a=b", "networkPolicy.podSelector", "networkPolicy.apiFrom")]
    [InlineData("dependencies.install=true", "dependencies.install", "samples/kube-prometheus-stack")]
    public async Task A_value_of_iperf3_monitor_that_means_something_else_is_refused_with_the_new_name(string setting, string oldName, string newName)
    {
        var run = await Helm.TemplateAsync([], "--set", setting);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"{oldName} is a value of the iperf3-monitor chart, and means something else here: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(newName, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("controllers.exporter.appConfig.testInterval=600", "collector", "--interval=600s")]
    [InlineData("exporter.testInterval=120", "collector", "--interval=120s")]
    [InlineData("appConfig.testInterval=90", "collector", "--interval=90s")]
    [InlineData("controllers.exporter.appConfig.testProtocol=udp", "collector", "--protocol=udp")]
    [InlineData("exporter.testProtocol=udp", "collector", "--protocol=udp")]
    [InlineData("controllers.exporter.appConfig.logLevel=WARNING", "collector", "--log-level=warning")]
    [InlineData("controllers.exporter.appConfig.logLevel=INFO", "api", "--log-level=information")]
    [InlineData("controllers.exporter.appConfig.serverLabelSelector=app=iperf3-server", "collector", "--server-selector=app=iperf3-server")]
    public async Task A_value_of_iperf3_monitor_that_means_the_same_is_taken_over(string setting, string component, string argument)
    {
        var objects = await Helm.RenderAsync("--set", setting);

        Assert.Contains(argument, objects.Find("Deployment", $"netgraph-{component}").List("spec.template.spec.containers.0.args").Select(each => each!.ToString()));
    }

    [Fact]
    public async Task The_server_s_place_is_the_agents_place_and_the_exporter_s_account_the_collector_s()
    {
        var objects = await Helm.RenderAsync("--set", "server.nodeSelector.pool=workers,server.tolerations[0].operator=Exists,serviceAccount.name=iperf3-monitor");

        var agent = objects.Find("DaemonSet", "netgraph-agent-host").At("spec.template.spec");
        Assert.Equal("""{"pool":"workers"}""", agent.Text("nodeSelector"));
        Assert.Equal("""[{"operator":"Exists"}]""", agent.Text("tolerations"));
        Assert.Equal("iperf3-monitor", objects.Find("Deployment", "netgraph-collector").Text("spec.template.spec.serviceAccountName"));
        Assert.All(objects.OfKind("ClusterRoleBinding"), binding => Assert.Equal("iperf3-monitor", binding.Text("subjects.0.name")));
    }
}
