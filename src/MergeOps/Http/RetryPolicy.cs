using System.Globalization;
using Polly;
using Polly.Retry;

namespace MergeOps.Http;

/// <summary>Tries again what may pass by itself: after the wait that the server names, else after 1, 2, 4, 8 and 8 seconds.</summary>
internal sealed class RetryPolicy
{
    private const int MostRepetitions = 5;

    // the Hub counts requests by windows of five minutes
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(310);

    private readonly ResiliencePipeline pipeline;

    /// <summary>Retries that wait by a clock.</summary>
    /// <param name="clock">Measures the waits.</param>
    /// <param name="tell">Hears of each wait, and how many may follow.</param>
    public RetryPolicy(TimeProvider clock, Action<string> tell) =>
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TransientFailure>(failure => failure.Wait is null || failure.Wait <= LongestWait),
                MaxRetryAttempts = MostRepetitions,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(8),
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientFailure)?.Wait),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is TransientFailure { Failure.Diagnostic: var diagnostic })
                    {
                        tell(string.Create(
                            CultureInfo.InvariantCulture,
                            $"{diagnostic.Code.Summary}: trying again in {arguments.RetryDelay.TotalSeconds:F0} s ({arguments.AttemptNumber + 1} of {MostRepetitions})"));
                    }

                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    /// <summary>Does something until it succeeds or nothing more is to be hoped.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">It failed for good.</exception>
    public async Task<T> RunAsync<T>(bool mayRepeat, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellation)
    {
        try
        {
            return mayRepeat
                ? await pipeline.ExecuteAsync(async token => await attempt(token), cancellation)
                : await attempt(cancellation);
        }
        catch (TransientFailure lasting)
        {
            throw lasting.Failure;
        }
    }
}
