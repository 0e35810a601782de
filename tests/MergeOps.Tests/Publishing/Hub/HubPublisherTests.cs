using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Upload;
using MergeOps.Publishing;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;
using MergeOps.TestHub;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.HuggingFace;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MergeOps.Tests.Publishing.Hub;

public sealed class HubPublisherTests : IAsyncLifetime
{
    private const string Repository = "acme/small";

    private PublishingHub hub = null!;

    public async ValueTask InitializeAsync() => hub = await PublishingHub.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_version_is_one_commit_with_every_file_a_folder_would_hold_and_a_tag()
    {
        var publication = await hub.PublishAsync("version: 1.2.0\n");

        var repository = hub.Server.Repository(Repository);
        Assert.Equal(("1.2.0", false), (publication.Version, publication.WasThere));
        Assert.Equal(2, hub.CommitCount);
        Assert.Equal(repository.Head, repository.Tags["v1.2.0"]);
        Assert.True(repository.IsPrivate);
        var folder = hub.Model.Publish("version: 1.2.0\n").Place;
        Assert.Equal(FilesIn(folder), repository.Head.Files.Keys.Where(path => path != ".gitattributes"));
        foreach (var path in FilesIn(folder))
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, path)), hub.BytesOf(path));
        }
    }

    [Fact]
    public async Task The_same_content_is_published_once()
    {
        await hub.PublishAsync();
        hub.Server.ForgetRequests();

        var second = await hub.PublishAsync();

        Assert.Equal(("0.1.0", true), (second.Version, second.WasThere));
        Assert.All(hub.Server.Requests, request => Assert.True(request.Method == "GET" || request.Path.Contains("/paths-info/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_unsigned_version_leaves_no_signature_of_the_earlier_one()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = EllipticKey.Private(pair.ExportPkcs8PrivateKeyPem(), "test");
        await hub.Publisher().PublishAsync(hub.Model.Content() with { Signer = signer }, null, TestContext.Current.CancellationToken);
        Assert.NotEmpty(hub.BytesOf(ModelSignature.FileName));
        hub.Model.Merge(seed: 2);

        await hub.PublishAsync();

        Assert.DoesNotContain(ModelSignature.FileName, hub.Server.Repository(Repository).Head.Files.Keys);
    }

    [Fact]
    public async Task A_signed_version_is_proposed_once()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = EllipticKey.Private(pair.ExportPkcs8PrivateKeyPem(), "test");
        var content = hub.Model.Content() with { Signer = signer };
        var publisher = hub.Publisher(hub.Destination with { AsPullRequest = true });
        var first = await publisher.PublishAsync(content, null, TestContext.Current.CancellationToken);

        var second = await publisher.PublishAsync(content, null, TestContext.Current.CancellationToken);

        Assert.Equal(first.Place, second.Place);
    }

    [Fact]
    public async Task Without_a_version_other_content_takes_the_next_patch_and_leaves_nothing_of_the_earlier_one()
    {
        hub.Model.Merge(shardSize: 20);
        await hub.PublishAsync();
        hub.Model.Merge(seed: 2);

        var second = await hub.PublishAsync();

        Assert.Equal("0.1.1", second.Version);
        Assert.Equal(["v0.1.0", "v0.1.1"], hub.Server.Repository(Repository).Tags.Keys);
        Assert.Equal(
            ["model.safetensors"],
            hub.Server.Repository(Repository).Head.Files.Keys.Where(path => path.Contains("safetensors", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_tag_is_never_given_to_other_content()
    {
        await hub.PublishAsync("version: 1.0.0\n");
        hub.Model.Merge(seed: 2);

        var failure = await RefusedAsync("version: 1.0.0\n");

        Assert.Equal(Codes.PublishConflict, failure.Code);
        Assert.Contains("1.0.1", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(2, hub.CommitCount);
    }

    [Fact]
    public async Task A_plan_changes_nothing_and_names_every_step()
    {
        var plan = await hub.Publisher().PlanAsync(hub.Model.Content("version: 1.0.0\n"), TestContext.Current.CancellationToken);

        Assert.Null(hub.Server.Store.Repository(Repository));
        Assert.Equal($"create the private repository {Repository}", plan.Steps[0]);
        Assert.Contains(plan.Steps, step => step.StartsWith("upload model.safetensors (", StringComparison.Ordinal));
        Assert.Equal(
            ["commit to main", "compare the digests of 11 files with those that the Hub lists", "set the tag v1.0.0"],
            plan.Steps[^3..]);
    }

    [Fact]
    public async Task The_repository_is_shown_to_everybody_at_the_very_end()
    {
        var publication = await hub.PublishAsync(publisher: hub.Publisher(hub.Destination with { MakePublic = true }));

        Assert.All(publication.Figures, address => Assert.EndsWith(".svg", address, StringComparison.Ordinal));
        Assert.False(hub.Server.Repository(Repository).IsPrivate);
        Assert.EndsWith("/settings", hub.Server.Requests.Last().Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_is_made_when_it_is_not_there()
    {
        await hub.PublishAsync(publisher: hub.Publisher(hub.Destination with { Branch = "models/small" }));

        var repository = hub.Server.Repository(Repository);
        Assert.Equal(repository.Branches["models/small"], repository.Tags["v0.1.0"]);
        Assert.DoesNotContain("mergeops.yml", repository.Head.Files.Keys);
    }

    [Fact]
    public async Task A_pull_request_is_opened_once_and_the_tag_waits_until_it_is_merged()
    {
        var publisher = hub.Publisher(hub.Destination with { AsPullRequest = true });

        var first = await hub.PublishAsync(publisher: publisher);
        var second = await hub.PublishAsync(publisher: publisher);

        var repository = hub.Server.Repository(Repository);
        Assert.Equal(first.Place, second.Place);
        Assert.Contains("/discussions/1", first.Place, StringComparison.Ordinal);
        Assert.Single(repository.PullRequests);
        Assert.Empty(repository.Tags);

        repository.Branches["main"] = repository.PullRequests[1].Head;
        await hub.PublishAsync(publisher: publisher);

        Assert.Equal(repository.Head, repository.Tags["v0.1.0"]);
        Assert.Single(repository.PullRequests);
    }

    [Theory]
    [InlineData("*/repos/create", "POST")]
    [InlineData("*/preupload/*", "POST")]
    [InlineData("*/objects/batch", "POST")]
    [InlineData("*/uploads/*", "PUT")]
    [InlineData("*/info/lfs/verify", "POST")]
    [InlineData("*/commit/*", "POST")]
    [InlineData("*/tree/*", "GET")]
    [InlineData("*/tag/*", "POST")]
    [InlineData("*/settings", "PUT")]
    public async Task Interrupted_anywhere_and_repeated_it_ends_in_one_commit_and_one_tag(string path, string method)
    {
        var publisher = hub.Publisher(hub.Destination with { MakePublic = true });
        var hits = 0;
        foreach (var fault in new[] { Misbehave.Status(400), Misbehave.LoseAnswer() })
        {
            var armed = hub.Server.Faults.Add(fault, path, method);
            await Record.ExceptionAsync(() => hub.PublishAsync(publisher: publisher));
            hits += armed.Hits;
            hub.Server.Faults.Clear();
        }

        Assert.True(hits > 0);
        await hub.PublishAsync(publisher: publisher);

        var repository = hub.Server.Repository(Repository);
        Assert.Equal(2, hub.CommitCount);
        Assert.Equal(["v0.1.0"], repository.Tags.Keys);
        Assert.False(repository.IsPrivate);
        Assert.True((await hub.PublishAsync(publisher: publisher)).WasThere);
    }

    [Fact]
    public async Task A_commit_that_was_made_before_the_server_failed_is_not_made_again()
    {
        var fault = hub.Server.Faults.Add(Misbehave.StatusAfterwards(500), "*/commit/*", "POST", times: 1);

        await hub.PublishAsync();

        Assert.Equal((1, 2), (fault.Hits, hub.CommitCount));
        Assert.Single(hub.Server.Requests, request => request.Path.Contains("/commit/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_commit_that_was_not_made_is_sent_again_on_the_same_parent()
    {
        hub.Server.Faults.Add(Misbehave.Status(503), "*/commit/*", "POST", times: 1);

        await hub.PublishAsync();

        Assert.Equal(2, hub.CommitCount);
    }

    [Fact]
    public async Task Someone_elses_commit_in_between_is_not_overwritten()
    {
        await hub.PublishAsync();
        hub.Model.Merge(seed: 2);
        hub.Server.Faults.Add(
            (_, answer) =>
            {
                hub.Server.Repository(Repository).Push("Explain", new Dictionary<string, byte[]?> { ["NOTES.md"] = "Read me.\n"u8.ToArray() });
                return answer();
            },
            "*/commit/*",
            "POST",
            times: 1);

        var failure = await RefusedAsync();

        Assert.Equal(Codes.RepositoryMoved, failure.Code);
        Assert.Equal("Explain", hub.Server.Repository(Repository).Head.Title);
        Assert.Equal(["v0.1.0"], hub.Server.Repository(Repository).Tags.Keys);

        var second = await hub.PublishAsync();

        Assert.Equal("0.1.1", second.Version);
        Assert.Contains(second.Notes, note => note.Code == Codes.ContentUnknown && note.Detail.Contains("NOTES.md", StringComparison.Ordinal));
        Assert.Contains("NOTES.md", hub.Server.Repository(Repository).Head.Files.Keys);
    }

    [Fact]
    public async Task Large_files_go_up_in_parts_and_a_failed_completion_begins_anew()
    {
        await using var parts = await PublishingHub.StartAsync(new TestHubOptions { MultipartThreshold = 10, PartSize = 25 });
        var part = parts.Server.Faults.Add(Misbehave.Status(500), "*/uploads/*", "PUT", skip: 1, times: 1);
        var completion = parts.Server.Faults.Add(Misbehave.Status(400), "*complete_multipart*", "POST", times: 1);

        await parts.PublishAsync();

        Assert.Equal((1, 1), (part.Hits, completion.Hits));
        Assert.Equal(File.ReadAllBytes(Path.Combine(parts.Model.Path, "model.safetensors")), parts.BytesOf("model.safetensors"));
    }

    [Theory]
    [InlineData("*/preupload/*", "[]")]
    [InlineData("*/preupload/*", """{"files":[{"path":"config.json","uploadMode":"lfs"},{"path":"config.json","uploadMode":"regular"}]}""")]
    [InlineData("*/preupload/*", """{"files":[{"path":"\ud800","uploadMode":"lfs"}]}""")]
    [InlineData("*/objects/batch", "[]")]
    [InlineData("*/objects/batch", """{"objects":[{"oid":"OID","actions":{"upload":{"href":"http://127.0.0.1/","header":{"chunk_size":"9223372036854775807","99999999999":"http://127.0.0.1/"}}}}]}""")]
    [InlineData("*/commit/*", "[]")]
    [InlineData("*/api/models/acme/small", """{"id":"\ud800","sha":"0123456789012345678901234567890123456789"}""")]
    [InlineData("*/tree/*", """[{"type":"file","path":"a","oid":"0123456789012345678901234567890123456789","size":9223372036854775807}]""")]
    public async Task Answers_of_any_other_form_are_the_hubs_failure_and_not_this_programs(string path, string answer)
    {
        await hub.PublishAsync();
        hub.Model.Merge(seed: 2);
        var weights = FileDigests.Sha256(Path.Combine(hub.Model.Path, "model.safetensors"), TestContext.Current.CancellationToken);
        hub.Server.Faults.Add(Misbehave.Answer(200, "application/json", answer.Replace("OID", weights, StringComparison.Ordinal)), path);

        Assert.Equal(FailureKind.Environment, (await RefusedAsync()).Code.Kind);
        Assert.Equal(["v0.1.0"], hub.Server.Repository(Repository).Tags.Keys);
    }

    [Fact]
    public async Task A_tag_that_the_hub_neither_sets_nor_has_is_not_taken_for_set()
    {
        var busy = hub.Server.Faults.Add(Misbehave.Answer(409, "application/json", """{"error":"Another operation is in progress"}"""), "*/tag/*", "POST", times: 1);

        var failure = await RefusedAsync();

        Assert.Equal((Codes.HubFailed, 1), (failure.Code, busy.Hits));
        Assert.Empty(hub.Server.Repository(Repository).Tags);
        await hub.PublishAsync();
        Assert.Equal(["v0.1.0"], hub.Server.Repository(Repository).Tags.Keys);
        Assert.Equal(2, hub.CommitCount);
    }

    [Fact]
    public async Task Whoever_may_not_see_the_repository_is_not_told_that_nothing_is_published()
    {
        await hub.PublishAsync();

        var failure = await Assert.ThrowsAsync<MergeOpsException>(
            () => hub.Publisher(token: "").CurrentAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Codes.RepositoryAbsent, failure.Diagnostic.Code);
        Assert.Contains("HF_TOKEN", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal("0.1.0", (await hub.Publisher().CurrentAsync(TestContext.Current.CancellationToken))?.Version.Text);
        var absent = hub.Destination with { Repository = LocalHub.Name("acme/absent") };
        Assert.Null(await hub.Publisher(absent).CurrentAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_the_hub_has_is_not_sent_again()
    {
        hub.Server.Faults.Add(Misbehave.Status(400), "*/commit/*", "POST");
        await RefusedAsync();
        hub.Server.Faults.Clear();
        hub.Server.ForgetRequests();

        await hub.PublishAsync();

        Assert.DoesNotContain(hub.Server.Requests, request => request.Method == "PUT");
    }

    [Fact]
    public async Task Weights_of_others_are_not_published_over()
    {
        hub.Server.AddModel(Repository, new Dictionary<string, byte[]> { ["pytorch_model.bin"] = [1, 2, 3] });

        Assert.Equal(Codes.ForeignWeights, (await RefusedAsync()).Code);
    }

    [Fact]
    public async Task Each_model_has_a_repository_of_its_own()
    {
        await hub.PublishAsync();

        Assert.Equal(Codes.OtherModelPublished, (await RefusedAsync("name: other\n")).Code);
    }

    [Fact]
    public async Task A_file_that_the_repository_ignores_is_said_before_anything_is_committed()
    {
        hub.Server.AddModel(Repository, new Dictionary<string, byte[]> { [".gitignore"] = "config.json\n"u8.ToArray() });

        var failure = await RefusedAsync();

        Assert.Equal(Codes.PublishedFileIgnored, failure.Code);
        Assert.Contains("config.json", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(1, hub.CommitCount);
    }

    [Fact]
    public async Task A_hub_that_lists_other_content_gives_no_tag()
    {
        hub.Server.Faults.Add(Spoiled, "*/tree/*", "GET", skip: 1);

        var failure = await RefusedAsync();

        Assert.Equal(Codes.ReadBackDiffers, failure.Code);
        Assert.Empty(hub.Server.Repository(Repository).Tags);
    }

    [Fact]
    public async Task A_refused_token_is_said_and_nothing_is_made()
    {
        var failure = await RefusedAsync(publisher: hub.Publisher(token: "hf_nobodyknowsthistokenatallnotoneserver"));

        Assert.Equal(Codes.HubTokenRefused, failure.Code);
        Assert.Null(hub.Server.Store.Repository(Repository));
    }

    [Fact]
    public async Task A_token_that_only_reads_is_not_enough()
    {
        var failure = await RefusedAsync(publisher: hub.Publisher(token: hub.Server.AddToken("tester", canWrite: false).Value));

        Assert.Equal(FailureKind.Environment, failure.Code.Kind);
        Assert.Null(hub.Server.Store.Repository(Repository));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_even_asked()
    {
        Assert.Equal(Codes.PublishTokenMissing, (await RefusedAsync(publisher: hub.Publisher(token: ""))).Code);
        Assert.Empty(hub.Server.Requests);
    }

    [Fact]
    public async Task A_trusted_workflow_needs_no_token_and_exchanges_its_identity_again_before_the_commit()
    {
        hub.Server.AddModel(Repository, new Dictionary<string, byte[]> { ["README.md"] = "# Empty\n"u8.ToArray() });
        var (address, ticket) = hub.Server.AddTrustedWorkflow(Repository, new Dictionary<string, string> { ["repository"] = "acme/recipes", ["workflow"] = "publish.yml" });

        await hub.PublishAsync(publisher: hub.Publisher(token: "", runner: new RunnerIdentity(null, address, ticket)));

        var requests = hub.Server.Requests.ToList();
        Assert.Equal(2, requests.Count(request => request.Path == "/oauth/token"));
        var commit = requests.FindIndex(request => request.Path.Contains("/commit/", StringComparison.Ordinal));
        Assert.Equal("/oauth/token", requests[commit - 1].Path);
        Assert.Contains("audience=https%3A%2F%2Fhuggingface.co", requests[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_no_header_can_carry_is_the_hubs_failure()
    {
        hub.Server.AddModel(Repository, new Dictionary<string, byte[]> { ["README.md"] = "# Empty\n"u8.ToArray() });
        var (address, ticket) = hub.Server.AddTrustedWorkflow(Repository, new Dictionary<string, string> { ["repository"] = "acme/recipes", ["workflow"] = "publish.yml" });
        hub.Server.Faults.Add(Misbehave.Answer(200, "application/json", """{"access_token":"two words"}"""), "/oauth/token");

        var failure = await RefusedAsync(publisher: hub.Publisher(token: "", runner: new RunnerIdentity(null, address, ticket)));

        Assert.Equal(Codes.HubAnswerInvalid, failure.Code);
    }

    [Fact]
    public async Task A_workflow_that_nobody_trusts_is_told_what_to_do()
    {
        hub.Server.AddModel(Repository, new Dictionary<string, byte[]> { ["README.md"] = "# Empty\n"u8.ToArray() });
        var (address, ticket) = hub.Server.AddWorkflow(new Dictionary<string, string> { ["repository"] = "acme/fork" });

        var failure = await RefusedAsync(publisher: hub.Publisher(token: "", runner: new RunnerIdentity(null, address, ticket)));

        Assert.Equal(Codes.RunnerNotTrusted, failure.Code);
        Assert.Contains("trusted publishers", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_shown_to_nobody_but_the_hub_itself_and_stands_in_no_file()
    {
        await hub.PublishAsync("version: 1.0.0\n");

        var secrets = new[] { hub.Server.Token, Uri.EscapeDataString(hub.Server.Token), Convert.ToBase64String(Encoding.UTF8.GetBytes(hub.Server.Token)) };
        Assert.All(
            hub.Server.Requests.Where(request => request.Origin != Origin.Hub),
            request => Assert.DoesNotContain(request.Headers.SelectMany(header => header.Value.Append(header.Key)).Append(request.Path), text => secrets.Any(secret => text!.Contains(secret, StringComparison.Ordinal))));
        Assert.Contains(hub.Server.Requests, request => request.Origin != Origin.Hub);
        Assert.All(hub.Server.Requests, request => Assert.DoesNotContain(hub.Server.Token, request.Path, StringComparison.Ordinal));
        foreach (var file in hub.Server.Repository(Repository).Head.Files.Keys)
        {
            Assert.DoesNotContain(secrets, secret => Encoding.Latin1.GetString(hub.BytesOf(file)).Contains(secret, StringComparison.Ordinal));
        }
    }

    // the list names a file that was not sent instead of one that was
    private static async Task Spoiled(HttpContext context, Func<Task> answer)
    {
        var real = context.Response.Body;
        using var captured = new MemoryStream();
        context.Response.Body = captured;
        await answer();
        context.Response.Body = real;
        var list = Encoding.UTF8.GetString(captured.ToArray()).Replace("\"config.json\"", "\"config.jsox\"", StringComparison.Ordinal);
        await context.Response.WriteAsync(list);
    }

    private async Task<Diagnostic> RefusedAsync(string? more = null, IPublisher? publisher = null) =>
        (await Assert.ThrowsAsync<MergeOpsException>(() => hub.PublishAsync(more, publisher))).Diagnostic;

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
