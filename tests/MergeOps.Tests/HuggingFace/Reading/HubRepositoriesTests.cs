using System.Text;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.TestHub;
using MergeOps.TestHub.Faults;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Reading;

public sealed class HubRepositoriesTests
{
    private const string Card = """
        ---
        license: apache-2.0
        datasets: [org/data]
        tags: [small]
        ---
        A model.
        """;

    [Fact]
    public async Task Info_pins_a_revision_to_its_commit()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", Files(("README.md", Card)));
        var first = repository.Head;
        lock (repository.Gate)
        {
            repository.Branches["merge/exp-1"] = first;
        }

        repository.Push("More", new Dictionary<string, byte[]?> { ["a.txt"] = [1] });
        using var client = hub.Client();
        var repositories = new HubRepositories(client);

        var main = await repositories.InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation);
        var branch = await repositories.InfoAsync(LocalHub.Name("org/model"), "merge/exp-1", LocalHub.Cancellation);

        Assert.Equal((repository.Head.Id, first.Id), (main.Commit, branch.Commit));
        Assert.Equal(("org/model", "apache-2.0", false, null), (main.Id, main.License, main.IsPrivate, main.Gated));
        Assert.Contains("small", main.Tags);
        Assert.Equal("org/data", main.CardData!.Value.GetProperty("datasets")[0].GetString());
        Assert.Null(main.RenameNotice(LocalHub.Name("org/model")));
    }

    [Fact]
    public async Task A_renamed_repository_answers_and_says_its_new_name()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/new", Files(("README.md", Card)), isPrivate: true, renamedFrom: "org/old");
        using var client = hub.Client(hub.Server.Token);

        var info = await new HubRepositories(client).InfoAsync(LocalHub.Name("org/old"), null, LocalHub.Cancellation);

        Assert.Equal("org/new", info.Id);
        Assert.Contains("Write the new name", info.RenameNotice(LocalHub.Name("org/old"))!.Detail, StringComparison.Ordinal);
    }

    // digests of an empty file and of "hello\n" as `git hash-object` gives them, and of "abc" by FIPS 180-4
    [Fact]
    public async Task A_tree_comes_in_pages_with_the_digests_of_contents()
    {
        await using var hub = await LocalHub.StartAsync(new TestHubOptions { PageSize = 2 });
        var repository = hub.Server.AddModel(
            "org/model", Files((".gitattributes", "*.safetensors filter=lfs"), ("b/empty", ""), ("hello.txt", "hello\n"), ("x.safetensors", "abc"), ("ünï code.txt", "")));
        using var client = hub.Client();

        var files = await new HubRepositories(client).FilesAsync(LocalHub.Name("org/model"), repository.Head.Id, LocalHub.Cancellation);

        Assert.Equal([".gitattributes", "b/empty", "hello.txt", "x.safetensors", "ünï code.txt"], files.Select(file => file.Path));
        Assert.Equal(new HashedFile("b/empty", 0, new BlobDigest(DigestKind.GitBlob, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")), files[1]);
        Assert.Equal(new HashedFile("hello.txt", 6, new BlobDigest(DigestKind.GitBlob, "ce013625030ba8dba906f756967f9e9ca394464a")), files[2]);
        Assert.Equal(
            new HashedFile("x.safetensors", 3, new BlobDigest(DigestKind.Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
            files[3]);
        Assert.Equal(3, hub.Server.Requests.Count);
    }

    [Fact]
    public async Task A_tree_whose_pages_have_no_end_is_refused()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", Files(("a", "1")));
        var page = 0;
        hub.Server.Faults.Add(
            (context, answer) => Misbehave.Answer(
                200, "application/json", "[]", ("Link", $"<{hub.Server.Endpoint}api/models/org/model/tree/x?page={page++}>; rel=\"next\""))(context, answer),
            "*/tree/*");
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).FilesAsync(LocalHub.Name("org/model"), repository.Head.Id, LocalHub.Cancellation));

        Assert.Equal(Codes.HubAnswerInvalid, refused.Diagnostic.Code);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("data:,x")]
    public async Task A_next_page_that_is_no_page_of_the_web_is_refused(string next)
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", Files(("a", "1")));
        hub.Server.Faults.Add(Misbehave.Answer(200, "application/json", "[]", ("Link", $"<{next}>; rel=\"next\"")), "*/tree/*");
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).FilesAsync(LocalHub.Name("org/model"), repository.Head.Id, LocalHub.Cancellation));

        Assert.Equal(Codes.HubAnswerInvalid, refused.Diagnostic.Code);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("///")]
    [InlineData("http://")]
    [InlineData("http://[")]
    [InlineData("http://:80/")]
    [InlineData("http://127.0.0.1:99999/")]
    [InlineData("http://a b/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:a@b")]
    [InlineData("http://xn--a/")]
    public async Task A_redirect_to_no_address_at_all_is_the_hubs_failure(string location)
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", Files(("a", "1")));
        hub.Server.Faults.Add(Misbehave.Redirect(location), "*/tree/*");
        using var client = hub.Client();

        await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).FilesAsync(LocalHub.Name("org/model"), repository.Head.Id, LocalHub.Cancellation));
    }

    [Fact]
    public async Task Paths_are_asked_for_in_batches_and_absent_ones_are_left_out()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", Files(("a & b.txt", "hello\n")));
        using var client = hub.Client();

        var files = await new HubRepositories(client).PathsInfoAsync(
            LocalHub.Name("org/model"),
            repository.Head.Id,
            [.. Enumerable.Range(0, 1200).Select(number => $"absent-{number}"), "a & b.txt"],
            LocalHub.Cancellation);

        Assert.Equal("a & b.txt", Assert.Single(files).Path);
        Assert.Equal(3, hub.Server.Requests.Count);
    }

    [Fact]
    public async Task Refs_are_branches_tags_and_pull_requests()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", Files(("a", "1")));
        lock (repository.Gate)
        {
            repository.Branches["merge/exp-1"] = repository.Head;
            repository.Tags["v1.0"] = repository.Head;
        }

        using var client = hub.Client();

        var refs = await new HubRepositories(client).RefsAsync(LocalHub.Name("org/model"), withPullRequests: true, LocalHub.Cancellation);

        Assert.Equal(["main", "merge/exp-1"], refs.Branches.Select(branch => branch.Name));
        Assert.Equal(new RepositoryRef("v1.0", "refs/tags/v1.0", repository.Head.Id), Assert.Single(refs.Tags));
        Assert.Empty(refs.PullRequests);
    }

    [Fact]
    public async Task A_mirror_behind_plain_http_and_a_path_works()
    {
        await using var hub = await LocalHub.StartAsync(new TestHubOptions { PathPrefix = "/company/hf", PageSize = 1 });
        var repository = hub.Server.AddModel("org/model", Files(("config.json", "{}"), ("x.safetensors", "abc")), isPrivate: true);
        using var client = hub.Client(hub.Server.Token);

        var files = await new HubRepositories(client).FilesAsync(LocalHub.Name("org/model"), repository.Head.Id, LocalHub.Cancellation);
        var config = files.Single(file => file.Path == "config.json");

        Assert.Equal("{}"u8.ToArray(), await new HubFiles(client).ReadWholeAsync(new(LocalHub.Name("org/model"), repository.Head.Id, config), 100, LocalHub.Cancellation));
        Assert.All(hub.Server.Requests, request => Assert.StartsWith("/company/hf/", request.Path, StringComparison.Ordinal));
    }

    internal static Dictionary<string, byte[]> Files(params (string Path, string Text)[] files) =>
        files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text));
}
