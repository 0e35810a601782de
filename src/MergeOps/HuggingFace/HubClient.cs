using System.Net;
using System.Net.Sockets;
using MergeOps.Diagnostics;
using MergeOps.Http;

namespace MergeOps.HuggingFace;

/// <summary>
/// The transport to one Hub. It follows redirects by hand, shows the token to the Hub's own host alone, tries again what
/// may pass by itself, and turns every failure into a <see cref="MergeOpsException"/>.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostErrorBytes = 16 * 1024;

    // the Hub counts requests by windows of five minutes
    private static readonly RetryLimits Limits = new(MostRepetitions: 5, LongestWait: TimeSpan.FromSeconds(310));

    private readonly HttpClient http;
    private readonly HubFailures failures;
    private readonly RetryPolicy retries;
    private readonly HubNotices notices;
    private readonly HubMessages messages;

    /// <summary>A client for a Hub.</summary>
    /// <param name="settings">Which Hub, and who asks.</param>
    /// <param name="clock">Measures the waits between repetitions.</param>
    /// <param name="tell">Hears lines for people: the server's warnings, and waits.</param>
    public HubClient(HubSettings settings, TimeProvider clock, Action<string>? tell = null)
    {
        Settings = settings;
        Clock = clock;
        notices = new HubNotices(settings, tell ?? (_ => { }));
        failures = new HubFailures(settings, clock);
        messages = new HubMessages(settings);
        retries = new RetryPolicy(Limits, Clock, notices.Tell);
        if (settings is { Token: not null, IsOffline: false, AllowsClearText: true, Endpoint: { Scheme: "http", IsLoopback: false } })
        {
            notices.Tell($"{settings.Endpoint.Authority} is reached without encryption: anybody on the network path can read the token.");
        }

        http = new HttpClient(HubConnections.HandlerFor(settings.Endpoint)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Which Hub, and who asks.</summary>
    public HubSettings Settings { get; }

    /// <summary>Measures the waits between repetitions.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Says a line to the person who waits.</summary>
    public void Tell(string line) => notices.Tell(line);

    /// <summary>Sends a request until an answer comes; its body is still on the way.</summary>
    /// <exception cref="MergeOpsException">There is no answer, or it is a failure that the request does not accept.</exception>
    public Task<HttpResponseMessage> SendAsync(HubRequest request, CancellationToken cancellation) =>
        RunAsync(request, token => AttemptAsync(request, token), cancellation);

    /// <summary>Sends a request and reads its answer; a connection that breaks in the body is a reason to try again too.</summary>
    /// <exception cref="MergeOpsException">There is no answer, it is a failure that the request does not accept, or it cannot be read.</exception>
    public Task<T> SendAsync<T>(HubRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation) =>
        RunAsync(
            request,
            async token =>
            {
                using var response = await AttemptAsync(request, token);
                try
                {
                    return await read(response, token);
                }
                catch (IOException cut) when (!token.IsCancellationRequested)
                {
                    throw new TransientFailure(Broken(response, request.Subject, cut), null);
                }
            },
            cancellation);

    /// <summary>Sends a request and reads the whole of a small answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cap">The most bytes that the answer may have.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">There is no answer, it is a failure that the request does not accept, or it is too large.</exception>
    public Task<byte[]> ReadAllAsync(HubRequest request, int cap, CancellationToken cancellation) =>
        SendAsync(request, async (response, token) => await ReadAllAsync(response, request, cap, token), cancellation);

    /// <summary>The whole of a small answer's body.</summary>
    /// <exception cref="MergeOpsException">It is too large.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<byte[]> ReadAllAsync(HttpResponseMessage response, HubRequest request, int cap, CancellationToken cancellation)
    {
        try
        {
            return await ResponseBody.ReadAllAsync(response, cap, Settings.ReadTimeout, cancellation);
        }
        catch (InvalidDataException tooLarge)
        {
            throw HubFailures.Invalid(request.Subject, tooLarge.Message);
        }
    }

    /// <summary>An answer's body, whose length is known.</summary>
    /// <exception cref="MergeOpsException">It is longer.</exception>
    /// <exception cref="IOException">It is shorter, or the connection broke.</exception>
    public async Task ReadExactlyAsync(HttpResponseMessage response, HubRequest request, Memory<byte> whole, CancellationToken cancellation)
    {
        try
        {
            await ResponseBody.ReadExactlyAsync(response, whole, Settings.ReadTimeout, cancellation);
        }
        catch (InvalidDataException tooLarge)
        {
            throw HubFailures.Invalid(request.Subject, tooLarge.Message);
        }
    }

    /// <summary>The connection broke while an answer's body was read.</summary>
    public MergeOpsException Broken(HttpResponseMessage response, HubSubject subject, IOException cause) =>
        failures.Broken(response.RequestMessage!.RequestUri!, subject, cause);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private Task<T> RunAsync<T>(HubRequest request, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellation) =>
        request.MayRepeat ? retries.RunAsync(attempt, cancellation) : RetryPolicy.RunOnceAsync(attempt, cancellation);

    private async Task<HttpResponseMessage> AttemptAsync(HubRequest request, CancellationToken cancellation)
    {
        if (Settings.IsOffline)
        {
            throw HubFailures.Offline(request.Subject);
        }

        var response = await FollowAsync(request, cancellation);
        notices.Hear(response);
        RepositoryCommit.Require(response, request.Subject);
        if (response.IsSuccessStatusCode || request.Accepted.Contains(response.StatusCode) || Redirect.IsOne(response))
        {
            return response;
        }

        using (response)
        {
            var address = response.RequestMessage!.RequestUri!;
            var failure = failures.Refused(response, await ErrorBodyAsync(response, cancellation), address, request);
            // a signed address may have run out; the Hub then gives a new one
            var isExpired = !Settings.IsOwn(address) && response.StatusCode is HttpStatusCode.Forbidden;
            throw HubFailures.IsTransient(response.StatusCode) || isExpired
                ? new TransientFailure(failure, RateLimit.WaitOf(response, Clock.GetUtcNow()))
                : failure;
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(HubRequest request, CancellationToken cancellation)
    {
        var address = request.Address ?? Settings.Below(request.Path);
        var redirect = new HubRedirect(Settings, request);
        while (true)
        {
            var response = await SendOnceAsync(request, address, cancellation);
            if (redirect.Next(response, address) is not { } next)
            {
                redirect.CarryMetadataTo(response);
                return response;
            }

            response.Dispose();
            address = next;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HubRequest request, Uri address, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var idleTimeout = request.Content is null || Settings.MetadataTimeout > Settings.WriteTimeout ? Settings.MetadataTimeout : Settings.WriteTimeout;
        using var message = messages.Of(request, address, idleTimeout, () => deadline.CancelAfter(idleTimeout));
        deadline.CancelAfter(idleTimeout);
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        }
        catch (OperationCanceledException silence) when (!cancellation.IsCancellationRequested)
        {
            var timeout = new TimeoutException($"no answer within {idleTimeout.TotalSeconds:0.#} s", silence);
            throw new TransientFailure(failures.Unreachable(address, request.Subject, timeout), null);
        }
        catch (HttpRequestException failure) when (failure.InnerException is MergeOpsException refusal)
        {
            throw refusal;
        }
        catch (HttpRequestException failure)
        {
            var unreachable = failures.Unreachable(address, request.Subject, failure);
            throw failure.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.SecureConnectionError
                ? unreachable
                : new TransientFailure(unreachable, null);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new TransientFailure(failures.Unreachable(address, request.Subject, failure), null);
        }
    }

    private async Task<byte[]> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await ResponseBody.ReadAllAsync(response, MostErrorBytes, Settings.ReadTimeout, cancellation);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException && !cancellation.IsCancellationRequested)
        {
            // the status says enough
            return [];
        }
    }
}
