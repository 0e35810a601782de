using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.TestHub.Faults;
using MergeOps.Tests.HuggingFace.Reading;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

/// <summary>Each way to be refused has its own code, and a message that names what was asked for and says what to do.</summary>
public sealed class HubFailureTests
{
    [Fact]
    public async Task A_private_repository_and_none_at_all_look_the_same_to_nobody()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/private", HubRepositoriesTests.Files(("a", "1")), isPrivate: true);

        foreach (var name in new[] { "org/private", "org/absent" })
        {
            var refused = await InfoRefusedAsync(hub, name, token: null);

            Assert.Equal((Codes.RepositoryAbsent, 1), (refused.Code, (int)refused.Code.Kind));
            Assert.Contains($"'{name}' does not exist, or is private", refused.Detail, StringComparison.Ordinal);
            Assert.Contains("HF_TOKEN", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_absent_repository_is_absent_with_a_token_too()
    {
        await using var hub = await LocalHub.StartAsync();

        var refused = await InfoRefusedAsync(hub, "org/absent", hub.Server.Token);

        Assert.Equal(Codes.RepositoryAbsent, refused.Code);
        Assert.Contains("the token may not read it", refused.Detail, StringComparison.Ordinal);
    }

    // a bare 401 without an error code, as mirrors give it
    [Fact]
    public async Task A_refusal_without_a_code_is_understood_over_plain_http_too()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Status(401));

        Assert.Equal(Codes.RepositoryAbsent, (await InfoRefusedAsync(hub, "org/model", token: null)).Code);
    }

    [Fact]
    public async Task A_refusal_whose_text_is_no_text_is_told_by_its_status()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Answer(400, "application/json", """{"error":"\ud800"}"""));

        Assert.Equal(Codes.HubRequestRefused, (await InfoRefusedAsync(hub, "org/model", token: null)).Code);
    }

    [Fact]
    public async Task A_token_that_nobody_gave_out_is_refused_and_not_repeated()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/model", HubRepositoriesTests.Files(("a", "1")));

        var refused = await InfoRefusedAsync(hub, "org/model", "hf_revoked");

        Assert.Equal((Codes.HubTokenRefused, 3), (refused.Code, (int)refused.Code.Kind));
        Assert.DoesNotContain("hf_revoked", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "set HF_TOKEN")]
    [InlineData(true, "has no access")]
    public async Task A_gated_repository_says_where_to_ask(bool hasToken, string advice)
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/gated", HubRepositoriesTests.Files(("config.json", "{}")), gated: "manual");
        using var client = hub.Client(hasToken ? hub.Server.Token : null);
        var files = await new HubRepositories(client).FilesAsync(LocalHub.Name("org/gated"), repository.Head.Id, LocalHub.Cancellation);
        var config = files.Single(file => file.Path == "config.json");

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubFiles(client).ReadWholeAsync(new(LocalHub.Name("org/gated"), repository.Head.Id, config), 100, LocalHub.Cancellation));

        Assert.Equal((Codes.RepositoryGated, 3), (refused.Diagnostic.Code, (int)refused.Diagnostic.Code.Kind));
        Assert.Contains(advice, refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains($"{hub.Server.Endpoint.AbsoluteUri}org/gated", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_the_hub_closed_is_told_from_a_missing_right()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/closed", HubRepositoriesTests.Files(("a", "1"))).IsDisabled = true;

        Assert.Equal(Codes.RepositoryDisabled, (await InfoRefusedAsync(hub, "org/closed", token: null)).Code);
    }

    [Theory]
    [InlineData("v9")]
    [InlineData("refs/pr/7")]
    [InlineData("..")]
    public async Task A_revision_that_is_not_there_is_named(string revision)
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/model", HubRepositoriesTests.Files(("a", "1")));
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), revision, LocalHub.Cancellation));

        Assert.Equal(Codes.RevisionAbsent, refused.Diagnostic.Code);
        Assert.Contains($"'{revision}'", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", HubRepositoriesTests.Files(("a", "1")));
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubFiles(client).MetadataAsync(LocalHub.Name("org/model"), repository.Head.Id, "b/c.json", LocalHub.Cancellation));

        Assert.Equal(Codes.RepositoryFileAbsent, refused.Diagnostic.Code);
        Assert.Contains("'b/c.json' of 'org/model'", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_network_nothing_is_asked()
    {
        await using var hub = await LocalHub.StartAsync();
        using var client = hub.Client(hub.Settings() with { IsOffline = true });

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation));

        Assert.Equal(Codes.HubOffline, refused.Diagnostic.Code);
        Assert.Empty(hub.Server.Requests);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_asked_six_times()
    {
        await using var hub = await LocalHub.StartAsync();
        var settings = hub.Settings();
        await hub.Server.DisposeAsync();
        using var client = hub.Client(settings);

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation));

        Assert.Equal((Codes.HubUnreachable, 3), (refused.Diagnostic.Code, (int)refused.Diagnostic.Code.Kind));
        Assert.Contains(settings.Endpoint.Authority, refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8, 8], hub.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    private static async Task<Diagnostic> InfoRefusedAsync(LocalHub hub, string name, string? token)
    {
        using var client = hub.Client(token);
        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name(name), null, LocalHub.Cancellation));
        Assert.Empty(hub.Clock.Waits);
        return refused.Diagnostic;
    }
}
