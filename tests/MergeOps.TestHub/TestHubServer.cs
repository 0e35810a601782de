using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using MergeOps.TestHub.Endpoints;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Models;
using MergeOps.TestHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestHub;

/// <summary>
/// A Hugging Face Hub on this machine: real HTTP on three ports, for the Hub, for the host of its large files,
/// and for a host that has nothing to do with either.
/// </summary>
internal sealed class TestHubServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly HubSite site;
    private readonly ConcurrentQueue<RecordedRequest> requests = new();

    private TestHubServer(WebApplication application, HubSite site)
    {
        this.application = application;
        this.site = site;
        Token = AddToken("tester").Value;
    }

    /// <summary>What <c>HF_ENDPOINT</c> is set to; no slash at its end.</summary>
    public Uri Endpoint => new(site.Hub);

    /// <summary>The host of signed URLs.</summary>
    public Uri CdnEndpoint => new(site.Cdn);

    /// <summary>A host that must never see a token.</summary>
    public Uri ForeignEndpoint => new(site.Foreign);

    /// <summary>A token of user <c>tester</c> that may do everything.</summary>
    public string Token { get; }

    /// <summary>All that came in, oldest first.</summary>
    public IReadOnlyCollection<RecordedRequest> Requests => requests;

    /// <summary>How it misbehaves.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>What it holds.</summary>
    public HubStore Store => site.Store;

    /// <summary>Starts a Hub over a folder: each <c>owner/name</c> below it with files in it is a model repository.</summary>
    /// <param name="rootFolder">The folder; uploads are kept in <c>.uploads</c> below it.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<TestHubServer> StartAsync(string rootFolder, TestHubOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        var site = new HubSite(
            options,
            new HubStore(options.Time),
            new UploadStore(Path.Combine(rootFolder, ".uploads")),
            new SignedUrls(options.Time, options.SignedUrlLifetime));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var origin in Enum.GetValues<Origin>())
            {
                kestrel.Listen(System.Net.IPAddress.Loopback, origin == Origin.Hub ? options.Port : 0, listen =>
                {
                    if (options.Certificate is { } certificate && origin != Origin.Foreign)
                    {
                        listen.UseHttps(certificate);
                    }

                    listen.Use(next => connection =>
                    {
                        connection.Features.Set(new ListeningHost(origin));
                        return next(connection);
                    });
                });
            }
        });
        var application = builder.Build();
        var server = new TestHubServer(application, site);
        application.Run(server.HandleAsync);
        await application.StartAsync(cancellation);
        var addresses = application.Urls.Select(url => url.TrimEnd('/')).ToArray();
        (site.Hub, site.Cdn, site.Foreign) = (addresses[0] + options.PathPrefix, addresses[1], addresses[2]);
        foreach (var (id, folder) in ModelFolders.Below(rootFolder))
        {
            server.AddModel(id, folder);
        }

        return server;
    }

    /// <summary>Adds a repository from a folder's files.</summary>
    public HubRepository AddModel(string id, string folder, bool isPrivate = false, string? gated = null, string? renamedFrom = null) =>
        Add(id, RepositoryFiles.InFolder(folder), isPrivate, gated, renamedFrom);

    /// <summary>Adds a repository of given files.</summary>
    public HubRepository AddModel(string id, IReadOnlyDictionary<string, byte[]> files, bool isPrivate = false, string? gated = null, string? renamedFrom = null) =>
        Add(id, files.ToDictionary(file => file.Key, Content (file) => new MemoryContent(file.Value)), isPrivate, gated, renamedFrom);

    /// <summary>Adds a data set of given files.</summary>
    public HubRepository AddDataset(string id, IReadOnlyDictionary<string, byte[]> files, bool isPrivate = false, string? gated = null) =>
        AddModel($"datasets/{id}", files, isPrivate, gated);

    /// <summary>Adds a Llama of a few kilobytes with random weights; see <see cref="SmallLlama"/>.</summary>
    public HubRepository AddSmallModel(string id, int layers = 2, int hidden = 8, int seed = 0) =>
        AddModel(id, SmallLlama.Files(layers, hidden, seed: seed));

    /// <summary>Adds a model of any size whose weights are holes: the headers are real, the shards' digests made up.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="shape">What it looks like; a Llama of 70 billion numbers, 141 GB, if not told.</param>
    /// <param name="shardSize">The most bytes of a shard.</param>
    public HubRepository AddSparseModel(string id, LlamaShape? shape = null, long shardSize = 5_000_000_000) =>
        Add(id, SparseLlama.Files(id, shape ?? LlamaShape.SeventyBillion, shardSize).ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <summary>Gives a user a token.</summary>
    /// <param name="user">The user.</param>
    /// <param name="canWrite">False for one that only reads.</param>
    /// <param name="repository">The one repository it opens; null for all.</param>
    public AccessToken AddToken(string user, bool canWrite = true, string? repository = null) =>
        Store.Add(new AccessToken("hf_" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 34), user, canWrite, repository));

    /// <summary>Lets a workflow with these claims exchange its OIDC token for one that writes to a repository.</summary>
    /// <returns>What a runner sets as <c>ACTIONS_ID_TOKEN_REQUEST_URL</c> and <c>ACTIONS_ID_TOKEN_REQUEST_TOKEN</c>.</returns>
    public (Uri RequestUrl, string RequestToken) AddTrustedWorkflow(string repository, IReadOnlyDictionary<string, string> claims)
    {
        Store.TrustedPublishers.Add(new(repository, claims));
        return AddWorkflow(claims);
    }

    /// <summary>A workflow that nobody needs to trust.</summary>
    /// <returns>What a runner sets as <c>ACTIONS_ID_TOKEN_REQUEST_URL</c> and <c>ACTIONS_ID_TOKEN_REQUEST_TOKEN</c>.</returns>
    public (Uri RequestUrl, string RequestToken) AddWorkflow(IReadOnlyDictionary<string, string> claims)
    {
        var token = RandomNumberGenerator.GetHexString(40, lowercase: true);
        Store.Workflows[token] = claims;
        return (new Uri(ForeignEndpoint, "/oidc/token?api-version=2.0"), token);
    }

    /// <summary>A repository that is there.</summary>
    public HubRepository Repository(string id) => Store.Repository(id) ?? throw new ArgumentException($"no repository {id}", nameof(id));

    /// <summary>Forgets the requests so far.</summary>
    public void ForgetRequests() => requests.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private HubRepository Add(string id, ImmutableSortedDictionary<string, StoredFile> files) =>
        Store.Create(id, files) ?? throw new ArgumentException($"repository {id} exists", nameof(id));

    private HubRepository Add(string id, IReadOnlyDictionary<string, Content> files, bool isPrivate, string? gated, string? renamedFrom)
    {
        var repository = Add(id, RepositoryFiles.Tree(files));
        repository.IsPrivate = isPrivate;
        repository.Gated = gated;
        if (renamedFrom is not null)
        {
            Store.Redirect(renamedFrom, id);
        }

        return repository;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var origin = context.Features.Get<ListeningHost>()!.Origin;
        if (origin == Origin.Hub && ControlEndpoints.Takes(context.Request.Path))
        {
            await new ControlEndpoints(Faults, requests, site.Store).HandleAsync(context);
            return;
        }

        var headers = context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase);
        var request = new RecordedRequest(origin, context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, headers);
        requests.Enqueue(request);
        context.Request.Body = new CountingStream(context.Request.Body, read => request.BytesReceived += read);
        context.Response.Body = new CountingStream(context.Response.Body, written => request.BytesSent += written);
        try
        {
            await Faults.AnswerAsync(context, request, () => origin switch
            {
                Origin.Hub => new HubPipeline(site).HandleAsync(context),
                Origin.Cdn => new CdnPipeline(site).HandleAsync(context),
                _ => new ForeignPipeline(site).HandleAsync(context),
            });
        }
        finally
        {
            request.Status = context.Response.StatusCode;
        }
    }
}
