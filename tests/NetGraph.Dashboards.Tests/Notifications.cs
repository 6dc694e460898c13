using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Dashboards.Tests;

/// <summary>What an Alertmanager sends people to, here a list. To a scrape it answers with series that were planted.</summary>
internal sealed class Notifications : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _listening;
    private readonly byte[] _planted;

    /// <summary>Begins to listen.</summary>
    /// <param name="planted">The series, as exposition text.</param>
    public Notifications(string planted)
    {
        _planted = Encoding.UTF8.GetBytes(planted);
        Address = $"http://127.0.0.1:{Repository.FreePort()}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _listening = ListenAsync();
    }

    public string Address { get; }

    /// <summary>All alerts of all messages, in order.</summary>
    public ConcurrentQueue<(string Name, string Status, JsonNode Alert)> Received { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _listening;
        _listener.Close();
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                if (context.Request.HttpMethod == "GET")
                {
                    context.Response.ContentType = "text/plain; version=0.0.4";
                    context.Response.Close(_planted, willBlock: true);
                    continue;
                }

                var message = await JsonNode.ParseAsync(context.Request.InputStream);
                foreach (var alert in message!["alerts"]!.AsArray()) Received.Enqueue(((string)alert!["labels"]!["alertname"]!, (string)alert["status"]!, alert));
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
