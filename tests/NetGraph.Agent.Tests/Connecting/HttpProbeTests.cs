using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetGraph.Agent.Connecting;
using NetGraph.Agent.Probing;
using NetGraph.Measurements;
using NetGraph.Measurements.Orders;
using NetGraph.Testing;

namespace NetGraph.Agent.Tests.Connecting;

public sealed class HttpProbeTests : IDisposable
{
    private readonly HttpProbe _probe = new(null);

    public void Dispose() => _probe.Dispose();

    [Theory]
    [InlineData("200 OK")]
    [InlineData("204 No Content")]
    [InlineData("304 Not Modified")]
    public async Task A_success_is_timed_from_connecting_to_the_head(string status)
    {
        using var server = new OneAnswer($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        var outcome = await RunAsync(server.Url);
        Assert.Equal((1, 0, null), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.True(outcome.ConnectTime > TimeSpan.Zero && outcome.Times[0] > outcome.ConnectTime);
        Assert.StartsWith("GET / HTTP/1.1\r\n", await server.Request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("400 Bad Request", ProbeFailure.Rejected, "HTTP 400")]
    [InlineData("404 Not Found", ProbeFailure.Rejected, "HTTP 404")]
    [InlineData("499 Anything", ProbeFailure.Rejected, "HTTP 499")]
    [InlineData("500 Internal Server Error", ProbeFailure.ServerFailure, "HTTP 500")]
    [InlineData("503 Service Unavailable", ProbeFailure.ServerFailure, "HTTP 503")]
    [InlineData("600 Beyond", ProbeFailure.InvalidOutput, "HTTP 600")]
    public async Task A_status_that_is_no_success_says_whose_fault_it_is(string status, ProbeFailure expected, string text)
    {
        using var server = new OneAnswer($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        var outcome = await RunAsync(server.Url);
        Assert.Equal((0, 1, expected, text), (outcome.Times.Length, outcome.Failed, outcome.Failure, outcome.Text));
        Assert.NotNull(outcome.ConnectTime);
    }

    [Fact]
    public async Task A_redirect_is_a_success_and_not_followed()
    {
        using var elsewhere = new OneAnswer("HTTP/1.1 500 Never\r\nContent-Length: 0\r\n\r\n");
        using var server = new OneAnswer($"HTTP/1.1 302 Found\r\nLocation: {elsewhere.Url}\r\nContent-Length: 0\r\n\r\n");
        var outcome = await RunAsync(server.Url);
        Assert.Equal((1, null), (outcome.Times.Length, outcome.Failure));
        Assert.False(elsewhere.WasAsked);
    }

    [Fact]
    public async Task A_head_is_asked_for_by_a_new_connection_each_time()
    {
        using var first = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        var target = Target(first.Url) with { Head = true };
        Assert.Single((await _probe.RunAsync(target, CancellationToken.None)).Times);
        Assert.StartsWith("HEAD / HTTP/1.1\r\n", await first.Request, StringComparison.Ordinal);
        // That connection is still open; whoever used it again would wait in vain.
        using var second = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", first.Release());
        var again = await _probe.RunAsync(target, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(again.Times);
        Assert.NotNull(again.ConnectTime);
    }

    [Fact]
    public async Task A_body_that_never_comes_is_not_waited_for()
    {
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nslow");
        Assert.Single((await RunAsync(server.Url)).Times);
    }

    [Fact]
    public async Task A_body_is_not_read()
    {
        const int Length = 900_000;
        using var server = new OneAnswer($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n\r\n{new string('x', Length)}");
        Assert.Single((await RunAsync(server.Url)).Times);
        Assert.False(await server.WasTakenWhole);
    }

    [Theory]
    [InlineData("", ProbeFailure.PeerTerminated)]
    [InlineData("HTTP/1.1 200 OK\r\n", ProbeFailure.PeerTerminated)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", ProbeFailure.InvalidOutput)]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", ProbeFailure.InvalidOutput)]
    public async Task What_is_no_answer_is_a_failure(string answer, ProbeFailure expected)
    {
        using var server = new OneAnswer(answer, isClosing: true);
        var outcome = await RunAsync(server.Url);
        Assert.Equal((0, 1, expected), (outcome.Times.Length, outcome.Failed, outcome.Failure));
        Assert.NotNull(outcome.ConnectTime);
    }

    [Fact]
    public async Task A_head_without_end_is_a_failure()
    {
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: {new string('x', 1000)}\r\n")) + "\r\n");
        Assert.Equal(ProbeFailure.InvalidOutput, (await RunAsync(server.Url)).Failure);
    }

    [Fact]
    public async Task A_refused_connection_and_an_unknown_name_are_told_apart()
    {
        var refused = await RunAsync($"http://127.0.0.1:{Repository.FreePort()}/");
        Assert.Equal((ProbeFailure.ConnectionRefused, null), (refused.Failure, refused.ConnectTime));
        Assert.Equal(ProbeFailure.NameNotResolved, (await RunAsync("http://nobody.invalid/")).Failure);
    }

    [Fact]
    public async Task Ends_when_its_time_is_over_although_no_head_comes()
    {
        using var server = new OneAnswer("");
        using var end = new CancellationTokenSource();
        var probe = _probe.RunAsync(Target(server.Url), end.Token);
        await server.Request;
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Asks_an_IPv6_address_that_the_URL_names()
    {
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", address: "::1");
        Assert.StartsWith("http://[::1]:", server.Url, StringComparison.Ordinal);
        Assert.Single((await RunAsync(server.Url)).Times);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_a_failure_unless_any_will_do()
    {
        using var certificate = Certificate("localhost");
        using (var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", certificate: certificate))
        {
            var outcome = await RunAsync(server.Url);
            Assert.Equal((0, 1, ProbeFailure.TlsError), (outcome.Times.Length, outcome.Failed, outcome.Failure));
            Assert.NotNull(outcome.ConnectTime);
        }

        using (var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", certificate: certificate))
            Assert.Single((await _probe.RunAsync(Target(server.Url) with { AnyCertificate = true }, CancellationToken.None)).Times);
    }

    [Fact]
    public async Task A_certificate_of_another_name_says_so()
    {
        using var certificate = Certificate("other.example");
        using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", certificate: certificate);
        var outcome = await RunAsync(server.Url);
        Assert.Equal(ProbeFailure.TlsError, outcome.Failure);
        Assert.Contains("RemoteCertificateNameMismatch", outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Plain\r\n\r\n", false)]
    [InlineData("", true)]
    public async Task A_server_that_speaks_no_TLS_is_a_failure(string answer, bool isClosing)
    {
        using var server = new OneAnswer(answer, isClosing: isClosing);
        var outcome = await RunAsync(server.Url.Replace("http:", "https:", StringComparison.Ordinal));
        Assert.Equal((0, 1, ProbeFailure.TlsError), (outcome.Times.Length, outcome.Failed, outcome.Failure));
    }

    private Task<ProbeOutcome> RunAsync(string url) => _probe.RunAsync(Target(url), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    private static ProbeTarget Target(string url) => new() { Name = "t", Probe = ProbeNames.Http, Url = url };

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost") names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>A server that takes one connection, reads until an empty line or what else comes first, and answers with what it is told.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly Socket _listener;
        private readonly TaskCompletionSource<string> _request = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<bool> _wasTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly bool _isClosing;
        private Socket? _accepted;

        public OneAnswer(string answer, int port = 0, bool isClosing = false, string address = "127.0.0.1", X509Certificate2? certificate = null)
        {
            var local = IPAddress.Parse(address);
            _isClosing = isClosing;
            _listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listener.Bind(new IPEndPoint(local, port));
            _listener.Listen();
            Url = $"http{(certificate is null ? "" : "s")}://{_listener.LocalEndPoint}/";
            _ = Task.Run(() => AnswerAsync(answer, certificate));
        }

        public string Url { get; }

        public Task<string> Request => _request.Task.WaitAsync(TimeSpan.FromSeconds(30));

        /// <summary>Whether the client took all of the answer before it closed.</summary>
        public Task<bool> WasTakenWhole => _wasTaken.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public bool WasAsked => Volatile.Read(ref _accepted) is not null;

        /// <summary>Stops listening, so that another may have the port; the connection stays.</summary>
        public int Release()
        {
            var port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
            _listener.Dispose();
            return port;
        }

        public void Dispose()
        {
            _listener.Dispose();
            _accepted?.Dispose();
        }

        private async Task AnswerAsync(string answer, X509Certificate2? certificate)
        {
            try
            {
                var socket = await _listener.AcceptAsync();
                Volatile.Write(ref _accepted, socket);
                // Or the kernel would take a long answer from us whether anybody reads it or not.
                socket.SendBufferSize = 4096;
                Stream stream = new NetworkStream(socket);
                if (certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(certificate);
                    stream = tls;
                }

                var buffer = new byte[4096];
                _request.SetResult(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                if (_isClosing) socket.Shutdown(SocketShutdown.Both);
                _wasTaken.SetResult(true);
                while (await stream.ReadAsync(buffer) > 0) continue;
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                _request.TrySetException(exception);
                _wasTaken.TrySetResult(false);
            }
        }
    }
}
