using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace NetGraph.Api.Rendering;

/// <summary>What the headers of a request ask of the answer (RFC 9110).</summary>
internal static class Preconditions
{
    /// <summary>Whether the request takes a media type. Of the ranges that match, the most specific decides (section 12.5.1).</summary>
    public static bool Accepts(HttpRequest request, string mediaType)
    {
        if (request.Headers.Accept.Count == 0) return true;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges)) return false;
        var offered = new MediaTypeHeaderValue(mediaType);
        var decisive = ranges
            .Where(range => offered.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType)))
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
            .ThenByDescending(range => range.Quality ?? 1)
            .FirstOrDefault();
        return decisive is not null && (decisive.Quality ?? 1) > 0;
    }

    /// <summary>Whether the client has this representation already: <c>If-None-Match</c> with weak comparison (section 13.1.2).</summary>
    public static bool HasAlready(HttpRequest request, string etag)
    {
        if (request.Headers.IfNoneMatch.Count == 0 || !EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)) return false;
        var own = new EntityTagHeaderValue(etag);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: false));
    }
}
