using System.Net;
using NetGraph.Testing.Kubernetes;

namespace NetGraph.Chart.Tests;

/// <summary>The API server takes schedules that can be, and names what is wrong with others.</summary>
[Collection("control plane")]
public sealed class ScheduleResourceTests(SharedControlPlane shared)
{
    private const string Path = "apis/netgraph.io/v1alpha1/testschedules";

    [Theory]
    [InlineData("""{"interval":"30m"}""")]
    [InlineData("""{"interval":"1h30m","duration":"10s","suspend":true}""")]
    [InlineData("""{"cron":"0 2 * * 1-5","timeZone":"Europe/Berlin"}""")]
    [InlineData("""{"interval":"90s","sources":{"matchLabels":{"a":"b"}},"destinations":{"matchExpressions":[{"key":"c","operator":"NotIn","values":["d"]},{"key":"e","operator":"Exists"}]}}""")]
    [InlineData("""{"interval":"30m","pairs":"sampled","degree":1000,"isolation":"direction"}""")]
    [InlineData("""{"interval":"30m","iperf3":{"protocol":"both","streams":128,"bitrate":"1G","udpBitrate":"10M","omit":"1s","bidirectional":true,"congestionControl":"bbr","mss":9216,"dscp":63}}""")]
    [InlineData("""{"interval":"30m","windows":[{"days":["Mon","Sun"],"from":"22:00","to":"06:00"},{"from":"00:00","to":"24:00"}]}""")]
    [InlineData("""{"interval":"30m","expectations":{"minBandwidth":"900M","maxRtt":"2ms","maxLoss":"0.1%"}}""")]
    [InlineData("""{"interval":"30m","expectations":{"minBandwidth":"1.5G","maxRtt":"500us","maxLoss":"0.001"}}""")]
    public async Task A_schedule_that_can_be_is_taken(string spec)
    {
        var plane = await shared.GetAsync();

        var made = await CreateAsync(plane, spec);

        Assert.Equal(("throughput", spec.Contains("Berlin", StringComparison.Ordinal) ? "Europe/Berlin" : "UTC"), (made["spec"]!["probe"]!.ToString(), made["spec"]!["timeZone"]!.ToString()));
    }

