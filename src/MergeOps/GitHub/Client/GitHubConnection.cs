using System.Reflection;
using MergeOps.Diagnostics;
using Octokit;
using Octokit.Internal;

namespace MergeOps.GitHub.Client;

/// <summary>
/// The way to one GitHub, github.com or a company's own: one token, one budget for its limits, and a count of requests.
/// The API's address is taken as it is, so that <c>/api/v3</c> and <c>*.ghe.com</c> both work.
/// </summary>
internal sealed class GitHubConnection : IDisposable
{
    private const int MostCreations = 3;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private static readonly ProductHeaderValue Product = new(
        "mergeops", typeof(GitHubConnection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]);

    private readonly GitHubOrigin origin;
    private readonly HttpClientAdapter network;
    private readonly GitHubTransport transport;
    private readonly TimeProvider clock;
    private readonly InMemoryCredentialStore credentials;
    private readonly Uri api;

    /// <summary>A connection; nothing is sent yet.</summary>
    /// <param name="settings">Which GitHub, and who asks.</param>
    /// <param name="clock">Measures the waits between repetitions.</param>
    /// <param name="tell">Hears lines for people, such as how long GitHub asks to wait.</param>
    /// <param name="silence">How long nothing may come or leave; half a minute by default.</param>
    public GitHubConnection(GitHubSettings settings, TimeProvider clock, Action<string> tell, TimeSpan? silence = null)
    {
        SecretText.Register(settings.Token);
        Settings = settings;
        Failures = new GitHubFailures(settings);
        this.clock = clock;
        origin = new GitHubOrigin(settings.Api, silence ?? LongestSilence);
        network = new HttpClientAdapter(() => origin);
        transport = new GitHubTransport(Failures, this.clock, line => tell(SecretText.Quote(line)));
        credentials = new InMemoryCredentialStore(
            settings.Token is null ? Credentials.Anonymous : new Credentials(settings.Token, AuthenticationType.Bearer));
        api = new Uri(settings.Api.AbsoluteUri.TrimEnd('/') + "/");
    }

    /// <summary>Which GitHub, and who asks.</summary>
    public GitHubSettings Settings { get; }

    /// <summary>Words for what goes wrong.</summary>
    public GitHubFailures Failures { get; }

    /// <summary>How many requests were sent so far, repetitions among them.</summary>
    public int Calls => origin.Calls;

    /// <summary>Asks, or changes something that is the same when it is done twice.</summary>
    /// <exception cref="MergeOpsException">GitHub does not answer, or refuses.</exception>
    public Task<T> CallAsync<T>(GitHubSubject subject, Func<IGitHubClient, Task<T>> call, CancellationToken cancellation) =>
        CallAsync(subject, mayRepeat: true, call, cancellation);

    /// <summary>Does something that must not be done twice, and that nobody could look for.</summary>
    /// <exception cref="MergeOpsException">GitHub does not answer, so that nobody knows whether it was done, or refuses.</exception>
    public Task<T> CallOnceAsync<T>(GitHubSubject subject, Func<IGitHubClient, Task<T>> call, CancellationToken cancellation) =>
        CallAsync(subject, mayRepeat: false, call, cancellation);

    /// <summary>Creates something. Where nobody knows whether it was done, it is looked for before it is tried again.</summary>
    /// <param name="subject">What it is.</param>
    /// <param name="create">Creates it.</param>
    /// <param name="find">Finds it; null when it is not there.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">GitHub does not answer, or refuses.</exception>
    public async Task<T> CreateAsync<T>(
        GitHubSubject subject, Func<IGitHubClient, Task<T>> create, Func<Task<T?>> find, CancellationToken cancellation)
        where T : class
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await CallOnceAsync(subject, create, cancellation);
            }
            catch (MergeOpsException lost) when (lost.Diagnostic.Code == Codes.GitHubUnreachable)
            {
                await Task.Delay(TimeSpan.FromSeconds(tries), clock, cancellation);
                if (await find() is { } there)
                {
                    return there;
                }

                if (tries == MostCreations)
                {
                    throw;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private async Task<T> CallAsync<T>(GitHubSubject subject, bool mayRepeat, Func<IGitHubClient, Task<T>> call, CancellationToken cancellation)
    {
        using var http = new GitHubHttp(network, transport, subject, mayRepeat, cancellation);
        var client = new GitHubClient(new Connection(Product, api, credentials, http, new SimpleJsonSerializer()));
        try
        {
            return await call(client) ?? throw Failures.Unexpected(subject, "nothing that could be read");
        }
        catch (ApiException refusal)
        {
            throw Failures.Refused(subject, refusal);
        }
        catch (Exception unreadable) when (unreadable is not (MergeOpsException or OperationCanceledException or ArgumentException))
        {
            // Octokit lets through whatever its reading of the answer ran into
            throw Failures.Unexpected(subject, "what cannot be read", unreadable);
        }
    }
}
