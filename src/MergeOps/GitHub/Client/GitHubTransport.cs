using MergeOps.Diagnostics;
using MergeOps.Http;
using Octokit;
using Octokit.Internal;

namespace MergeOps.GitHub.Client;

/// <summary>
/// Sends a request until it is answered: again where the server or the connection broke, and after the time that GitHub
/// names where a limit is reached, two minutes of that in all.
/// </summary>
internal sealed class GitHubTransport
{
    /// <summary>How long one connection waits for limits, all its requests together.</summary>
    public static readonly TimeSpan ForLimits = TimeSpan.FromMinutes(2);

    // a page of a list has some hundred kilobytes
    private static readonly TimeSpan ForAnswer = TimeSpan.FromMinutes(2);

    private static readonly RetryLimits Limits = new(MostRepetitions: 4, LongestWait: ForLimits, Budget: ForLimits);

    private readonly GitHubFailures failures;
    private readonly TimeProvider clock;
    private readonly WritePace pace;
    private readonly RetryPolicy retries;

    /// <summary>A transport that waits by a clock.</summary>
    /// <param name="failures">Words for what does not pass.</param>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="tell">Hears of each wait, and how many may follow.</param>
    public GitHubTransport(GitHubFailures failures, TimeProvider clock, Action<string> tell)
    {
        (this.failures, this.clock) = (failures, clock);
        pace = new WritePace(clock);
        retries = new RetryPolicy(Limits, clock, tell);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="mayRepeat">Whether it may be sent again when nobody knows whether it was carried out.</param>
    /// <param name="send">Sends it once.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">There is no answer, or a limit lasts longer than a run waits.</exception>
    public Task<IResponse> SendAsync(
        IRequest request, GitHubSubject subject, bool mayRepeat, Func<CancellationToken, Task<IResponse>> send, CancellationToken cancellation) =>
        retries.RunAsync(token => SendOnceAsync(request, subject, mayRepeat, send, token), cancellation);

    private async Task<IResponse> SendOnceAsync(
        IRequest request, GitHubSubject subject, bool mayRepeat, Func<CancellationToken, Task<IResponse>> send, CancellationToken cancellation)
    {
        if (request.Method != HttpMethod.Get)
        {
            await pace.WaitAsync(cancellation);
        }

        IResponse response;
        try
        {
            // the client's own limit ends where the body begins
            response = await send(cancellation).WaitAsync(ForAnswer, cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TimeoutException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw Broken(failures.Unreachable(subject, failure), mayRepeat);
        }

        if (GitHubLimits.WaitOf(response, clock.GetUtcNow()) is { } wait)
        {
            throw new TransientFailure(failures.Limited(subject, response, wait), wait);
        }

        return (int)response.StatusCode >= 500 ? throw Broken(failures.Failed(subject, response), mayRepeat) : response;
    }

    private static Exception Broken(MergeOpsException failure, bool mayRepeat) => mayRepeat ? new TransientFailure(failure, null) : failure;
}
