using System.Security.Cryptography;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Tensors;
using MergeOps.TestHub;
using MergeOps.Tests.Http;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

/// <summary>A Hub on this machine, an empty cache, and clients whose waits between repetitions take no time.</summary>
internal sealed class LocalHub : IAsyncDisposable
{
    private readonly TemporaryFolder folder;

    private LocalHub(TemporaryFolder folder, TestHubServer server) => (this.folder, Server) = (folder, server);

    /// <summary>The Hub.</summary>
    public TestHubServer Server { get; }

    /// <summary>The cache.</summary>
    public HubCache Cache => new(folder["cache"]);

    /// <summary>The index of digests that belongs to the cache.</summary>
    public KnownDigests Digests => new(new(folder["home"]), TimeProvider.System);

    /// <summary>What clients heard that a person would read.</summary>
    public List<string> Reported { get; } = [];

    /// <summary>The clock of the clients.</summary>
    public ImpatientClock Clock { get; } = new();

    /// <summary>Ends with the test.</summary>
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts an empty Hub.</summary>
    public static async Task<LocalHub> StartAsync(TestHubOptions? options = null)
    {
        var folder = new TemporaryFolder();
        return new LocalHub(folder, await TestHubServer.StartAsync(Directory.CreateDirectory(folder["hub"]).FullName, options, Cancellation));
    }

    /// <summary>Bytes that look like nothing, the same ones for the same seed.</summary>
    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The name of a repository.</summary>
    public static RepositoryName Name(string name) => RepositoryName.TryParse(name)!;

    /// <summary>Settings of a user of the Hub.</summary>
    public HubSettings Settings(string? token = null) => new(
        Server.Endpoint, HubToken.Of(token), folder["cache"], IsOffline: false, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

    /// <summary>A client of a user; null as the token for nobody.</summary>
    public HubClient Client(string? token = null) => Client(Settings(token));

    /// <summary>A client with settings of its own.</summary>
    public HubClient Client(HubSettings settings) => new(settings, Clock, Reported.Add);

    /// <summary>The SHA-256 of bytes, as the Hub lists large files.</summary>
    public static BlobDigest Sha256(byte[] bytes) => new(DigestKind.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        folder.Dispose();
    }
}
