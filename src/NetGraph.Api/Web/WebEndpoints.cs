using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetGraph.Api.Rendering;

namespace NetGraph.Api.Web;

/// <summary>The page for people: the files that Vite builds from <c>src/web</c> into <c>built</c>.</summary>
internal static class WebEndpoints
{
    /// <summary>How the files are called within the assembly.</summary>
    private const string Prefix = "web/";

    // Nothing from elsewhere, nothing written into the page itself, and nobody but this page may be told where a form goes. Grafana may frame it.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, file) in ReadFiles())
        {
            // A name with its content's hash in it never means anything else.
            var caching = path.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
            routes.MapMethods(path == "index.html" ? "/" : "/" + path, GraphEndpoints.Methods, (HttpContext context) => SendAsync(context, file, caching)).ExcludeFromDescription();
        }
    }

    private static async Task SendAsync(HttpContext context, WebFile file, string caching)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = caching;
        var isPacked = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        var etag = isPacked ? file.PackedETag : file.ETag;
        headers.ETag = etag;
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        if (Preconditions.HasAlready(context.Request, etag))
        {
            context.Response.StatusCode = 304;
            return;
        }

        var body = isPacked ? file.Packed : file.Body;
        if (isPacked) headers.ContentEncoding = "gzip";
        context.Response.ContentType = file.MediaType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static IEnumerable<(string Path, WebFile File)> ReadFiles()
    {
        var assembly = typeof(WebEndpoints).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var body = new MemoryStream();
            resource.CopyTo(body);
            yield return (name[Prefix.Length..], WebFile.Of(name, body.ToArray()));
        }
    }

    private sealed record WebFile(string MediaType, byte[] Body, byte[] Packed, string ETag, string PackedETag)
    {
        public static WebFile Of(string name, byte[] body)
        {
            var mediaType = Path.GetExtension(name) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                var other => throw new InvalidOperationException($"'{name}' is a file of the page of a kind ('{other}') that has no media type here."),
            };
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(body);
            var hash = Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12));
            return new WebFile(mediaType, body, packed.ToArray(), $"\"{hash}\"", $"\"{hash}-gzip\"");
        }
    }
}
