using System.Globalization;
using Polly;
using Polly.Retry;

namespace MergeOps.Http;

/// <summary>
/// Sends again what may pass by itself: after the wait that the server names, else after 1, 2, 4, 8 and 8 seconds. One for
/// each client, so that its budget is for all of its requests.
/// </summary>
internal sealed class RetryPolicy
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly RetryLimits limits;
    private readonly ResiliencePipeline pipeline;
    private readonly Lock gate = new();
    private TimeSpan waited;

    /// <summary>A policy that waits by a clock.</summary>
    /// <param name="limits">How long it goes on.</param>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="tell">Hears of each wait, and how many may follow.</param>
    public RetryPolicy(RetryLimits limits, TimeProvider clock, Action<string> tell)
    {
        this.limits = limits;
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TransientFailure>(MayWaitFor),
                MaxRetryAttempts = limits.MostRepetitions,
                BackoffType = DelayBackoffType.Exponential,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientFailure)?.Wait),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is TransientFailure { Failure.Diagnostic: var diagnostic } failure)
                    {
                        Spend(failure.Wait ?? TimeSpan.Zero);
                        tell(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{diagnostic.Code.Summary}: trying again in {arguments.RetryDelay.TotalSeconds:F0} s ({arguments.AttemptNumber + 1} of {limits.MostRepetitions})"));
                    }

                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Does something until it succeeds or nothing more is to be hoped.</summary>
    /// <param name="attempt">Does it once; throws a <see cref="TransientFailure"/> where it may be done again.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">It failed for good.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await attempt(token), cancellation);
        }
        catch (TransientFailure lasting)
        {
            throw lasting.Failure;
        }
    }

    /// <summary>Does something once, where nobody knows what a second time would do.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">It failed.</exception>
    public static async Task<T> RunOnceAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellation)
    {
        try
        {
            return await attempt(cancellation);
        }
        catch (TransientFailure lasting)
        {
            throw lasting.Failure;
        }
    }

    private bool MayWaitFor(TransientFailure failure)
    {
        if (failure.Wait is not { } wait)
        {
            return true;
        }

        lock (gate)
        {
            return wait <= limits.LongestWait && (limits.Budget is not { } budget || waited + wait <= budget);
        }
    }

    private void Spend(TimeSpan wait)
    {
        lock (gate)
        {
            waited += wait;
        }
    }
}
