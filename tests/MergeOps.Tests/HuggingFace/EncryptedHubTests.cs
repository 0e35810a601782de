using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

/// <summary>A Hub behind TLS, as the public one is: the program is a process of its own that trusts the Hub's certificate.</summary>
[RunsAlone("starts the program")]
public sealed class EncryptedHubTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly X509Certificate2 certificate = Certificate();
    private LocalHub hub = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems trust certificates of a store for the whole machine");
        hub = await LocalHub.StartAsync(new() { Certificate = certificate });
        folder.Write("certificate.pem", System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
        folder.Write("recipe.yml", "merge_method: passthrough\nmodels:\n  - model: org/model\n"u8);
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["config.json"] = "{}"u8.ToArray(), ["model.safetensors"] = Tensors.SafetensorsBytes.Of("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4) });
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        certificate.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_token_is_for_the_hub_and_not_for_the_host_of_its_contents()
    {
        var run = await RunAsync("run", folder["recipe.yml"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("https", hub.Server.Endpoint.Scheme);
        var contents = hub.Server.Requests.Where(request => request.Origin == Origin.Cdn).ToList();
        Assert.NotEmpty(contents);
        Assert.All(contents, request => Assert.Null(request.Header("Authorization")));
        Assert.All(hub.Server.Requests.Where(request => request.Origin == Origin.Hub), request => Assert.Equal($"Bearer {hub.Server.Token}", request.Header("Authorization")));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task It_cannot_lead_to_a_place_without_encryption(int status)
    {
        hub.Server.Faults.Add(Misbehave.RedirectToHost(hub.Server.ForeignEndpoint, status), origin: Origin.Hub);

        var run = await RunAsync("lock", folder["recipe.yml"]);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"with a redirect to http://{hub.Server.ForeignEndpoint.Authority}, which is less secure than https", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Server.Requests, request => request.Origin == Origin.Foreign);
    }

    [Fact]
    public async Task Nor_can_the_host_of_its_contents()
    {
        Assert.Equal(0, (await RunAsync("lock", folder["recipe.yml"])).ExitCode);
        hub.Server.Faults.Add(Misbehave.RedirectToHost(hub.Server.ForeignEndpoint), origin: Origin.Cdn);

        var run = await RunAsync("merge", folder["recipe.yml"], "--out", folder["merged"]);

        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain(hub.Server.Requests, request => request.Origin == Origin.Foreign);
    }

    private Task<CommandLineRun> RunAsync(params string[] arguments) => Task.Run(() => ChildProcess.Finish(ChildProcess.Start(arguments, TestEnvironment.WithHome(folder["home"]).With(
        ("SSL_CERT_FILE", folder["certificate.pem"]),
        ("HF_ENDPOINT", hub.Server.Endpoint.ToString().TrimEnd('/')),
        ("HF_HOME", folder["hf"]),
        ("HF_HUB_CACHE", folder["hf/hub"]),
        ("HF_TOKEN", hub.Server.Token)))));

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
