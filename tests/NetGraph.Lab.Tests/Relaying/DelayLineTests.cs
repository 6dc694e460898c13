using FsCheck;
using FsCheck.Fluent;
using NetGraph.Lab.Relaying;

namespace NetGraph.Lab.Tests.Relaying;

public sealed unsafe class DelayLineTests
{
    [Fact]
    public void Gives_nothing_when_empty()
    {
        using var line = new DelayLine(0);

        Assert.True(line.Peek(out _, out var due) is null);
        Assert.Equal(long.MaxValue, due);
    }

    [Fact]
    public void Refuses_frames_when_full_and_takes_them_again_when_one_has_left()
    {
        using var line = new DelayLine(0);
        var taken = 0;
        while (line.Reserve() is not null)
        {
            line.Commit(DelayLine.MaxFrameBytes, taken);
            taken++;
        }

        Assert.InRange(taken, 3, 4);
        line.Peek(out _, out _);
        line.Remove();
        Assert.True(line.Reserve() is not null);
    }

    [Fact]
    public void Gives_frames_back_whole_and_in_order_whatever_their_sizes_and_timing() =>
        Prop.ForAll<int>(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), KeepsOrder).QuickCheckThrowOnFailure();

    private static bool KeepsOrder(int seed)
    {
        var random = new Random(seed);
        using var line = new DelayLine(random.Next(20_000));
        var expected = new Queue<(int Bytes, byte Mark, long Due)>();
        for (var step = 0; step < 2_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var room = line.Reserve();
                if (room is null)
                    continue;
                var frame = (Bytes: random.Next(1, DelayLine.MaxFrameBytes + 1), Mark: (byte)random.Next(256), Due: (long)step);
                new Span<byte>(room, frame.Bytes).Fill(frame.Mark);
                line.Commit(frame.Bytes, frame.Due);
                expected.Enqueue(frame);
            }
            else if (!LeavesAsExpected(line, expected))
            {
                return false;
            }
        }

        return true;
    }

    private static bool LeavesAsExpected(DelayLine line, Queue<(int Bytes, byte Mark, long Due)> expected)
    {
        var frame = line.Peek(out var bytes, out var due);
        if (!expected.TryDequeue(out var wanted))
            return frame is null;
        var isRight = frame is not null && (bytes, due) == (wanted.Bytes, wanted.Due) &&
            !new ReadOnlySpan<byte>(frame, bytes).ContainsAnyExcept(wanted.Mark);
        line.Remove();
        return isRight;
    }
}