    [Theory]
    [InlineData("""{}""", "\"spec\" must validate one and only one schema (oneOf). Found none valid")]
    [InlineData("""{"interval":"30m","cron":"* * * * *"}""", "\"spec\" must validate one and only one schema (oneOf). Found 2 valid alternatives")]
    [InlineData("""{"interval":"5"}""", "spec.interval")]
    [InlineData("""{"interval":""}""", "spec.interval")]
    [InlineData("""{"interval":30}""", "spec.interval")]
    [InlineData("""{"cron":"0 2 * *"}""", "spec.cron")]
    [InlineData("""{"interval":"30m","probe":"ping"}""", "supported values: \"throughput\"")]
    [InlineData("""{"interval":"30m","pairs":"some"}""", "supported values: \"auto\", \"full\", \"sampled\", \"zones\"")]
    [InlineData("""{"interval":"30m","isolation":"none"}""", "supported values: \"pair\", \"direction\"")]
    [InlineData("""{"interval":"30m","degree":0}""", "spec.degree in body should be greater than or equal to 1")]
    [InlineData("""{"interval":"30m","degree":1001}""", "spec.degree in body should be less than or equal to 1000")]
    [InlineData("""{"interval":"30m","timeZone":"../etc/passwd"}""", "spec.timeZone")]
    [InlineData("""{"interval":"30m","sources":{"matchExpressions":[{"key":"a","operator":"Is"}]}}""", "spec.sources.matchExpressions.operator")]
    [InlineData("""{"interval":"30m","sources":{"matchLabels":{"a":1}}}""", "spec.sources.matchLabels.a")]
    [InlineData("""{"interval":"30m","iperf3":{"streams":129}}""", "spec.iperf3.streams in body should be less than or equal to 128")]
    [InlineData("""{"interval":"30m","iperf3":{"mss":87}}""", "spec.iperf3.mss in body should be greater than or equal to 88")]
    [InlineData("""{"interval":"30m","iperf3":{"dscp":64}}""", "spec.iperf3.dscp in body should be less than or equal to 63")]
    [InlineData("""{"interval":"30m","iperf3":{"bitrate":"fast"}}""", "spec.iperf3.bitrate")]
    [InlineData("""{"interval":"30m","iperf3":{"congestionControl":"cubic; rm"}}""", "spec.iperf3.congestionControl")]
    [InlineData("""{"interval":"30m","windows":[{"days":["Monday"],"from":"22:00","to":"06:00"}]}""", "spec.windows.days")]
    [InlineData("""{"interval":"30m","windows":[{"from":"25:00","to":"06:00"}]}""", "spec.windows.from")]
    [InlineData("""{"interval":"30m","windows":[{"from":"22:00"}]}""", "spec.windows.to")]
    [InlineData("""{"interval":"30m","expectations":{"maxRtt":"2"}}""", "spec.expectations.maxRtt")]
    [InlineData("""{"interval":"30m","expectations":{"maxLoss":"some"}}""", "spec.expectations.maxLoss")]
    public async Task A_schedule_that_cannot_be_is_refused_by_name_of_the_field(string spec, string sentence)
    {
        var plane = await shared.GetAsync();

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => CreateAsync(plane, spec));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refusal.StatusCode);
        // Newer servers name the place in the list too.
        Assert.Contains(sentence, refusal.Message.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("[0]", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_fields_are_dropped_and_status_is_apart()
    {
        var plane = await shared.GetAsync();
        var made = await plane.CreateAsync(Path, """{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","metadata":{"name":"apart"},"spec":{"interval":"30m","colour":"red"},"status":{"verdict":"Met"}}""");
        Assert.Equal(("", ""), (made.Text("spec.colour"), made.Text("status")));

        await plane.PatchAsync($"{Path}/apart/status", """
            {"spec":{"interval":"1s"},"status":{"observedGeneration":1,"pairsPlanned":12,"pairsFailed":2,"verdict":"NotMet","lastRunTime":"2026-01-01T00:00:00Z","nextRunTime":"2126-01-01T00:00:00Z",
             "conditions":[{"type":"Accepted","status":"True","observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Valid","message":"m"}]}}
            """);
        Assert.Equal("30m", (await plane.SendAsync(HttpMethod.Get, $"{Path}/apart")).Text("spec.interval"));
        await Assert.ThrowsAsync<HttpRequestException>(() => plane.PatchAsync($"{Path}/apart/status", """{"status":{"verdict":"Perhaps"}}"""));

        var table = await SharedControlPlane.KubectlAsync(plane, ["get", "tsched", "apart", "-o", "wide"]);
        var lines = table.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["NAME", "INTERVAL", "CRON", "PAIRS", "FAILED", "VERDICT", "ACCEPTED", "REASON", "LAST RUN", "NEXT RUN", "AGE"], lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(["apart", "30m", "12", "2", "NotMet", "True", "Valid"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(7));
        Assert.Contains("2126-01-01T00:00:00Z", lines[1], StringComparison.Ordinal);
        Assert.Contains("apart", (await SharedControlPlane.KubectlAsync(plane, ["get", "netgraph"])).Output, StringComparison.Ordinal);
        await plane.DeleteAsync($"{Path}/apart");
    }

    [Fact]
    public async Task The_server_finds_nothing_to_say_about_the_resource()
    {
        var plane = await shared.GetAsync();

        var conditions = (await plane.SendAsync(HttpMethod.Get, "apis/apiextensions.k8s.io/v1/customresourcedefinitions/testschedules.netgraph.io")).List("status.conditions");

        Assert.Equal(["Established True", "NamesAccepted True"], conditions.Select(condition => $"{condition.Text("type")} {condition.Text("status")}").Order(StringComparer.Ordinal));
    }

    private static Task<System.Text.Json.Nodes.JsonNode> CreateAsync(ControlPlane plane, string spec) =>
        plane.CreateAsync($"{Path}?dryRun=All", $$"""{"apiVersion":"netgraph.io/v1alpha1","kind":"TestSchedule","metadata":{"name":"t-{{Guid.NewGuid():N}}" },"spec":{{spec}} }""");
}
