using System.Buffers;

namespace NetGraph.Graphs.Encoding;

/// <summary>Reads comma-separated values (RFC 4180) record by record.</summary>
/// <remarks>More lenient than the RFC: lines end with LF, CR or both, blanks around a field that is not quoted are not part of it, and empty lines are skipped.</remarks>
internal sealed class CsvRecords(TextReader input)
{
    private const int End = -1;
    private readonly char[] _block = new char[1 << 16];
    private readonly ArrayBufferWriter<char> _text = new(256);
    private readonly List<Range> _fields = [];
    private int _at;
    private int _length;
    private int _nextLine = 1;

    /// <summary>The line on which the record begins, from 1 on.</summary>
    public int Line { get; private set; }

    /// <summary>How many fields the record has.</summary>
    public int Count => _fields.Count;

    /// <summary>A field of the record; valid until the next is read.</summary>
    public ReadOnlySpan<char> this[int field] => _text.WrittenSpan[_fields[field]];

    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="MeshFormatException">The quotes are wrong.</exception>
    public bool Read()
    {
        while (Peek() != End)
        {
            _text.ResetWrittenCount();
            _fields.Clear();
            Line = _nextLine;
            var isQuoted = ReadField();
            while (Peek() == ',')
            {
                _at++;
                ReadField();
            }

            EndLine();
            if (_fields.Count > 1 || isQuoted || !this[0].IsEmpty) return true;
        }

        return false;
    }

    private bool ReadField()
    {
        while (Peek() is ' ' or '\t') _at++;
        var begin = _text.WrittenCount;
        if (Peek() == '"')
        {
            ReadQuoted();
            _fields.Add(begin.._text.WrittenCount);
            while (Peek() is ' ' or '\t') _at++;
            if (Peek() is not (',' or '\r' or '\n' or End)) throw new MeshFormatException(_nextLine, "text follows the closing quote of a field: a quote inside a quoted field is written twice.");
            return true;
        }

        while (Peek() is not (',' or '\r' or '\n' or End) and var c)
        {
            if (c == '"') throw new MeshFormatException(_nextLine, "a quote stands in a field that does not begin with one: put the field into quotes, and write the quote twice.");
            Append((char)c);
            _at++;
        }

        _fields.Add(begin..(begin + _text.WrittenSpan[begin..].TrimEnd(" \t").Length));
        return false;
    }

    private void ReadQuoted()
    {
        var begin = _nextLine;
        for (_at++; ; _at++)
        {
            var c = Peek();
            if (c == End) throw new MeshFormatException(begin, "a quoted field that begins here does not end: its closing quote is missing.");
            if (c == '"')
            {
                _at++;
                if (Peek() != '"') return;
            }
            else if (c == '\n')
            {
                _nextLine++;
            }

            Append((char)c);
        }
    }

    private void EndLine()
    {
        if (Peek() == '\r') _at++;
        if (Peek() == '\n') _at++;
        _nextLine++;
    }

    private int Peek()
    {
        if (_at < _length) return _block[_at];
        _at = 0;
        _length = input.Read(_block, 0, _block.Length);
        return _length > 0 ? _block[0] : End;
    }

    private void Append(char c)
    {
        _text.GetSpan(1)[0] = c;
        _text.Advance(1);
    }
}
