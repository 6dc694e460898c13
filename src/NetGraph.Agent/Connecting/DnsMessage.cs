using System.Buffers.Binary;
using System.Text;
using NetGraph.Measurements;

namespace NetGraph.Agent.Connecting;

/// <summary>DNS messages (RFC 1035, section 4): a question of our own, and what a server answered to it.</summary>
internal static class DnsMessage
{
    private const int HeaderLength = 12;
    private const ushort Internet = 1;
    private const int ResponseFlag = 0x8000, TruncatedFlag = 0x0200, RecursionDesired = 0x0100, OpcodeMask = 0x7800, CodeMask = 0xF;

    /// <summary>Writes a question.</summary>
    /// <param name="id">Random, so that nobody can answer who does not see it.</param>
    /// <param name="name">A host's name of at most 253 characters, its labels of at most 63.</param>
    /// <param name="isV6">Whether AAAA is asked for instead of A.</param>
    public static byte[] Ask(ushort id, string name, bool isV6)
    {
        var labels = name.TrimEnd('.').Split('.');
        var message = new byte[HeaderLength + labels.Sum(label => label.Length + 1) + 5];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        message[5] = 1;
        var at = HeaderLength;
        foreach (var label in labels)
        {
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 1), TypeOf(isV6));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 3), Internet);
        return message;
    }

    /// <summary>Whether a message answers a question: its id, and its name but for the case of letters.</summary>
    public static bool IsAnswerTo(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question)
    {
        if (answer.Length < HeaderLength || !answer[..2].SequenceEqual(question[..2]) || (Flags(answer) & (ResponseFlag | OpcodeMask)) != ResponseFlag) return false;
        // A server that could not read the question leaves it out.
        if (Word(answer, 4) == 0) return (Flags(answer) & CodeMask) != 0;
        return Word(answer, 4) == 1 && answer.Length >= question.Length && Ascii.EqualsIgnoreCase(answer[HeaderLength..question.Length], question[HeaderLength..]);
    }

    /// <summary>What an answer to our question says.</summary>
    /// <returns>Why it gives no address; <see langword="null"/> when it gives one.</returns>
    public static ProbeFailure? FindFailure(ReadOnlySpan<byte> answer, int questionLength, bool isV6)
    {
        switch (Flags(answer) & CodeMask)
        {
            case 0: break;
            case 2: return ProbeFailure.ServerFailure;
            case 3: return ProbeFailure.NameNotResolved;
            default: return ProbeFailure.Rejected;
        }

        if ((Flags(answer) & TruncatedFlag) != 0) return ProbeFailure.Truncated;
        var rest = answer[questionLength..];
        for (int count = Word(answer, 6); count > 0; count--)
        {
            if (!TrySkipName(ref rest) || rest.Length < 10) return ProbeFailure.InvalidOutput;
            var (type, @class, length) = (Word(rest, 0), Word(rest, 2), Word(rest, 8));
            if (rest.Length < 10 + length) return ProbeFailure.InvalidOutput;
            if (type == TypeOf(isV6) && @class == Internet) return length == (isV6 ? 16 : 4) ? null : ProbeFailure.InvalidOutput;
            rest = rest[(10 + length)..];
        }

        // The name exists, but has no address of this kind.
        return ProbeFailure.NameNotResolved;
    }

    // A pointer ends a name: none is followed.
    private static bool TrySkipName(ref ReadOnlySpan<byte> rest)
    {
        while (rest.Length > 0)
        {
            var length = rest[0];
            if (length == 0)
            {
                rest = rest[1..];
                return true;
            }

            if (length >= 0xC0)
            {
                if (rest.Length < 2) return false;
                rest = rest[2..];
                return true;
            }

            if (length > 63 || rest.Length <= length) return false;
            rest = rest[(length + 1)..];
        }

        return false;
    }

    private static ushort TypeOf(bool isV6) => isV6 ? (ushort)28 : (ushort)1;

    private static int Flags(ReadOnlySpan<byte> message) => Word(message, 2);

    private static ushort Word(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
}
