using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetGraph.Api.Web;

/// <summary>The page for people.</summary>
internal static class WebEndpoints
{
    private static readonly byte[] Page = ReadPage();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; object-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors *";
            return Results.Bytes(Page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
    }

    private static byte[] ReadPage()
    {
        using var resource = typeof(WebEndpoints).Assembly.GetManifestResourceStream("index.html")!;
        using var page = new MemoryStream();
        resource.CopyTo(page);
        return page.ToArray();
    }
}
