using System.Net;
using NetGraph.Api.Snapshots;

namespace NetGraph.Api.Tests.Grafana;

public sealed class NodeGraphEndpointsTests
{
    [Fact]
    public async Task Answers_as_the_data_source_asks()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b c", "a>b:1e9 b>a:down")));

        Assert.Equal("ok\n", await api.GetAsync("api/health"));
        // The same query goes to both; the fields are the same whatever it says.
        foreach (var query in (string[])["", "?at=1767225600000&metric=rtt", "?nonsense=1"])
        {
            var fields = await api.GetJsonAsync("api/graph/fields" + query);
            Assert.Equal("id", fields.GetProperty("nodes_fields")[0].GetProperty("field_name").GetString());
            Assert.Equal(["id", "source", "target"], fields.GetProperty("edges_fields").EnumerateArray().Take(3).Select(field => field.GetProperty("field_name").GetString()));
        }

        var data = await api.GetJsonAsync("api/graph/data?at=1767225600000&theme=dark");
        Assert.Equal(["a", "b", "c"], data.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()));
        Assert.Equal(["1.00 Gbit/s", "failed"], data.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("mainStat").GetString()));
    }

    [Fact]
    public async Task Health_and_fields_need_no_measurements()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(_ => throw new MeasurementSourceException(SourceFailure.Unreachable, "away")));

        await api.GetAsync("api/health");
        await api.GetAsync("api/graph/fields");
        Assert.Equal("away", (await api.GetProblemAsync("api/graph/data", 503)).Detail);
    }

    [Fact]
    public async Task Too_many_links_for_the_panel_are_refused_with_what_to_do()
    {
        await using var api = await TestApi.StartAsync(new FakeSource(FakeSource.Large(61)));

        Assert.Contains("use view=skeleton", (await api.GetProblemAsync("api/graph/data?view=graph", 413)).Detail, StringComparison.Ordinal);
        Assert.Equal(61, (await api.GetJsonAsync("api/graph/data")).GetProperty("nodes").GetArrayLength());
        using var head = await api.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri("api/graph/fields", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }
}
