using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Ranges;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>The Hub and its cache as this machine is set up; nothing is opened before it is needed.</summary>
internal sealed class HubConnection : IDisposable
{
    private readonly KnownDigests digests;
    private readonly Lazy<HubSettings> settings;
    private readonly Lazy<HubClient> client;
    private readonly Action<string> tell;

    /// <summary>A connection by an environment's settings.</summary>
    /// <param name="environment">Names the Hub and its cache.</param>
    /// <param name="tell">Hears lines for people, such as how long the Hub asks to wait.</param>
    /// <param name="isOffline">Whether to stay away from the network whatever the environment says.</param>
    /// <param name="digests">What is known of files; by default what the user's index knows.</param>
    public HubConnection(HostEnvironment environment, Action<string> tell, bool isOffline = false, KnownDigests? digests = null)
    {
        this.digests = digests ?? KnownDigests.Of(environment);
        this.tell = tell;
        settings = new(() => isOffline ? HubSettings.Of(environment) with { IsOffline = true } : HubSettings.Of(environment));
        client = new(() => new HubClient(settings.Value, environment.Clock, tell));
    }

    /// <summary>What messages call the Hub.</summary>
    public string Name => settings.Value.IsOffline ? "the cache" : settings.Value.Endpoint.Authority;

    /// <summary>Says a line to the person who waits.</summary>
    public void Tell(string line) => tell(line);

    /// <summary>The cache.</summary>
    public HubCache Cache => HubCache.Of(settings.Value);

    /// <summary>Where commits are looked at: the Hub, or the cache when there is no network.</summary>
    public IRepositorySource Repositories => settings.Value.IsOffline ? new CachedRepositorySource(Cache, digests) : Heads;

    /// <summary>The Hub itself, as it is at this moment; without the network nobody can say that.</summary>
    public IRepositorySource Heads => new HubRepositorySource(client.Value);

    /// <summary>Fetches parts of a file that lies nowhere here.</summary>
    /// <param name="file">The file.</param>
    /// <param name="connections">How many requests may be under way at once.</param>
    public RangeSource RangesOf(CommitFile file, SemaphoreSlim connections) => new(client.Value, file, connections);

    /// <summary>Brings files into the cache.</summary>
    public SnapshotDownload Download => new(client.Value, Cache, digests);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }
}
