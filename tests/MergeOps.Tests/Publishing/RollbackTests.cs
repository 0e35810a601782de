using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Storage;
using MergeOps.Tests.Publishing.Hub;
using Xunit;

namespace MergeOps.Tests.Publishing;

public sealed class RollbackTests : IAsyncLifetime
{
    private const string Repository = "acme/small";

    private PublishingHub hub = null!;

    public async ValueTask InitializeAsync() => hub = await PublishingHub.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task The_branch_holds_exactly_the_earlier_version_again_and_no_tag_moves()
    {
        await PublishTwoAsync();
        var repository = hub.Server.Repository(Repository);
        var tags = repository.Tags.ToDictionary();
        hub.Server.ForgetRequests();

        var done = await RollBackAsync();

        Assert.Equal(("0.1.1", "0.1.0", false), (done.From, done.To, done.WasThere));
        Assert.Equal(Listed(tags["v0.1.0"]), Listed(repository.Head));
        Assert.Equal(tags, repository.Tags.ToDictionary());
        Assert.Equal(4, hub.CommitCount);
        Assert.DoesNotContain(hub.Server.Requests, request => request.Method == "PUT" || request.Path.Contains("/lfs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Again_does_nothing()
    {
        await PublishTwoAsync();
        await RollBackAsync();

        var again = await RollBackAsync();

        Assert.Equal(("0.1.0", "0.1.0", true), (again.From, again.To, again.WasThere));
        Assert.Equal(4, hub.CommitCount);
    }

    [Fact]
    public async Task A_dry_run_says_the_steps_and_changes_nothing()
    {
        await PublishTwoAsync();

        var plan = await RollBackAsync(dryRun: true);

        Assert.Equal(3, hub.CommitCount);
        Assert.Contains(plan.Steps, step => step.StartsWith("restore model-00001-of-00002.safetensors (", StringComparison.Ordinal) && step.EndsWith(", not sent again)", StringComparison.Ordinal));
        Assert.Contains("delete model.safetensors, which version 0.1.0 does not have", plan.Steps);
        Assert.Equal("compare the files with those of v0.1.0", plan.Steps[^1]);
    }

    [Fact]
    public async Task A_version_can_be_named_also_to_go_forward_again()
    {
        await PublishTwoAsync();
        hub.Model.Merge(seed: 3);
        await hub.PublishAsync();

        Assert.Equal("0.1.0", (await RollBackAsync("0.1.0")).To);
        Assert.Equal("0.1.2", (await RollBackAsync("0.1.2")).To);

        var repository = hub.Server.Repository(Repository);
        Assert.Equal(Listed(repository.Tags["v0.1.2"]), Listed(repository.Head));
    }

    [Fact]
    public async Task The_next_publication_gets_a_version_above_all()
    {
        await PublishTwoAsync();
        await RollBackAsync();
        hub.Model.Merge(seed: 3);

        Assert.Equal("0.1.2", (await hub.PublishAsync()).Version);
    }

    [Fact]
    public async Task What_somebody_else_commits_in_between_is_not_lost()
    {
        await PublishTwoAsync();
        var repository = hub.Server.Repository(Repository);
        hub.Server.Faults.Add(
            async (_, answer) =>
            {
                repository.Push("Meanwhile", new Dictionary<string, byte[]?> { ["notes.txt"] = "mine"u8.ToArray() });
                await answer();
            },
            "*/commit/*",
            "POST",
            times: 1);

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => RollBackAsync());

        Assert.Equal(Codes.RepositoryMoved, failure.Diagnostic.Code);
        Assert.Equal("mine", Encoding.UTF8.GetString(hub.BytesOf("notes.txt")));
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_not_made_again()
    {
        await PublishTwoAsync();
        hub.Server.Faults.Add(Misbehave.StatusAfterwards(500), "*/commit/*", "POST", times: 1);

        Assert.Equal("0.1.0", (await RollBackAsync()).To);
        Assert.Equal(4, hub.CommitCount);
    }

    [Fact]
    public async Task One_version_has_none_before_it()
    {
        await hub.PublishAsync();

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => RollBackAsync());

        Assert.Equal(Codes.NothingToRollBackTo, failure.Diagnostic.Code);
        Assert.Equal("0.1.0 is the only version in 'acme/small'.", failure.Diagnostic.Detail);
    }

    [Fact]
    public async Task What_users_get_is_the_current_version_for_the_next_comparison()
    {
        await PublishTwoAsync();
        var publisher = hub.Publisher();
        Assert.Equal("0.1.1", (await publisher.CurrentAsync(TestContext.Current.CancellationToken))!.Version.Text);

        await RollBackAsync();

        var current = (await publisher.CurrentAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("0.1.0", current.Version.Text);
        var folder = await current.FolderAsync(TestContext.Current.CancellationToken);
        Assert.True(PublicationVerifier.Verify(folder, cancellation: TestContext.Current.CancellationToken).IsIntact);
    }

    [Fact]
    public async Task In_a_folder_latest_names_the_earlier_version_until_a_new_one_is_published()
    {
        var publisher = hub.Model.Publisher;
        hub.Model.Publish();
        hub.Model.Merge(seed: 2);
        hub.Model.Publish();

        var done = await publisher.RollBackAsync(null, dryRun: false, TestContext.Current.CancellationToken);
        var again = hub.Model.Publish();

        Assert.Equal(("0.1.1", "0.1.0", false), (done.From, done.To, done.WasThere));
        Assert.True(again.WasThere);
        Assert.Equal("0.1.0\n", Latest());
        Assert.Equal("0.1.0", (await publisher.CurrentAsync(TestContext.Current.CancellationToken))!.Version.Text);
        hub.Model.Merge(seed: 3);
        Assert.Equal("0.1.2", hub.Model.Publish().Version);
        Assert.Equal("0.1.2\n", Latest());
    }

    [Fact]
    public async Task In_a_folder_one_can_go_forward_again()
    {
        var publisher = hub.Model.Publisher;
        hub.Model.Publish();
        hub.Model.Merge(seed: 2);
        hub.Model.Publish();

        await publisher.RollBackAsync(null, dryRun: false, TestContext.Current.CancellationToken);
        await publisher.RollBackAsync(PublicationVersion.Parse("0.1.1"), dryRun: false, TestContext.Current.CancellationToken);

        Assert.Equal("0.1.1\n", Latest());
    }

    private string Latest() => File.ReadAllText(hub.Model.Folder["published/latest"]);

    private static IEnumerable<string> Listed(Commit commit) =>
        commit.Files.Select(file => $"{file.Key} {Convert.ToHexString(file.Value.Content.ReadAll())}");

    private async Task PublishTwoAsync()
    {
        hub.Model.Merge(shardSize: 20);
        await hub.PublishAsync();
        hub.Model.Merge(seed: 2);
        await hub.PublishAsync();
    }

    private Task<RolledBack> RollBackAsync(string? version = null, bool dryRun = false) =>
        hub.Publisher().RollBackAsync(version is null ? null : PublicationVersion.Parse(version), dryRun, TestContext.Current.CancellationToken);
}
