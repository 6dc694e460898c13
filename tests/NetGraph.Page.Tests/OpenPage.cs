using System.Globalization;
using System.Net;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using NetGraph.Api;
using NetGraph.Api.Snapshots;
using NetGraph.Hosting;

namespace NetGraph.Page.Tests;

/// <summary>An api with the page of it open in a browser; keeps what the page did wrong.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly ApiHost _api;
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private OpenPage(ApiHost api, IBrowserContext context, IPage page)
    {
        (_api, _context, Page) = (api, context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !(ExpectsFailures && message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))) _faults.Add($"console: {message.Text}");
        };
        page.PageError += (_, error) => _faults.Add($"error: {error}");
        page.Dialog += async (_, dialog) =>
        {
            _faults.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) _faults.Add($"outside request: {request.Url}");
        };
    }

    public IPage Page { get; }

    public string Address => $"http://127.0.0.1:{_api.Port}/";

    /// <summary>Whether answers with an error are a part of the test: the browser itself tells the console of them.</summary>
    public bool ExpectsFailures { get; init; }

    public ILocator State => Page.Locator("#state");

    public ILocator Pair => Page.Locator("#pair");

    public static async Task<OpenPage> StartAsync(Chromium chromium, IMeasurementSource source, string address = "", int width = 1440, int height = 900, ColorScheme colors = ColorScheme.Light, bool isPhone = false, bool expectsFailures = false)
    {
        var browser = chromium.Browser;
        var api = await ApiHost.StartAsync(new ApiOptions { ListenAddress = IPAddress.Loopback, Port = 0, FreshFor = TimeSpan.FromSeconds(1) }, source, LogSettings.None, CancellationToken.None);
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = colors,
            HasTouch = isPhone,
            IsMobile = isPhone,
            DeviceScaleFactor = isPhone ? 2 : 1,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Europe/Berlin",
        });
        var page = new OpenPage(api, context, await context.NewPageAsync()) { ExpectsFailures = expectsFailures };
        await page.GoAsync(address);
        return page;
    }

    /// <summary>Opens an address and waits until all is there.</summary>
    public async Task GoAsync(string address)
    {
        await Page.GotoAsync(Address + address);
        await WaitUntilCompleteAsync();
    }

    public Task WaitUntilCompleteAsync() => WaitForAsync("document.documentElement.dataset.page === 'complete'");

    /// <summary>Waits for a condition of the page, half a minute at most.</summary>
    public Task WaitForAsync(string condition) =>
        // Not WaitForFunction: it needs eval, which the page's policy forbids.
        Page.EvaluateAsync($$"""
            (async () => {
              const deadline = Date.now() + 30000;
              while (!(await ({{condition}}))) {
                if (Date.now() > deadline) throw new Error('Never came true: ' + {{JsonSerializer.Serialize(condition)}});
                await new Promise(done => setTimeout(done, 20));
              }
            })()
            """);

    /// <summary>The middle of a cell of the matrix, in the window.</summary>
    public async Task<(float X, float Y)> CellAsync(string source, string destination)
    {
        var names = await NamesAsync();
        int row = names.IndexOf(source), column = names.IndexOf(destination);
        Assert.True(row >= 0 && column >= 0, $"{source} or {destination} is not in the matrix.");
        var box = (await Page.Locator("#matrix canvas").BoundingBoxAsync())!;
        var grid = await Page.EvaluateAsync<JsonElement>("({ ...document.getElementById('matrix').dataset })");
        float Of(string name) => float.Parse(grid.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
        return (box.X + Of("left") + ((column + 0.5f) * Of("cell")), box.Y + Of("top") + ((row + 0.5f) * Of("cell")));
    }

    /// <summary>The names in the order of the matrix.</summary>
    public async Task<List<string>> NamesAsync()
    {
        var query = new Uri(Page.Url).Query;
        var node = System.Web.HttpUtility.ParseQueryString(query)["node"];
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var matrix = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{Address}api/v1/matrix{(node is null ? "" : "?node=" + Uri.EscapeDataString(node))}"))).RootElement;
        return [.. matrix.GetProperty("nodes").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
    }

    /// <summary>What axe finds wrong with labels, contrast, roles and structure.</summary>
    public async Task<IReadOnlyList<string>> FindBarriersAsync()
    {
        await Page.EvaluateAsync(new BundledAxeScriptProvider().GetScript() + "; undefined");
        var found = await Page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`)))");
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }

    /// <summary>Fails when the page wrote an error, opened a dialog or asked another server.</summary>
    public void CheckThatAllWentWell() => Assert.Empty(_faults);

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        await _api.DisposeAsync();
    }
}
