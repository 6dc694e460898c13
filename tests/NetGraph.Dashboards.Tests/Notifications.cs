using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using NetGraph.Testing;

namespace NetGraph.Dashboards.Tests;

/// <summary>What an Alertmanager sends people to, here a list.</summary>
internal sealed class Notifications : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _listening;

    public Notifications()
    {
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
