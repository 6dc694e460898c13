using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NetGraph.Agent.Echo;
using NetGraph.Agent.Probing;
using NetGraph.Hosting;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;

namespace NetGraph.Agent.Orders;

/// <summary>What the collector may ask of an agent. Every request must carry the shared token.</summary>
internal sealed partial class OrderEndpoints(
    AgentOptions options, AgentState state, GrantedServers servers, OrderedTest test, EchoProber prober, FurtherProbes further, ILogger<OrderEndpoints> log, CancellationToken stopping)
{
    private const long MaxOrderBytes = 4 * 1024 * 1024;

    public void Map(IApplicationBuilder orders)
    {
        orders.Use(AuthenticateAsync);
        // The server's own routing ran before and may have found an endpoint of the other port.
        orders.Use((HttpContext context, RequestDelegate next) =>
        {
            context.SetEndpoint(null);
            return next(context);
        });
        orders.UseRouting();
        orders.UseEndpoints(routes =>
        {
            routes.MapPost(OrderRoutes.Servers, StartServerAsync);
            routes.MapDelete(OrderRoutes.Servers + "/{testId}", ReleaseServerAsync);
            routes.MapPost(OrderRoutes.Tests, RunTestAsync);
            routes.MapPost(OrderRoutes.Failures, RecordFailureAsync);
            routes.MapPost(OrderRoutes.Qualities, DistrustAsync);
            routes.MapPut(OrderRoutes.Peers, SetPeersAsync);
            routes.MapGet(OrderRoutes.Peers, context => AnswerAsync(context, new PeerListVersion(state.Peers.Version, options.NodeName), OrderJsonContext.Default.PeerListVersion));
            routes.MapGet(OrderRoutes.Links, context => AnswerAsync(context, state.ReadLinks(prober, further, TestProtocol.Tcp), OrderJsonContext.Default.IReadOnlyListAgentLink));
        });
    }

    private async Task AuthenticateAsync(HttpContext context, RequestDelegate next)
    {
        if (!options.Token.Matches(context.Request.Headers.Authorization))
        {
            state.CountUnauthorized();
            Log.Unauthorized(log, context.Connection.RemoteIpAddress);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Refuse(context, 401, "Not authorized", "The order carries no token or a wrong one: give collector and agents the same token file.").ConfigureAwait(false);
            return;
        }

        await next(context).ConfigureAwait(false);
    }

    private async Task StartServerAsync(HttpContext context)
    {
        if (await ReadAsync(context, OrderJsonContext.Default.ServerOrder, order => order.FindFault()).ConfigureAwait(false) is not { } order) return;
        switch (await servers.StartAsync(order, context.RequestAborted).ConfigureAwait(false))
        {
            case ServerOutcome.Started started:
                context.Response.StatusCode = 201;
                await AnswerAsync(context, new ServerGrant(started.Port), OrderJsonContext.Default.ServerGrant).ConfigureAwait(false);
                break;
            case ServerOutcome.Busy busy:
                await RefuseBusy(context, busy.TestIds).ConfigureAwait(false);
                break;
            case ServerOutcome.ToolMissing missing:
                await Refuse(context, 501, "Program missing", missing.Reason).ConfigureAwait(false);
                break;
            case ServerOutcome.Failed failed:
                await Refuse(context, 503, "No server", failed.Reason).ConfigureAwait(false);
                break;
        }
    }

    private async Task ReleaseServerAsync(HttpContext context)
    {
        var report = await servers.ReleaseAsync((string)context.Request.RouteValues["testId"]!).ConfigureAwait(false);
        await AnswerAsync(context, report, OrderJsonContext.Default.ServerReport).ConfigureAwait(false);
    }

    private async Task RunTestAsync(HttpContext context)
    {
        if (await ReadAsync(context, OrderJsonContext.Default.ThroughputOrder, order => order.FindFault()).ConfigureAwait(false) is not { } order) return;
        if (state.Slot.TryTake(order.TestId, order.Isolation, sends: order.Direction != TestDirection.Reverse) is not { } grant)
        {
            await RefuseBusy(context, state.Slot.Describe()).ConfigureAwait(false);
            return;
        }

        ThroughputResult result;
        using (grant)
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping))
        {
            try
            {
                var echoes = prober.BeginTest(order.PeerNode, TimeSpan.FromSeconds(order.OmitSeconds + order.DurationSeconds), end.Token);
                result = await test.RunAsync(order, end.Token).ConfigureAwait(false);
                await end.CancelAsync().ConfigureAwait(false);
                if (result.Failure is null && echoes?.Publish() is { } loaded)
                    result = result with { LoadedRoundTripSeconds = loaded.TotalSeconds, IdleRoundTripSeconds = echoes.Idle?.TotalSeconds };
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                await Refuse(context, 503, "Stopping", "The agent is stopping: it ended the test.").ConfigureAwait(false);
                return;
            }
        }

        // A busy server is retried in the slot by who ordered the test: it says nothing of the link.
        if (result.Failure != ProbeFailure.Busy) state.Record(order, result);
        await AnswerAsync(context, result, OrderJsonContext.Default.ThroughputResult).ConfigureAwait(false);
    }

    private async Task DistrustAsync(HttpContext context)
    {
        if (await ReadAsync(context, OrderJsonContext.Default.QualityReport, report => report.FindFault()).ConfigureAwait(false) is not { } report) return;
        state.Throughput.Distrust(report.TestId, report.Quality);
        context.Response.StatusCode = 204;
    }

    private async Task RecordFailureAsync(HttpContext context)
    {
        if (await ReadAsync(context, OrderJsonContext.Default.FailureReport, report => report.FindFault()).ConfigureAwait(false) is not { } report) return;
        var (source, destination) = report.Reverse ? (report.PeerNode, options.NodeName) : (options.NodeName, report.PeerNode);
        state.Throughput.Record(source, destination, ThroughputResult.Failed(report.Failure, report.Text), report.Protocol, schedule: report.Schedule);
        // The other half of the bidirectional test that did not begin was not measured either.
        state.Throughput.ForgetOpposite(destination, source, report.Protocol);
        context.Response.StatusCode = 204;
    }

    private async Task SetPeersAsync(HttpContext context)
    {
        if (await ReadAsync(context, OrderJsonContext.Default.PeerList, list => list.FindFault()).ConfigureAwait(false) is not { } list) return;
        state.SetPeers(list);
        prober.SetPeers(list.Peers);
        await further.SetAsync(list).ConfigureAwait(false);
        Log.Peers(log, list.Peers.Count);
        context.Response.StatusCode = 204;
    }

    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, string?> findFault)
        where T : class
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxOrderBytes;
        string? fault;
        try
        {
            var order = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false);
            fault = order is null ? "The body is null." : findFault(order);
            if (fault is null) return order;
        }
        catch (JsonException exception)
        {
            fault = $"The body is not the expected JSON: {exception.Message}";
        }

        await Refuse(context, 400, "Bad order", fault).ConfigureAwait(false);
        return null;
    }

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, context.RequestAborted);
    }

    private Task RefuseBusy(HttpContext context, string testIds)
    {
        state.CountBusy();
        return Refuse(context, 409, "busy", $"Test {testIds} has this node: order again when it is over.");
    }

    private static Task Refuse(HttpContext context, int status, string title, string detail) => Problems.WriteAsync(context, status, title, detail);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Rejected an order from {Address}: no token or a wrong one")]
        public static partial void Unauthorized(ILogger log, IPAddress? address);

        [LoggerMessage(Level = LogLevel.Information, Message = "New list of {Count} peers")]
        public static partial void Peers(ILogger log, int count);
    }
}
