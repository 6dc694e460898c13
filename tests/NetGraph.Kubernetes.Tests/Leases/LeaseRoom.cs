using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using NetGraph.Kubernetes.Configuration;
using NetGraph.Kubernetes.Leases;
using NetGraph.Testing;

namespace NetGraph.Kubernetes.Tests.Leases;

/// <summary>What becomes of a request on its way.</summary>
internal enum Way
{
    Good,
    Refused,
    Swallowed,
    AnswerLost,
}

/// <summary>A server that holds one lease and refuses stale versions, and those who want it, all by one clock that moves only when told to.</summary>
internal sealed class LeaseRoom : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private int _version;
    private int _leading;

    public ManualClock Clock { get; } = new();

    public JsonObject? Lease { get; set; }

    public List<Candidate> Candidates { get; } = [];

    /// <summary>Who began and ended to lead, and when, in seconds from the start.</summary>
    public ConcurrentQueue<(string Identity, bool Begins, double At)> Told { get; } = new();

    /// <summary>Largest number that ever led at once.</summary>
    public int MostAtOnce { get; private set; }

    public string? Holder => Spec("holderIdentity");

    public double Now => (Clock.GetUtcNow() - new ManualClock().GetUtcNow()).TotalSeconds;

    public string? Spec(string member)
    {
        lock (_lock) return Lease?["spec"]?[member]?.ToString();
    }

    public Candidate Add(string identity, TimeSpan skew = default, Func<CancellationToken, Task>? work = null)
    {
        var candidate = new Candidate(this, identity, new SkewedClock(Clock, skew));
        candidate.Run(async token =>
        {
            lock (_lock) MostAtOnce = Math.Max(MostAtOnce, ++_leading);
            Told.Enqueue((identity, true, Now));
            // Last, since time goes on as soon as it is seen.
            candidate.IsWorking = true;
            try
            {
                await (work ?? (NeverAsync))(token);
            }
            finally
            {
                lock (_lock) _leading--;
                candidate.IsWorking = false;
                Told.Enqueue((identity, false, Now));
            }
        }, _end.Token);
        lock (_lock) Candidates.Add(candidate);
        return candidate;
    }

    /// <summary>Lets time pass in small steps until a condition holds.</summary>
    /// <returns>Seconds that passed.</returns>
    public async Task<double> PassUntilAsync(Func<bool> condition, string what, double most = 120)
    {
        var start = Now;
        while (!condition())
        {
            Assert.True(Now - start < most, $"In {most} s this did not come: {what}.");
            await PassAsync(0.1);
        }

        return Now - start;
    }

    /// <summary>Lets time pass, and those who wait act.</summary>
    public async Task PassAsync(double seconds)
    {
        for (var left = seconds; left > 1e-9; left -= 0.1)
        {
            var step = TimeSpan.FromSeconds(Math.Min(0.1, left));
            // On a thread without a synchronisation context all that a timer sets off is done before the clock moves on; but what leads begins on a thread of its own.
            await Task.Run(() => Clock.Advance(step));
            await Wait.UntilAsync(() => Candidates.All(candidate => candidate.IsWorking || !candidate.Election.IsLeader), "who holds the lease leads");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var candidate in Candidates) candidate.Way = Way.Good;
        await _end.CancelAsync();
        foreach (var candidate in Candidates) await candidate.DisposeAsync();
        _end.Dispose();
    }

    // Task.Delay hands its cancellation to another thread; this ends within the call that cancels.
    private static async Task NeverAsync(CancellationToken cancellation)
    {
        var never = new TaskCompletionSource();
        await using var registration = cancellation.Register(() => never.TrySetCanceled(cancellation));
        await never.Task.ConfigureAwait(false);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        lock (_lock)
        {
            switch (request.Method.Method)
            {
                case "GET":
                    return Lease is null ? FakeServer.Fault(HttpStatusCode.NotFound, "NotFound") : FakeServer.Json(Lease.ToJsonString());
                case "POST" when Lease is not null:
                    return FakeServer.Fault(HttpStatusCode.Conflict, "AlreadyExists");
                case "PUT" when Lease is null:
                    return FakeServer.Fault(HttpStatusCode.NotFound, "NotFound");
                case "PUT" when JsonNode.Parse(body)!["metadata"]!["resourceVersion"]?.ToString() != Lease["metadata"]!["resourceVersion"]!.ToString():
                    return FakeServer.Fault(HttpStatusCode.Conflict, "Conflict");
                default:
                    Lease = JsonNode.Parse(body)!.AsObject();
                    Lease["metadata"]!["resourceVersion"] = $"{++_version}";
                    Lease["metadata"]!["uid"] = "u";
                    return FakeServer.Json(Lease.ToJsonString());
            }
        }
    }

    /// <summary>One who wants to lead.</summary>
    internal sealed class Candidate : IAsyncDisposable
    {
        private readonly KubernetesClient _client;
        private readonly CancellationTokenSource _stop = new();
        private CancellationTokenSource? _either;

        public Candidate(LeaseRoom room, string identity, TimeProvider clock)
        {
            var configuration = new KubernetesConfiguration { Server = new Uri("http://fake") };
            _client = new KubernetesClient(configuration, new Link(this, room), clock);
            Election = new LeaderElection(_client, new LeaderElectionOptions { Namespace = "ns", Name = "l", Identity = identity });
        }

        public LeaderElection Election { get; }

        public Way Way { get; set; }

        public bool IsWorking { get; set; }

        public Task Running { get; private set; } = Task.CompletedTask;

        public void Run(Func<CancellationToken, Task> lead, CancellationToken end)
        {
            _either = CancellationTokenSource.CreateLinkedTokenSource(end, _stop.Token);
            Running = Election.RunAsync(lead, _either.Token);
        }

        public void Stop() => _stop.Cancel();

        public async ValueTask DisposeAsync()
        {
            await Running;
            _either?.Dispose();
            _stop.Dispose();
            _client.Dispose();
        }
    }

    private sealed class Link(Candidate candidate, LeaseRoom room) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            switch (candidate.Way)
            {
                case Way.Refused:
                    throw new HttpRequestException("refused");
                case Way.Swallowed:
                    await NeverAsync(cancellationToken);
                    goto default;
                case Way.AnswerLost:
                    room.Answer(request, body);
                    throw new HttpRequestException("reset");
                default:
                    return room.Answer(request, body);
            }
        }
    }

    private sealed class SkewedClock(ManualClock clock, TimeSpan skew) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + skew;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
    }
}
