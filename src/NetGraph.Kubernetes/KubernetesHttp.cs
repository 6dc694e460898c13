using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NetGraph.Kubernetes.Configuration;

namespace NetGraph.Kubernetes;

/// <summary>The connections to the API server: one for all watches, by HTTP/2 where there is TLS, and one for requests, one after another.</summary>
internal static class KubernetesHttp
{
    public static SocketsHttpHandler Handler(KubernetesConfiguration configuration)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A server that vanished without a word is noticed even while every watch rests.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            EnableMultipleHttp2Connections = true,
        };
        if (configuration.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy);
        if (configuration.ClientCertificate is { } certificate) handler.SslOptions.ClientCertificates = [certificate];
        if (configuration.SkipsVerification)
        {
#pragma warning disable CA5359 // The user asked for it, by insecure-skip-tls-verify.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (configuration.AuthorityFile is not null || configuration.Authorities is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate as X509Certificate2, chain, errors, configuration.ReadAuthorities()!);
        }

        return handler;
    }

    public static HttpClient Connect(KubernetesConfiguration configuration, HttpMessageHandler handler)
    {
        var server = configuration.Server.AbsoluteUri;
        var http = new HttpClient(handler)
        {
            BaseAddress = new Uri(server.EndsWith('/') ? server : server + '/'),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var version = typeof(KubernetesHttp).Assembly.GetName().Version!;
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("netgraph", version.ToString(3)));
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return http;
    }

    private static bool IsTrusted(X509Certificate2? certificate, X509Chain? sent, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (certificate is null || (errors & (SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateNameMismatch)) != 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        // The API server's authority is the cluster's own and publishes no revocations.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
