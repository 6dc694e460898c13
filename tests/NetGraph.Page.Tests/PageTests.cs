using System.Globalization;
using Microsoft.Playwright;
using NetGraph.Testing;

namespace NetGraph.Page.Tests;

[Collection(OneBrowser.Name)]
public sealed class PageTests(Chromium chromium)
{
    [Fact]
    public async Task Says_the_state_in_one_sentence_above_matrix_and_graph()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30));

        var state = await open.State.InnerTextAsync();
        Assert.Matches("^2 suspects: rack-b uplink egress [56][0-9]\\.. Mbit/s, expected [0-9]+ Mbit/s; worker-7 egress 1[01]\\.. Mbit/s, expected [0-9]+ Mbit/s$", state);
        Assert.Equal("bad", await open.State.GetAttributeAsync("data-level"));
        Assert.Contains("30 nodes, 870 links measured of 870, 0 failed", await open.Page.Locator("#facts").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("30", await open.Page.Locator("#matrix").GetAttributeAsync("data-nodes"));
        Assert.True(await open.Page.Locator("#graph svg g[data-node]").CountAsync() == 30);
        Assert.Contains("98.7 % of all pairs", await open.Page.Locator("#plan").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(12, await open.Page.Locator("#worst tbody tr").CountAsync());
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Says_that_all_is_well_when_it_is()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(12, isSick: false));

        Assert.Equal("No suspect: 132 links between 12 nodes carry what they should.", await open.State.InnerTextAsync());
        Assert.Equal("good", await open.State.GetAttributeAsync("data-level"));
    }

    [Theory]
    [InlineData("No node is known yet.")]
    [InlineData("Nothing is measured yet between 1 node.", "alone")]
    public async Task A_mesh_without_pairs_is_said_to_be_one(string sentence, params string[] names)
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.Of(names));

        Assert.Equal(sentence, await open.State.InnerTextAsync());
        Assert.Equal("wait", await open.State.GetAttributeAsync("data-level"));
        await open.Page.Locator("#matrix").FocusAsync();
        foreach (var key in (string[])["ArrowRight", "ArrowDown", "Enter"]) await open.Page.Keyboard.PressAsync(key);
        await Assertions.Expect(open.Pair).ToBeHiddenAsync();
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task A_cell_of_the_matrix_opens_its_pair()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30));
        var (x, y) = await open.CellAsync("worker-7", "worker-12");
        await open.Page.Mouse.MoveAsync(x, y);
        Assert.StartsWith("worker-7 (rack-a) → worker-12 (rack-b): 1", await open.Page.Locator("#tip").InnerTextAsync(), StringComparison.Ordinal);
        await open.Page.Mouse.ClickAsync(x, y);

        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-7 → worker-12");
        await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);
        Assert.EndsWith("?source=worker-7&destination=worker-12", open.Page.Url, StringComparison.Ordinal);
        var text = await open.Pair.InnerTextAsync();
        Assert.Matches("Throughput: 10\\.. Mbit/s to 4[0-9]{2} Mbit/s", text);
        Assert.Matches("Bottleneck: worker-7 → worker-[0-9]+ 1[01]\\.. Mbit/s", text);
        Assert.Contains("iperf_network_bandwidth_mbps{source_node=\"worker-7\",destination_node=\"worker-12\"}", text, StringComparison.Ordinal);
        Assert.Matches("timeout\\s+12", text);
        Assert.Matches("failed.*connection refused", (await open.Pair.Locator("section", new() { HasText = "Last results" }).InnerTextAsync()).Replace('\n', ' '));

        await open.Pair.GetByRole(AriaRole.Button, new() { Name = "Copy the PromQL for: Throughput, Mbit/s" }).ClickAsync();
        await Assertions.Expect(open.Pair.Locator(".promql button")).ToHaveTextAsync("Copied");

        await open.Pair.GetByText("Other direction", new() { Exact = false }).First.ClickAsync();
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-12 → worker-7");
        await open.Page.GoBackAsync();
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-7 → worker-12");
        await open.Page.GoBackAsync();
        await Assertions.Expect(open.Pair).ToBeHiddenAsync();
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task A_link_of_the_graph_opens_its_pair_and_a_node_is_found_in_the_matrix()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10));
        await open.Page.Locator("#graph g[data-source='worker-7'][data-destination='worker-2'] .hit").DispatchEventAsync("click");
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-7 → worker-2");
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(open.Pair).ToBeHiddenAsync();

        var before = await PixelsAsync(open);
        await open.Page.Locator("#graph g[data-node='worker-3'] circle").ClickAsync();
        Assert.NotEqual(before, await PixelsAsync(open));
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task The_keyboard_reaches_every_pair_and_comes_back()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10));
        await open.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the matrix", await open.Page.EvaluateAsync<string>("document.activeElement.textContent"));
        await open.Page.Keyboard.PressAsync("Enter");
        await open.Page.Locator("#matrix").FocusAsync();
        foreach (var key in (string[])["ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"]) await open.Page.Keyboard.PressAsync(key);
        var names = await open.NamesAsync();
        Assert.StartsWith($"{names[2]} (zone-1) → {names[3]} (zone-1): 9", await open.Page.Locator("#cell").TextContentAsync(), StringComparison.Ordinal);

        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync($"{names[2]} → {names[3]}");
        Assert.Equal("pair-title", await open.Page.EvaluateAsync<string>("document.activeElement.id"));
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(open.Pair).ToBeHiddenAsync();
        Assert.Equal("matrix", await open.Page.EvaluateAsync<string>("document.activeElement.id"));
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task The_keyboard_walks_through_the_graph_and_comes_back_to_where_it_was()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10));
        const string Here = "(document.querySelector('#graph').shadowRoot.activeElement ?? document.body).getAttribute('aria-label')";
        await open.Page.Locator("#graph g[data-node][tabindex='0']").FocusAsync();
        // One stop of the Tab key, however many nodes and links there are.
        Assert.Equal(1, await open.Page.Locator("#graph [tabindex='0']").CountAsync());
        foreach (var key in (string[])["End", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"]) await open.Page.Keyboard.PressAsync(key);
        var names = await open.NamesAsync();
        var link = await open.Page.EvaluateAsync<string>(Here);
        Assert.StartsWith($"{names[1]} → {names[2]}", link, StringComparison.Ordinal);

        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync($"{names[1]} → {names[2]}");
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(open.Pair).ToBeHiddenAsync();
        Assert.Equal(link, await open.Page.EvaluateAsync<string>(Here));
        foreach (var key in (string[])["ArrowUp", "ArrowUp", "ArrowUp"]) await open.Page.Keyboard.PressAsync(key);
        Assert.StartsWith($"{names[1]} → ", await open.Page.EvaluateAsync<string>(Here), StringComparison.Ordinal);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task The_slider_shows_an_earlier_time_and_leads_back_to_now()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30));
        var slider = open.Page.Locator("input[name=moment]");
        await slider.FocusAsync();
        await slider.FillAsync("-144");
        await open.WaitForAsync("location.search.includes('at=')");
        await Assertions.Expect(open.State).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^At 20.*UTC.[12]: No suspect"));
        Assert.Matches("UTC\\+[12]$", await open.Page.Locator("output[name=shown]").InnerTextAsync());

        await open.Page.GetByText("Back to now").ClickAsync();
        await Assertions.Expect(open.State).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[23] suspects"));
        Assert.DoesNotContain("at=", open.Page.Url, StringComparison.Ordinal);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Compared_with_yesterday_it_names_what_changed()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30));
        await open.Page.SelectOptionAsync("select[name=compare]", "24h");
        await open.WaitForAsync("document.getElementById('worst-title').textContent === 'What changed' && document.documentElement.dataset.page === 'complete'");

        Assert.Contains("compare=24h", open.Page.Url, StringComparison.Ordinal);
        Assert.Matches("worker-7 → worker-[0-9]+\\s+worse\\s+[0-9]{3} Mbit/s\\s+1[01]\\.. Mbit/s", await open.Page.Locator("#worst").InnerTextAsync());
        Assert.Contains("change (worse to better)", await open.Page.Locator("#scale").InnerTextAsync(), StringComparison.Ordinal);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task An_address_says_all_that_is_shown()
    {
        var at = DateTimeOffset.UtcNow.AddHours(-30).ToUnixTimeSeconds();
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(20), string.Create(CultureInfo.InvariantCulture, $"?metric=rtt&node=worker-1.*&at={at}&theme=dark&view=graph&source=worker-1&destination=worker-12"));

        Assert.Equal(["rtt", "graph", "7d", "dark"], [.. await Task.WhenAll(((string[])["metric", "view", "span", "theme"]).Select(name => open.Page.InputValueAsync($"[name={name}]")))]);
        Assert.Equal("worker-1.*", await open.Page.InputValueAsync("[name=node]"));
        Assert.Equal("11", await open.Page.Locator("#matrix").GetAttributeAsync("data-nodes"));
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-1 → worker-12");
        Assert.Equal("dark", await open.Page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        Assert.Matches(@"graph\.svg\?metric=rtt&.*node=worker-1", await open.Page.Locator("#downloads a").First.GetAttributeAsync("href"));
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Every_download_is_there()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10), "?node=worker-[1-5]&metric=rtt");
        await open.Page.Locator("#downloads summary").ClickAsync();
        var links = await open.Page.Locator("#downloads a").EvaluateAllAsync<string[]>("links => links.map(link => link.href)");

        Assert.Equal(["svg", "svg", "dot", "graphml", "csv", "json"], links.Select(link => new Uri(link).AbsolutePath.Split('.')[^1]));
        foreach (var link in links) Assert.Equal(200, (await open.Page.APIRequest.GetAsync(link)).Status);
        var download = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.Locator("#downloads a", new() { HasText = "CSV" }).ClickAsync());
        Assert.Equal("netgraph-graph.csv", download.SuggestedFilename);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Hostile_names_of_nodes_are_only_text()
    {
        string[] names =
        [
            "<img src=x onerror=alert(1)>", "\"><script>alert(2)</script>", "'];alert(3);//", "a/b?c=d&e#f", "</svg><a href=javascript:alert(4)>", "\u202etxt.exe", "*.+?()|[]{}^$\\", "zürich-🚲", new string('x', 250),
        ];
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.Of(names));
        for (var i = 0; i < names.Length; i++)
        {
            await open.GoAsync($"?source={Uri.EscapeDataString(names[i])}&destination={Uri.EscapeDataString(names[(i + 1) % names.Length])}");
            await Assertions.Expect(open.Pair.Locator("h2 bdi").First).ToHaveTextAsync(names[i]);
            await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);
            Assert.Matches("[0-9] Mbit/s", await open.Pair.Locator("section", new() { HasText = "This direction" }).InnerTextAsync());
            Assert.Equal(0, await open.Pair.Locator(".problem").CountAsync());
        }

        Assert.Equal(0, await open.Page.Locator("body img, body script, #graph a, #graph script").CountAsync());
        await open.GoAsync("");
        var (x, y) = await open.CellAsync(names[0], names[1]);
        await open.Page.Mouse.MoveAsync(x, y);
        Assert.Contains(names[0], await open.Page.Locator("#tip").InnerTextAsync(), StringComparison.Ordinal);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task A_filter_that_is_no_expression_says_so_and_keeps_what_was_seen()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10), expectsFailures: true);
        await open.Page.FillAsync("[name=node]", "worker-[");
        await Assertions.Expect(open.State).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^Bad filter: 'worker-\\[' is not a regular expression"));
        Assert.Equal("10", await open.Page.Locator("#matrix").GetAttributeAsync("data-nodes"));

        await open.Page.FillAsync("[name=node]", "worker-[12]");
        await open.WaitForAsync("document.getElementById('matrix').dataset.nodes === '2'");
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task While_Prometheus_is_away_it_says_why_and_shows_what_it_knew()
    {
        var source = PlantedSource.OfRacks(10);
        source.IsAway = true;
        await using var open = await OpenPage.StartAsync(chromium, source, expectsFailures: true);
        Assert.StartsWith("Nothing new is known: Prometheus cannot be reached at http://prometheus:9090", await open.State.InnerTextAsync(), StringComparison.Ordinal);

        source.IsAway = false;
        await open.GoAsync("");
        Assert.StartsWith("1 suspect: worker-7 egress", await open.State.InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await open.Page.Locator("#trouble").IsVisibleAsync());

        source.IsAway = true;
        await open.WaitForAsync("fetch('api/v1/suspects', { cache: 'no-store' }).then(r => r.headers.get('netgraph-source-failure') !== null)");
        await open.GoAsync("");
        Assert.StartsWith("1 suspect: worker-7 egress", await open.State.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Matches("^What you see is [0-9]+ (s|min) old: the source of the measurements is away. Prometheus cannot be reached", await open.Page.Locator("#trouble").InnerTextAsync());
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Reads_anew_by_itself_and_keeps_the_pair_that_is_open()
    {
        var source = PlantedSource.OfRacks(10);
        await using var open = await OpenPage.StartAsync(chromium, source, expectsFailures: true);
        await open.Page.Clock.InstallAsync();
        await open.GoAsync("?source=worker-7&destination=worker-2");
        source.IsAway = true;
        await open.WaitForAsync("fetch('api/v1/suspects', { cache: 'no-store' }).then(r => r.headers.get('netgraph-source-failure') !== null)");
        await open.Page.Clock.FastForwardAsync(16_000);

        await Assertions.Expect(open.Page.Locator("#trouble")).ToContainTextAsync("the source of the measurements is away");
        await Assertions.Expect(open.Pair.Locator("section", new() { HasText = "This direction" })).ToContainTextAsync("Mbit/s");
        await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Without_history_it_offers_none()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10, hasHistory: false), expectsFailures: true);

        Assert.True(await open.Page.Locator("input[name=moment]").IsDisabledAsync());
        Assert.True(await open.Page.Locator("select[name=compare]").IsDisabledAsync());
        await open.GoAsync("?source=worker-7&destination=worker-2");
        await Assertions.Expect(open.Pair.Locator("section", new() { HasText = "History of" })).ToContainTextAsync("knows only the present");
        await Assertions.Expect(open.Pair.Locator("section", new() { HasText = "This direction" })).ToContainTextAsync("Mbit/s");
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Shows_200_nodes()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(200));

        Assert.Equal("200", await open.Page.Locator("#matrix").GetAttributeAsync("data-nodes"));
        Assert.Contains("worker-7 egress", await open.State.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(200, await open.Page.Locator("#graph g[data-node]").CountAsync());
        var (x, y) = await open.CellAsync("worker-150", "worker-31");
        await open.Page.Mouse.ClickAsync(x, y);
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-150 → worker-31");
        await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task Groups_lead_to_their_nodes()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30), "?view=groups&group=rack");
        Assert.Equal("3", await open.Page.Locator("#matrix").GetAttributeAsync("data-nodes"));
        await open.Page.Locator("#graph g[data-source='rack-a'][data-destination='rack-b'] .hit").DispatchEventAsync("click");
        await open.WaitForAsync("document.getElementById('matrix').dataset.nodes === '20'");
        open.CheckThatAllWentWell();
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_and_a_finger_opens_a_pair()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30), width: 390, height: 844, isPhone: true);
        Assert.Equal(390, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await open.Page.Locator("#matrix").ScrollIntoViewIfNeededAsync();
        var (x, y) = await open.CellAsync("worker-2", "worker-4");
        await open.Page.Touchscreen.TapAsync(x, y);
        await Assertions.Expect(open.Page.Locator("#tip")).ToContainTextAsync("worker-2 (rack-a) → worker-4");
        await Assertions.Expect(open.Pair).ToBeHiddenAsync();
        await open.Page.Touchscreen.TapAsync(x, y);
        await Assertions.Expect(open.Pair.Locator("h2")).ToHaveTextAsync("worker-2 → worker-4");
        await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);
        Assert.Equal(390, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        open.CheckThatAllWentWell();
    }

    [Theory]
    [InlineData(1440, ColorScheme.Light, "")]
    [InlineData(1440, ColorScheme.Dark, "")]
    [InlineData(390, ColorScheme.Light, "")]
    [InlineData(390, ColorScheme.Light, "?source=worker-7&destination=worker-12")]
    [InlineData(1440, ColorScheme.Light, "?source=worker-7&destination=worker-12")]
    [InlineData(1440, ColorScheme.Dark, "?source=worker-7&destination=worker-12&compare=24h")]
    public async Task Axe_finds_no_barrier(int width, ColorScheme colors, string address)
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(30), address, width, colors: colors);
        if (address.Length > 0) await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);

        Assert.Empty(await open.FindBarriersAsync());
    }

    [Fact]
    public async Task Nothing_inline_runs_in_the_page()
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(10));
        // A script that is put into a page runs at once, if it may.
        var ran = await open.Page.EvaluateAsync<bool>("""
            (() => {
              const script = document.createElement('script');
              script.textContent = 'window.ranInline = true';
              document.body.append(script);
              return window.ranInline === true;
            })()
            """);
        Assert.False(ran);
    }

    [Theory]
    [InlineData("light", 1440, 1150, ColorScheme.Light, "")]
    [InlineData("dark", 1440, 1150, ColorScheme.Dark, "?source=worker-7&destination=worker-12")]
    [InlineData("phone", 390, 844, ColorScheme.Light, "")]
    [InlineData("phone-pair", 390, 844, ColorScheme.Dark, "?source=worker-7&destination=worker-12")]
    public async Task Leaves_pictures_for_the_documentation(string name, int width, int height, ColorScheme colors, string address)
    {
        await using var open = await OpenPage.StartAsync(chromium, PlantedSource.OfRacks(40), address, width, height, colors, isPhone: width < 500);
        if (address.Length > 0) await Assertions.Expect(open.Pair.Locator("figure canvas")).ToHaveCountAsync(3);
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts/pictures"));
        var picture = await open.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder.FullName, $"page-{name}.png") });

        Assert.True(picture.Length > 20_000, "The picture is too small to show anything.");
        open.CheckThatAllWentWell();
    }

    private static Task<string> PixelsAsync(OpenPage open) => open.Page.EvaluateAsync<string>("document.querySelector('#matrix canvas').toDataURL()");
}
