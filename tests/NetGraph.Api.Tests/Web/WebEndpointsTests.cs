using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace NetGraph.Api.Tests.Web;

public sealed class WebEndpointsTests
{
    [Fact]
    public async Task The_page_lets_nothing_in_from_outside_and_nothing_inline()
    {
        await using var api = await StartAsync();
        using var response = await api.Http.GetAsync(new Uri("", UriKind.Relative));
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        Assert.DoesNotMatch("<script(?![^>]*src=)|<style|style=|\\son[a-z]+=", page);
        // Relative addresses alone: the page also works below a path of an ingress.
        Assert.All(Regex.Matches(page, "(?:src|href)=\"([^\"]*)\"").Select(match => match.Groups[1].Value), address => Assert.DoesNotMatch("^(/|[a-z]+:)", address));
    }

    [Fact]
    public async Task What_the_page_refers_to_is_there_for_ever_and_packed_if_wanted()
    {
        await using var api = await StartAsync();
        var page = await api.GetAsync("");
        var assets = Regex.Matches(page, "\"\\./(assets/[^\"]+)\"").Select(match => match.Groups[1].Value).ToList();

        Assert.Equal([".css", ".js", ".svg"], assets.Select(asset => Path.GetExtension(asset)).Order());
        foreach (var asset in assets)
        {
            using var plain = await api.Http.GetAsync(new Uri(asset, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", plain.Headers.CacheControl!.ToString());
            using var wish = new HttpRequestMessage(HttpMethod.Get, new Uri(asset, UriKind.Relative));
            wish.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            using var packed = await api.Http.SendAsync(wish);
            Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);
            Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
            using var unpacked = new StreamReader(new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress), Encoding.UTF8);
            Assert.Equal(await plain.Content.ReadAsStringAsync(), await unpacked.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task Who_has_the_page_is_not_sent_it_again()
    {
        await using var api = await StartAsync();
        using var first = await api.Http.GetAsync(new Uri("", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri("", UriKind.Relative));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await api.Http.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        await api.GetProblemAsync("assets/other.js", 404);
        await api.GetProblemAsync("assets/../appsettings.json", 404);
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(new FakeSource(FakeSource.Mesh("a b")));
}
