using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetGraph.Testing.Kubernetes;

/// <summary>The certificates and keys of a control plane, in a folder.</summary>
internal sealed class ControlPlanePki : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset To = From.AddDays(7);
    private readonly string _folder;
    private readonly X509Certificate2 _authority;

    private ControlPlanePki(string folder, X509Certificate2 authority)
    {
        _folder = folder;
        _authority = authority;
    }

    public X509Certificate2 Authority => _authority;

    public string AuthorityFile => Certificate("ca");

    public static ControlPlanePki Create(string folder)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=netgraph-test-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var pki = new ControlPlanePki(folder, request.CreateSelfSigned(From, To));
        pki.Write("ca", pki._authority, key);
        pki.Issue("apiserver", "CN=kube-apiserver", "1.3.6.1.5.5.7.3.1", names =>
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.Parse("10.0.0.1"));
            foreach (var name in new[] { "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local" }) names.AddDnsName(name);
        });
        pki.Issue("admin", "CN=admin, O=system:masters", ClientAuthentication);
        pki.Issue("front-proxy", "CN=front-proxy-client", ClientAuthentication);
        pki.Issue("kubelet-client", "CN=kube-apiserver-kubelet-client, O=system:masters", ClientAuthentication);
        using var serviceAccounts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(pki.Key("sa"), serviceAccounts.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(pki.Certificate("sa"), serviceAccounts.ExportSubjectPublicKeyInfoPem());
        return pki;
    }

    public string Certificate(string name) => Path.Combine(_folder, name + ".crt");

    public string Key(string name) => Path.Combine(_folder, name + ".key");

    public void Dispose() => _authority.Dispose();

    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private void Issue(string name, string subject, string usage, Action<SubjectAlternativeNameBuilder>? addNames = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        if (addNames is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            addNames(names);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(_authority, From, To, RandomNumberGenerator.GetBytes(8));
        Write(name, certificate, key);
    }

    private void Write(string name, X509Certificate2 certificate, ECDsa key)
    {
        File.WriteAllText(Certificate(name), certificate.ExportCertificatePem());
        File.WriteAllText(Key(name), key.ExportPkcs8PrivateKeyPem());
    }
}
