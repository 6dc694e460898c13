using System.CommandLine;
using System.CommandLine.Parsing;
using NetGraph.Prometheus.Querying;

namespace NetGraph.Cli;

/// <summary>The options that say how to reach Prometheus, for every verb that reads from it.</summary>
internal sealed class PrometheusSettings
{
    private readonly Option<string> _address;
    private readonly Option<TimeSpan> _timeout = Options.Seconds("--query-timeout", 10, 1, 600, "Longest time for a query to Prometheus");
    private readonly Option<string?> _user = Optional("--prometheus-user", "User, where Prometheus wants basic authentication; with --prometheus-password-file", "name");
    private readonly Option<string?> _passwordFile = Optional("--prometheus-password-file", "File with the user's password; read anew for each query", "file");
    private readonly Option<string?> _tokenFile = Optional("--prometheus-token-file", "File with a bearer token; read anew for each query", "file");
    private readonly Option<string?> _authorityFile = Optional("--prometheus-ca", "PEM file of the authority that signed Prometheus' certificate (default: those that the system trusts)", "file");
    private readonly Option<string?> _tenant = Optional("--prometheus-tenant", "Tenant, sent as X-Scope-OrgID to Mimir and others", "name");

    private readonly Option<string?> _network = Options.Network("Read what agents of this network measured, where there are several, such as host and pod (default: all)");

    /// <summary>Creates the options.</summary>
    /// <param name="preset">Address when none is given; <see langword="null"/> where a verb can do without.</param>
    public PrometheusSettings(string? preset)
    {
        _address = new Option<string>("--prometheus") { Description = $"Address of Prometheus, or of any server with its query API{(preset is null ? "" : $" (default: {preset})")}", HelpName = "URL" };
        if (preset is not null) _address.DefaultValueFactory = _ => preset;
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Verb command) => command.AddGroup("Prometheus", _address, _timeout, _user, _passwordFile, _tokenFile, _authorityFile, _tenant, _network);

    /// <summary>Whether an address was given.</summary>
    public bool IsGiven(CommandResult result) => result.GetResult(_address) is { Implicit: false };

    /// <summary>What was given; <see langword="null"/> when no address was.</summary>
    public PrometheusOptions? Read(ParseResult parsed) => parsed.GetValue(_address) is not { } address ? null : new PrometheusOptions
    {
        Address = address,
        Timeout = parsed.GetValue(_timeout),
        User = parsed.GetValue(_user),
        PasswordFile = parsed.GetValue(_passwordFile),
        TokenFile = parsed.GetValue(_tokenFile),
        AuthorityFile = parsed.GetValue(_authorityFile),
        Tenant = parsed.GetValue(_tenant),
    };

    /// <summary>Network whose measurements are read; <see langword="null"/> for all.</summary>
    public string? Network(ParseResult parsed) => parsed.GetValue(_network);

    private static Option<string?> Optional(string name, string what, string helpName) => new(name) { Description = what, HelpName = helpName };
}
