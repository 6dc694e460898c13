using System.Globalization;
using System.Text.Json.Nodes;
using NetGraph.Kubernetes.Leases;

namespace NetGraph.Kubernetes.Tests.Leases;

public sealed class LeaderElectionTests
{
    [Fact]
    public async Task Exactly_one_leads_and_keeps_the_lease_as_client_go_does()
    {
        await using var room = new LeaseRoom();
        foreach (var name in new[] { "a", "b", "c" }) room.Add(name, TimeSpan.FromHours(name[0] - 'b'));
        await room.PassUntilAsync(() => !room.Told.IsEmpty, "one leads");
        await room.PassAsync(60);
        var leader = Assert.Single(room.Told).Identity;
        Assert.Equal(leader, room.Holder);
        Assert.Equal(leader, Assert.Single(room.Candidates, candidate => candidate.Election.IsLeader).Election.Leader);
        Assert.All(room.Candidates, candidate => Assert.Equal(leader, candidate.Election.Leader));
        Assert.Equal(("15", "0"), (room.Spec("leaseDurationSeconds"), room.Spec("leaseTransitions")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", room.Spec("renewTime"));
        Assert.NotEqual(room.Spec("acquireTime"), room.Spec("renewTime"));
    }

    [Theory]
    [InlineData((int)Way.Refused)]
    [InlineData((int)Way.Swallowed)]
    public async Task Who_cannot_reach_the_server_stops_leading_before_another_can_take_the_lease(int way)
    {
        await using var room = new LeaseRoom();
        var first = room.Add("first", TimeSpan.FromHours(-3));
        await room.PassUntilAsync(() => first.Election.IsLeader, "the first leads");
        room.Add("second", TimeSpan.FromHours(3));
        await room.PassAsync(20);
        first.Way = (Way)way;
        var cut = room.Now;
        await room.PassUntilAsync(() => room.Told.Count == 3, "the second leads");
        var told = room.Told.ToArray();
        Assert.Equal([("first", true), ("first", false), ("second", true)], told.Select(one => (one.Identity, one.Begins)));
        // The last renewal was up to a retry period before the cut.
        Assert.InRange(told[1].At - cut, 7.9, 10.2);
        Assert.True(told[2].At - told[1].At >= 4.5, $"{told[2].At - told[1].At} s lay between the two.");
        Assert.Equal("1", room.Spec("leaseTransitions"));
        Assert.Equal(1, room.MostAtOnce);
        Assert.False(first.Election.IsLeader);

        first.Way = Way.Good;
        await room.PassAsync(10);
        Assert.Equal("second", first.Election.Leader);
        Assert.Equal(3, room.Told.Count);
    }

    [Fact]
    public async Task Who_stops_gives_the_lease_back_so_that_the_next_need_not_wait_for_its_end()
    {
        await using var room = new LeaseRoom();
        var first = room.Add("first");
        await room.PassUntilAsync(() => first.Election.IsLeader, "the first leads");
        var second = room.Add("second");
        await room.PassAsync(5);
        first.Stop();
        await first.Running;
        Assert.Equal(("", "1"), (room.Holder, room.Spec("leaseDurationSeconds")));
        // 2.2 retry periods.
        Assert.InRange(await room.PassUntilAsync(() => second.Election.IsLeader, "the second leads"), 0, 4.6);
        Assert.Equal("second", room.Holder);
        Assert.Equal(1, room.MostAtOnce);
    }

    [Fact]
    public async Task The_lease_is_kept_until_the_work_has_ended()
    {
        await using var room = new LeaseRoom();
        var ended = new TaskCompletionSource();
        var first = room.Add("first", work: _ => ended.Task);
        await room.PassUntilAsync(() => first.Election.IsLeader, "the first leads");
        var second = room.Add("second");
        first.Stop();
        await room.PassAsync(40);
        Assert.Equal("first", room.Holder);
        Assert.False(second.Election.IsLeader);
        ended.SetResult();
        await first.Running;
        await room.PassUntilAsync(() => second.Election.IsLeader, "the second leads");
        Assert.Equal(1, room.MostAtOnce);
    }

    [Fact]
    public async Task A_renewal_whose_answer_was_lost_does_not_end_the_term()
    {
        await using var room = new LeaseRoom();
        var first = room.Add("first");
        await room.PassUntilAsync(() => first.Election.IsLeader, "the first leads");
        for (var i = 0; i < 10; i++)
        {
            first.Way = Way.AnswerLost;
            await room.PassAsync(4);
            first.Way = Way.Good;
            await room.PassAsync(4);
        }

        Assert.Single(room.Told);
        Assert.Equal("0", room.Spec("leaseTransitions"));
    }

    [Fact]
    public async Task Two_of_the_same_name_do_not_both_lead()
    {
        await using var room = new LeaseRoom();
        room.Add("same");
        room.Add("same");
        await room.PassAsync(60);
        Assert.Single(room.Told);
        Assert.Equal(1, room.MostAtOnce);
    }

    [Fact]
    public async Task A_lease_that_somebody_takes_away_ends_the_term_and_one_that_somebody_labels_does_not()
    {
        await using var room = new LeaseRoom();
        var first = room.Add("first");
        await room.PassUntilAsync(() => first.Election.IsLeader, "the first leads");
        void Edit(Action<JsonObject> edit)
        {
            var lease = room.Lease!.DeepClone().AsObject();
            edit(lease);
            lease["metadata"]!["resourceVersion"] = Guid.NewGuid().ToString();
            room.Lease = lease;
        }

        Edit(lease => lease["metadata"]!["labels"] = new JsonObject { ["a"] = "b" });
        await room.PassAsync(10);
        Assert.Single(room.Told);
        Assert.Equal("b", room.Lease!["metadata"]!["labels"]!["a"]!.ToString());
        Edit(lease =>
        {
            lease["spec"]!["holderIdentity"] = "other";
            lease["spec"]!["leaseDurationSeconds"] = 30;
        });
        await room.PassUntilAsync(() => room.Told.Count == 2, "the first leads no longer", 2.5);
        Assert.Equal("other", first.Election.Leader);
        // The other never renews: after its own duration the lease is free.
        Assert.InRange(await room.PassUntilAsync(() => first.Election.IsLeader, "the first leads again"), 28, 37);
    }

    [Fact]
    public async Task A_fault_of_the_work_gives_the_lease_back_and_is_passed_on()
    {
        await using var room = new LeaseRoom();
        var clock = room.Clock;
        var election = new LeaseRoom.Candidate(room, "first", clock);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => election.Election.RunAsync(_ => throw new InvalidOperationException("broken"), CancellationToken.None));
        Assert.Equal("broken", failure.Message);
        Assert.Equal("", room.Holder);
        await election.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_becomes_of_the_network_never_two_lead_at_once(int seed)
    {
        var random = new Random(seed);
        await using var room = new LeaseRoom();
        for (var i = 0; i < 3; i++) room.Add(i.ToString(CultureInfo.InvariantCulture), TimeSpan.FromMinutes(random.Next(-60, 60)));
        for (var i = 0; i < 60; i++)
        {
            foreach (var candidate in room.Candidates) candidate.Way = random.Next(2) == 0 ? Way.Good : (Way)random.Next(4);
            await room.PassAsync(random.Next(1, 25));
        }

        foreach (var candidate in room.Candidates) candidate.Way = Way.Good;
        await room.PassUntilAsync(() => room.Candidates.Any(candidate => candidate.Election.IsLeader), "one leads");
        Assert.Equal(1, room.MostAtOnce);
        Assert.True(room.Told.Count(one => one.Begins) > 3, "The faults changed nothing.");
    }

    [Fact]
    public void Times_that_do_not_fit_together_are_refused()
    {
        var options = new LeaderElectionOptions { Namespace = "n", Name = "l", Identity = "i" };
        Assert.Null(options.FindFault());
        Assert.Contains("longer than the renew deadline", (options with { LeaseDuration = TimeSpan.FromSeconds(10) }).FindFault(), StringComparison.Ordinal);
        Assert.Contains("whole seconds", (options with { LeaseDuration = TimeSpan.FromSeconds(15.5) }).FindFault(), StringComparison.Ordinal);
        Assert.Contains("retry period", (options with { RetryPeriod = TimeSpan.FromSeconds(9) }).FindFault(), StringComparison.Ordinal);
        Assert.Contains("POD_NAME", (options with { Identity = "" }).FindFault(), StringComparison.Ordinal);
    }
}
