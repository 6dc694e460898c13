namespace NetGraph.Graphs.Encoding;

/// <summary>A file is not a mesh in the format that it should have. The message says where, what is wrong, and what is allowed, in one sentence.</summary>
public sealed class MeshFormatException : Exception
{
    internal MeshFormatException(int line, string what, Exception? innerException = null)
        : base($"Line {line}: {what}", innerException) => Line = line;

    internal MeshFormatException(int line, string where, string what)
        : base($"Line {line}, {where}: {what}") => Line = line;

    /// <summary>The line that it was found on, from 1 on.</summary>
    public int Line { get; }
}
