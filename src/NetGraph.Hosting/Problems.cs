using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace NetGraph.Hosting;

/// <summary>Writes and reads errors as problem details (RFC 9457).</summary>
public static class Problems
{
    /// <summary>Reads what is wrong from an answer, which whatever listens there may have given.</summary>
    /// <param name="answer">Body of the answer.</param>
    /// <returns>The detail; <see langword="null"/> when the answer is not a problem that has one.</returns>
    public static string? ReadDetail(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Answers with a problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">What kind of problem, the same for all of its kind.</param>
    /// <param name="detail">What is wrong here and what to do, as sentences.</param>
    /// <param name="parameter">The parameter at fault, if one is.</param>
    public static async Task WriteAsync(HttpContext context, int status, string title, string detail, string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            if (parameter is not null) json.WriteString("parameter", parameter);
            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted).ConfigureAwait(false);
    }
}
