using MergeOps.HuggingFace.Upload;
using MergeOps.Publishing;
using MergeOps.Publishing.Hub;
using MergeOps.TestHub;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Publishing.Hub;

/// <summary>A Hub on this machine, and a small merged model to publish there as <c>acme/small</c>.</summary>
internal sealed class PublishingHub : IAsyncDisposable
{
    private readonly LocalHub hub;

    private PublishingHub(LocalHub hub)
    {
        this.hub = hub;
        Model.Merge();
    }

    /// <summary>The Hub.</summary>
    public TestHubServer Server => hub.Server;

    /// <summary>What to publish.</summary>
    public MergedModel Model { get; } = new();

    /// <summary>Where to publish when a test does not say more.</summary>
    public HubDestination Destination { get; } = new(LocalHub.Name("acme/small"));

    /// <summary>How many commits the main branch has; a new repository begins with one.</summary>
    public int CommitCount => Server.Repository("acme/small").Head.History().Count();

    /// <summary>Starts an empty Hub.</summary>
    public static async Task<PublishingHub> StartAsync(TestHubOptions? options = null) => new(await LocalHub.StartAsync(options));

    /// <summary>A publisher with the Hub's own token, or another one; an empty one is none.</summary>
    public HubPublisher Publisher(HubDestination? destination = null, string? token = null, RunnerIdentity? runner = null) =>
        new(hub.Settings(token ?? Server.Token), destination ?? Destination, runner, hub.Digests, hub.Clock, hub.Reported.Add);

    /// <summary>Publishes the model with a recipe that has these lines more.</summary>
    public Task<Publication> PublishAsync(string? more = null, IPublisher? publisher = null) =>
        (publisher ?? Publisher()).PublishAsync(Model.Content(more), null, TestContext.Current.CancellationToken);

    /// <summary>The bytes of a file at the head of the main branch.</summary>
    public byte[] BytesOf(string path) => Server.Repository("acme/small").Head.Files[path].Content.ReadAll();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        Model.Dispose();
    }
}
