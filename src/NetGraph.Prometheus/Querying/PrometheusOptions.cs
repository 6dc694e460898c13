using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NetGraph.Prometheus.Querying;

/// <summary>How to reach a server with Prometheus' query API. Secrets stand in files, which may change while the program runs.</summary>
public sealed record PrometheusOptions
{
    /// <summary>Base address, such as <c>http://localhost:9090</c>; a path is kept.</summary>
    public required string Address { get; init; }

    /// <summary>Longest time for a query, retries included. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>User of basic authentication; goes with <see cref="PasswordFile"/>.</summary>
    public string? User { get; init; }

    /// <summary>File with the password of basic authentication.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>File with a bearer token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>PEM file of the authority that signed the server's certificate; <see langword="null"/> for those that the system trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Tenant of a server that has several, sent as <c>X-Scope-OrgID</c> (Mimir, Cortex; Thanos where it is told to).</summary>
    public string? Tenant { get; init; }

    internal Uri? Uri => Uri.TryCreate(Address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>Finds what is wrong with the settings, and reads the files that they name.</summary>
    /// <returns>A sentence for people that names the option of the command line, or <see langword="null"/> when all is well.</returns>
    public string? FindFault()
    {
        // An address that holds a password is not repeated.
        if (Uri is { UserInfo.Length: > 0 }) return "The address of Prometheus holds a user or a password, which others can see there: leave it out and use --prometheus-user and --prometheus-password-file.";
        if (Uri is null) return $"'{Address}' is not an address of Prometheus: give one such as http://localhost:9090 with --prometheus.";
        if (Uri.Query.Length > 0 || Uri.Fragment.Length > 0) return $"'{Address}' has more than an address and a path: leave out what follows '{(Uri.Query.Length > 0 ? '?' : '#')}' with --prometheus.";
        if (TokenFile is not null && (User is not null || PasswordFile is not null)) return "--prometheus-token-file goes with neither --prometheus-user nor --prometheus-password-file: choose one way to authenticate.";
        if (User is null != PasswordFile is null) return "--prometheus-user and --prometheus-password-file go together: give both, or none.";
        if (User is not null && (User.Length == 0 || User.Contains(':', StringComparison.Ordinal))) return $"'{User}' is not allowed for --prometheus-user: it must not be empty and, with basic authentication, have no colon.";
        if (AuthorityFile is not null && Uri.Scheme != "https") return "--prometheus-ca needs an address that begins with https://: without TLS nobody shows a certificate.";
        if (Tenant is not null && (Tenant.Length == 0 || !Tenant.All(c => c is > ' ' and < '\x7f'))) return $"'{Tenant}' is not allowed for --prometheus-tenant: it must be printable ASCII characters without spaces.";
        try
        {
            ReadAuthorization();
            ReadAuthority();
            return null;
        }
        catch (SettingFileException exception)
        {
            return exception.Message;
        }
    }

    /// <exception cref="SettingFileException">The file cannot be read, or holds no usable secret.</exception>
    internal AuthenticationHeaderValue? ReadAuthorization()
    {
        if (TokenFile is not null) return new AuthenticationHeaderValue("Bearer", ReadSecret(TokenFile, "--prometheus-token-file", isHeader: true));
        if (PasswordFile is null) return null;
        var password = ReadSecret(PasswordFile, "--prometheus-password-file", isHeader: false);
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{password}")));
    }

    /// <exception cref="SettingFileException">The file cannot be read, or holds no certificate.</exception>
    internal X509Certificate2Collection? ReadAuthority()
    {
        if (AuthorityFile is null) return null;
        var authority = new X509Certificate2Collection();
        try
        {
            authority.ImportFromPemFile(AuthorityFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingFileException($"The authority's certificate '{AuthorityFile}' cannot be read ({exception.Message}): name a PEM file with --prometheus-ca.");
        }

        return authority.Count > 0 ? authority : throw new SettingFileException($"'{AuthorityFile}' holds no certificate: name the PEM file of the authority with --prometheus-ca.");
    }

    private static string ReadSecret(string path, string option, bool isHeader)
    {
        string secret;
        try
        {
            // Editors end a file with a line break; a password may have spaces.
            secret = File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingFileException($"The file '{path}' of {option} cannot be read ({exception.Message}).");
        }

        if (isHeader) secret = secret.Trim();
        if (secret.Length == 0) throw new SettingFileException($"The file '{path}' of {option} is empty.");
        if (isHeader && !secret.All(c => c is > ' ' and < '\x7f')) throw new SettingFileException($"The file '{path}' of {option} holds more than a token: it must be printable ASCII characters without spaces.");
        return secret;
    }
}

/// <summary>A file that a setting names cannot be used. The message says which and why.</summary>
internal sealed class SettingFileException(string message) : Exception(message);
