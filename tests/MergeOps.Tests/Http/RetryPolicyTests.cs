using MergeOps.Diagnostics;
using MergeOps.Http;
using Xunit;

namespace MergeOps.Tests.Http;

public sealed class RetryPolicyTests
{
    private readonly ImpatientClock clock = new();

    [Fact]
    public async Task The_pauses_double_up_to_eight_seconds_where_the_server_names_none()
    {
        var policy = Policy(new RetryLimits(5, TimeSpan.FromMinutes(5)));

        await Assert.ThrowsAsync<MergeOpsException>(() => policy.RunAsync<int>(_ => throw Failure(null), TestContext.Current.CancellationToken));

        Assert.Equal([1, 2, 4, 8, 8], clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task The_wait_that_a_server_names_is_kept_unless_it_is_too_long()
    {
        var policy = Policy(new RetryLimits(5, TimeSpan.FromMinutes(5)));
        var waits = new Queue<int>([7, 300, 301]);

        await Assert.ThrowsAsync<MergeOpsException>(() => policy.RunAsync<int>(_ => throw Failure(waits.Dequeue()), TestContext.Current.CancellationToken));

        Assert.Equal([7, 300], clock.Waits.Select(wait => wait.TotalSeconds));
        Assert.Empty(waits);
    }

    [Fact]
    public async Task The_budget_is_for_all_requests_of_a_client_together()
    {
        var policy = Policy(new RetryLimits(5, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(100)));

        await RefusedOnceAsync(policy, 60);
        await RefusedOnceAsync(policy, 40);
        await Assert.ThrowsAsync<MergeOpsException>(() => RefusedOnceAsync(policy, 1));

        Assert.Equal([60, 40], clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task What_may_be_done_once_alone_is_done_once()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<MergeOpsException>(() => RetryPolicy.RunOnceAsync<int>(
            _ =>
            {
                attempts++;
                throw Failure(null);
            },
            TestContext.Current.CancellationToken));

        Assert.Equal(1, attempts);
    }

    private static Task<int> RefusedOnceAsync(RetryPolicy policy, int seconds)
    {
        var isFirst = true;
        return policy.RunAsync(
            _ =>
            {
                if (!isFirst)
                {
                    return Task.FromResult(0);
                }

                isFirst = false;
                throw Failure(seconds);
            },
            TestContext.Current.CancellationToken);
    }

    private RetryPolicy Policy(RetryLimits limits) => new(limits, clock, _ => { });

    private static TransientFailure Failure(int? seconds) =>
        new(new MergeOpsException(Codes.HubFailed, "It failed."), seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
}
