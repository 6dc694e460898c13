using FsCheck;
using FsCheck.Fluent;
using NetGraph.Agent.Connecting;
using NetGraph.Measurements;

namespace NetGraph.Agent.Tests.Connecting;

public sealed class DnsMessageTests
{
    private static readonly byte[] Question = DnsMessage.Ask(0x1234, "a.example", isV6: false);

    [Theory]
    [InlineData(0, null)]
    [InlineData(2, ProbeFailure.ServerFailure)]
    [InlineData(3, ProbeFailure.NameNotResolved)]
    [InlineData(5, ProbeFailure.Rejected)]
    public void Tells_the_servers_answers_apart(byte code, ProbeFailure? expected)
    {
        var answer = Answer();
        answer[3] = code;
        Assert.True(DnsMessage.IsAnswerTo(answer, Question));
        Assert.Equal(expected, DnsMessage.FindFailure(answer, Question.Length, isV6: false));
    }

    [Fact]
    public void A_truncated_answer_is_none()
    {
        var answer = Answer();
        answer[2] |= 2;
        Assert.Equal(ProbeFailure.Truncated, DnsMessage.FindFailure(answer, Question.Length, isV6: false));
    }

    [Fact]
    public void Mutated_answers_never_throw() =>
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var answer = Answer();
            for (var i = 0; i < 4; i++) answer[random.Next(answer.Length)] = (byte)random.Next(256);
            answer = answer[..random.Next(answer.Length + 1)];
            if (DnsMessage.IsAnswerTo(answer, Question)) _ = DnsMessage.FindFailure(answer, Question.Length, isV6: false);
        }).QuickCheckThrowOnFailure();

    private static byte[] Answer()
    {
        byte[] answer = [.. Question, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1];
        answer[2] = 0x81;
        answer[7] = 1;
        return answer;
    }
}
