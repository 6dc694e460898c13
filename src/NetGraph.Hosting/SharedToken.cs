using System.Security.Cryptography;
using System.Text;

namespace NetGraph.Hosting;

/// <summary>The secret that agents and collector share: who sends it may order tests.</summary>
public sealed class SharedToken
{
    private const int LeastLength = 16;
    private readonly byte[] _digest;

    private SharedToken(string value)
    {
        Value = value;
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>The secret itself.</summary>
    public string Value { get; }

    /// <summary>Checks and takes a secret.</summary>
    /// <param name="value">At least 16 characters, none of them white space or outside ASCII.</param>
    /// <param name="origin">Where it comes from, for the message.</param>
    /// <exception cref="StartupException">It is too short or cannot be sent in a header.</exception>
    public static SharedToken Of(string value, string origin)
    {
        ArgumentNullException.ThrowIfNull(value);
        value = value.Trim();
        if (value.Length < LeastLength || !value.All(c => c is > ' ' and < '\x7f'))
            throw new StartupException($"The token in {origin} must be at least {LeastLength} printable ASCII characters without spaces: make one with 'openssl rand -hex 32'.");
        return new SharedToken(value);
    }

    /// <summary>Reads the secret from a file.</summary>
    /// <param name="path">The file; white space around the secret does not count.</param>
    /// <exception cref="StartupException">The file cannot be read or holds no usable secret.</exception>
    public static SharedToken Read(string path)
    {
        try
        {
            return Of(File.ReadAllText(path), $"'{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The token file '{path}' cannot be read ({exception.Message}): make one with 'openssl rand -hex 32' and give agents and collector the same.", exception);
        }
    }

    /// <summary>Makes a secret for programs that live in one process.</summary>
    public static SharedToken Random() => new(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Whether an <c>Authorization</c> header carries this secret. Takes the same time for any wrong one.</summary>
    /// <param name="authorization">The header's value, or <see langword="null"/>.</param>
    public bool Matches(string? authorization)
    {
        const string Scheme = "Bearer ";
        return authorization is not null
            && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())), _digest);
    }
}
