using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using NetGraph.Kubernetes.Resources;
using NetGraph.Kubernetes.Watching;
using NetGraph.Testing;

namespace NetGraph.Kubernetes.Tests;

/// <summary>Against a fake inside the process: what the real server does only seldom.</summary>
public sealed class KubernetesClientTests
{
    [Fact]
    public async Task A_list_that_arrives_byte_by_byte_is_read_whatever_the_order_of_its_members()
    {
        const string List = """{"items":[{"metadata":{"name":"a","labels":{"x":"1","ü\n":"ü"}},"status":{"more":[{"deep":[1,2,{}]}]}},{"metadata":{"name":"b"},"spec":{"unschedulable":true}}],"kind":"NodeList","other":[[{}]],"metadata":{"resourceVersion":"7","remainingItemCount":1}}""";
        using var client = new FakeServer((_, _) => FakeServer.Stream(new PieceStream(List.Select(c => c.ToString()), endsAfter: true))).Connect();
        var list = await client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None);
        Assert.Equal("7", list.ResourceVersion);
        Assert.Equal(["a", "b"], list.Items.Select(node => node.Metadata.Name));
        Assert.Equal("ü", list.Items[0].Metadata.Labels["ü\n"]);
        Assert.True(list.Items[1].Spec.Unschedulable);
        Assert.Empty(list.Items[0].Status.Conditions);
    }

    [Fact]
    public async Task An_object_larger_than_any_buffer_is_read()
    {
        var large = new string('x', 300_000);
        using var client = new FakeServer((_, _) => FakeServer.Json($$$$"""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","annotations":{"l":"{{{{large}}}}","kubectl.kubernetes.io/last-applied-configuration":"{{{{large}}}}"}}},{"metadata":{"name":"b"}}]}""")).Connect();
        var list = await client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None);
        Assert.Equal(large, list.Items[0].Metadata.Annotations["l"]);
        Assert.Single(list.Items[0].Metadata.Annotations);
        Assert.Equal("b", list.Items[1].Metadata.Name);
    }

    [Fact]
    public async Task An_empty_list_may_have_no_items_at_all()
    {
        using var client = new FakeServer((_, _) => FakeServer.Json("""{"metadata":{"resourceVersion":"1"},"items":null}""")).Connect();
        Assert.Empty((await client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None)).Items);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"}}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    [InlineData("<html>proxy</html>")]
    [InlineData("""{"items":[]}""")]
    public async Task What_is_no_whole_list_is_a_fault(string body)
    {
        using var client = new FakeServer((_, _) => FakeServer.Json(body)).Connect();
        var exception = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None));
        Assert.True(exception.IsTransient);
        Assert.Contains("'list' of 'nodes'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_object_that_cannot_be_read_does_not_hide_the_others()
    {
        using var client = new FakeServer((_, _) => FakeServer.Json("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"},"spec":{"unschedulable":"perhaps"}},{"metadata":{"name":"b"}}]}""")).Connect();
        var list = await client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None);
        Assert.Equal("b", list.Items.Single().Metadata.Name);
        Assert.StartsWith("'a' is passed over", list.Unreadable.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_whose_version_grew_too_old_between_two_pages_is_begun_anew()
    {
        var fails = 2;
        var server = new FakeServer((request, _) =>
        {
            var query = request.RequestUri!.Query;
            if (!query.Contains("limit=2", StringComparison.Ordinal)) return FakeServer.Json("""{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"whole"}}]}""");
            if (!query.Contains("continue=", StringComparison.Ordinal)) return FakeServer.Json("""{"metadata":{"resourceVersion":"1","continue":"c=&1"},"items":[{"metadata":{"name":"a"}}]}""");
            return fails-- > 0 ? FakeServer.Fault(HttpStatusCode.Gone, "Expired") : FakeServer.Json("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"b"}}]}""");
        });
        using var client = server.Connect();
        var list = await client.ListAsync(ResourceKinds.Nodes, new ResourceQuery { PageSize = 2 }, CancellationToken.None);
        Assert.Equal(["whole"], list.Items.Select(node => node.Metadata.Name));
        Assert.Contains("GET /api/v1/nodes?limit=2&continue=c%3D%261", server.Requests);
        fails = 1;
        list = await client.ListAsync(ResourceKinds.Nodes, new ResourceQuery { PageSize = 2 }, CancellationToken.None);
        Assert.Equal(["a", "b"], list.Items.Select(node => node.Metadata.Name));
    }

    [Fact]
    public async Task A_refusal_names_the_rule_that_is_missing()
    {
        using var client = new FakeServer((_, _) => FakeServer.Fault(HttpStatusCode.Forbidden, "Forbidden", "nodes is forbidden: User u cannot list")).Connect();
        var exception = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync(ResourceKinds.Nodes, ResourceQuery.All, CancellationToken.None));
        Assert.Equal("The API server refuses 'list' of 'nodes': add to the ClusterRole: apiGroups [\"\"], resources [nodes], verbs [list]", exception.MissingRule);
        Assert.Contains("User u cannot list", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
    }

    [Fact]
    public async Task A_refusal_in_a_namespace_names_the_role_there_and_the_object()
    {
        using var client = new FakeServer((_, _) => FakeServer.Fault(HttpStatusCode.Forbidden, "Forbidden")).Connect();
        var exception = await Assert.ThrowsAsync<KubernetesException>(() => client.ReplaceAsync(ResourceKinds.Leases, "ng", new Lease { Metadata = new ObjectMeta { Name = "netgraph-collector" } }, CancellationToken.None));
        Assert.Equal("The API server refuses 'update' of 'leases' in namespace 'ng': add to a Role in namespace 'ng': apiGroups [\"coordination.k8s.io\"], resources [leases], verbs [update] (resourceNames, if there are any, must include 'netgraph-collector')", exception.MissingRule);
        exception = await Assert.ThrowsAsync<KubernetesException>(() => client.PatchStatusAsync(ResourceKinds.Nodes, null, "n1", new JsonObject(), CancellationToken.None));
        Assert.StartsWith("The API server refuses 'patch' of 'nodes/status': add to the ClusterRole: apiGroups [\"\"], resources [nodes/status], verbs [patch]", exception.MissingRule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_asks_to_wait_is_told()
    {
        var clock = new ManualClock();
        RetryConditionHeaderValue? after = null;
        using var client = new FakeServer((_, _) =>
        {
            var response = FakeServer.Json("""{"details":{"retryAfterSeconds":3}}""", HttpStatusCode.TooManyRequests);
            response.Headers.RetryAfter = after;
            return response;
        }).Connect(clock);
        async Task<TimeSpan?> AskAsync() => (await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ResourceKinds.Nodes, null, "a", CancellationToken.None))).RetryAfter;
        Assert.Equal(TimeSpan.FromSeconds(3), await AskAsync());
        after = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), await AskAsync());
        after = new RetryConditionHeaderValue(clock.GetUtcNow().AddSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(9), await AskAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/../../secrets")]
    [InlineData("a%2f")]
    public async Task A_name_cannot_lead_to_another_address(string name)
    {
        var server = new FakeServer((_, _) => FakeServer.Json("{}"));
        using var client = server.Connect();
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync(ResourceKinds.Nodes, null, name, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync(ResourceKinds.Pods, name, "a", CancellationToken.None));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_token_is_read_anew_for_each_request()
    {
        var file = Path.GetTempFileName();
        try
        {
            var seen = new List<string?>();
            using var client = new FakeServer((request, _) =>
            {
                seen.Add(request.Headers.Authorization?.ToString());
                return FakeServer.Json("{}");
            }).Connect(tokenFile: file);
            await File.WriteAllTextAsync(file, "one\n");
            await client.GetAsync(ResourceKinds.Nodes, null, "a", CancellationToken.None);
            await File.WriteAllTextAsync(file, "two\n");
            await client.GetAsync(ResourceKinds.Nodes, null, "a", CancellationToken.None);
            Assert.Equal(["Bearer one", "Bearer two"], seen);
            await File.WriteAllTextAsync(file, "");
            Assert.Contains("is empty", (await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ResourceKinds.Nodes, null, "a", CancellationToken.None))).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        var clock = new ManualClock();
        using var client = new FakeServer((_, _) => FakeServer.Stream(new PieceStream(["{"]))).Connect(clock);
        var asking = client.GetAsync(ResourceKinds.Nodes, null, "a", CancellationToken.None);
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return asking.IsCompleted;
        }, "the request is given up");
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => asking)).IsTimeout);
    }

    [Fact]
    public async Task A_watch_goes_on_where_a_cut_line_left_it()
    {
        var answers = new Queue<Stream>(
        [
            new PieceStream([Event("ADDED", "a", 2), Event("MODIFIED", "a", 3)[..40]], endsAfter: true),
            new PieceStream([Event("MODIFIED", "a", 3), Event("DELETED", "a", 4)[..^1]], breaksWith: new IOException("reset")),
            new PieceStream(["\n", """{"object":{"metadata":{"resourceVersion":"9"},"kind":"Node"},"type":"BOOKMARK"}""" + "\n"]),
        ]);
        var server = new FakeServer((_, _) => FakeServer.Stream(answers.Dequeue()));
        using var client = server.Connect();
        var events = new List<WatchEvent<Node>>();
        await foreach (var found in client.WatchAsync(ResourceKinds.Nodes, ResourceQuery.All, "1"))
        {
            events.Add(found);
            if (found.Type == WatchEventType.Bookmark) break;
        }

        Assert.Equal([(WatchEventType.Added, "2"), (WatchEventType.Modified, "3"), (WatchEventType.Bookmark, "9")], events.Select(found => (found.Type, found.ResourceVersion)));
        Assert.Equal(["1", "2", "3"], server.Requests.Select(request => request.Split("resourceVersion=")[1].Split('&')[0]));
        Assert.All(server.Requests, request => Assert.Contains("allowWatchBookmarks=true", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silent_watch_is_begun_anew_and_given_up_the_second_time()
    {
        var clock = new ManualClock();
        var server = new FakeServer((_, _) => FakeServer.Stream(new PieceStream([])));
        using var client = server.Connect(clock);
        await using var events = client.WatchAsync(ResourceKinds.Nodes, ResourceQuery.All, "1", new WatchOptions { SilenceLimit = TimeSpan.FromMinutes(1) }).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            return next.IsCompleted;
        }, "the watch is given up");
        var exception = await Assert.ThrowsAsync<KubernetesException>(() => next);
        Assert.Contains("silent", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 1 (2)"}}""", true)]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":500,"reason":"InternalError"}}""", false)]
    [InlineData("""{"type":"STRANGE","object":{}}""", false)]
    [InlineData("""{"type":7,"object":{}}""", false)]
    [InlineData("""{"type":"ADDED"}""", false)]
    [InlineData("""{"type":"ADDED","object":{"metadata":{}}}""", false)]
    [InlineData("nonsense", false)]
    public async Task A_watch_that_cannot_go_on_says_why(string line, bool isGone)
    {
        using var client = new FakeServer((_, _) => FakeServer.Stream(new PieceStream([line + "\n"]))).Connect();
        await using var events = client.WatchAsync(ResourceKinds.Nodes, ResourceQuery.All, "1").GetAsyncEnumerator();
        Assert.Equal(isGone, (await Assert.ThrowsAsync<KubernetesException>(() => events.MoveNextAsync().AsTask())).IsGone);
    }

    [Fact]
    public async Task What_is_made_says_its_kind_and_no_nulls()
    {
        var sent = "";
        using var client = new FakeServer((_, body) =>
        {
            sent = body;
            return FakeServer.Json("{}");
        }).Connect();
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));
        await client.CreateAsync(ResourceKinds.Leases, "ns", new Lease { Metadata = new ObjectMeta { Name = "l" }, Spec = new LeaseSpec { HolderIdentity = "", RenewTime = time } }, CancellationToken.None);
        Assert.Equal("""{"metadata":{"name":"l","labels":{},"annotations":{}},"spec":{"holderIdentity":"","renewTime":"2026-01-02T02:04:05.000000Z"},"apiVersion":"coordination.k8s.io/v1","kind":"Lease"}""", sent);
    }

    private static string Event(string type, string name, int version) => $$$$"""{"type":"{{{{type}}}}","object":{"metadata":{"name":"{{{{name}}}}","resourceVersion":"{{{{version}}}}"}}}""" + "\n";
}
