using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace NetGraph.Hosting;

/// <summary>Something made of files that are renewed while the program runs, as certificates are. The files are looked at when the value is wanted, at most every ten seconds; what cannot be used leaves the value of before.</summary>
/// <typeparam name="T">What is made of them.</typeparam>
public sealed partial class RenewedFiles<T>
    where T : class
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<T> _read;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private byte[] _digest;
    private long _looked;
    private T _value;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="read">Makes the value of them; what it throws passes, this first time.</param>
    /// <param name="clock">Time.</param>
    public RenewedFiles(IReadOnlyList<string> paths, Func<T> read, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(clock);
        (_paths, _read, _clock) = (paths, read, clock);
        try
        {
            // Before they are read: what is written in between is noticed the next time.
            _digest = Digest();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Reading says what is wrong better.
            _digest = [];
        }

        _value = read();
        _looked = clock.GetTimestamp();
    }

    /// <summary>Takes a line when the files were renewed, or could not be used.</summary>
    public ILogger? Log { get; set; }

    /// <summary>The value, of the files as they were ten seconds ago at most.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_clock.GetElapsedTime(_looked) < Pause) return _value;
                _looked = _clock.GetTimestamp();
                Renew();
                return _value;
            }
        }
    }

    private void Renew()
    {
        try
        {
            var digest = Digest();
            if (digest.AsSpan().SequenceEqual(_digest)) return;
            _value = _read();
            _digest = digest;
            if (Log is not null) Renewed(Log, _paths[0]);
        }
        catch (Exception exception) when (exception is StartupException or IOException or UnauthorizedAccessException)
        {
            // A certificate without its key yet, most likely.
            if (Log is not null) Unusable(Log, exception.Message);
        }
    }

    private byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in _paths.Where(File.Exists)) hash.AppendData(File.ReadAllBytes(path));
        return hash.GetHashAndReset();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Path}' was renewed, and is used from now on")]
    private static partial void Renewed(ILogger log, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} What was read before stays in force.")]
    private static partial void Unusable(ILogger log, string reason);
}
