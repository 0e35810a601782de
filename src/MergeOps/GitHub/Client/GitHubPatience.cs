using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Http;
using Octokit;
using Octokit.Internal;
using Polly;
using Polly.Retry;

namespace MergeOps.GitHub.Client;

/// <summary>
/// Sends a request until it is answered or patience ends: after 1, 2, 4 and 8 seconds where the server or the connection
/// broke, after the time that GitHub names where a limit is reached, and two minutes of that in all.
/// </summary>
internal sealed class GitHubPatience
{
    /// <summary>How long one connection waits for limits, all its requests together.</summary>
    public static readonly TimeSpan ForLimits = TimeSpan.FromMinutes(2);

    // a page of a list has some hundred kilobytes
    private static readonly TimeSpan ForAnswer = TimeSpan.FromMinutes(2);

    private const int MostRepetitions = 4;

    private readonly GitHubFailures failures;
    private readonly TimeProvider clock;
    private readonly WritePace pace;
    private readonly ResiliencePipeline pipeline;
    private TimeSpan waited;

    /// <summary>Patience by a clock.</summary>
    /// <param name="failures">Words for what does not pass.</param>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="tell">Hears of each wait, and how many may follow.</param>
    public GitHubPatience(GitHubFailures failures, TimeProvider clock, Action<string> tell)
    {
        (this.failures, this.clock) = (failures, clock);
        pace = new WritePace(clock);
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TransientFailure>(failure => waited + (failure.Wait ?? TimeSpan.Zero) <= ForLimits),
                MaxRetryAttempts = MostRepetitions,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientFailure)?.Wait),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is TransientFailure { Failure.Diagnostic: var diagnostic } failure)
                    {
                        waited += failure.Wait ?? TimeSpan.Zero;
                        tell(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{diagnostic.Code.Summary}: trying again in {arguments.RetryDelay.TotalSeconds:F0} s ({arguments.AttemptNumber + 1} of {MostRepetitions})"));
                    }

                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="mayRepeat">Whether it may be sent again when nobody knows whether it was carried out.</param>
    /// <param name="send">Sends it once.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">There is no answer, or a limit outlasts our patience.</exception>
    public async Task<IResponse> SendAsync(
        IRequest request, GitHubSubject subject, bool mayRepeat, Func<CancellationToken, Task<IResponse>> send, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await SendOnceAsync(request, subject, mayRepeat, send, token), cancellation);
        }
        catch (TransientFailure lasting)
        {
            throw lasting.Failure;
        }
    }

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
