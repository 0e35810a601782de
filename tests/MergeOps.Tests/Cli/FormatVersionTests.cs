using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Merging.Writing;
using MergeOps.Publishing;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What was written once is read for ever: the files under Data/Formats and the numbered ones beside them stay as they are.</summary>
public sealed class FormatVersionTests : IDisposable
{
    // what the program that wrote Data/Formats/first said of it
    private const string FirstPlan = "616c517ad87742f349b5c2ec7378bf8176f56c320ccdbc738d571b3cf56b4250";

    private readonly TemporaryFolder folder = new();

    public FormatVersionTests() => folder.CopyFrom(Repository.Data("Formats", "first"));

    private string Recipe => folder["recipe.yml"];

    private string Lock => folder["recipe.lock.yml"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_lock_of_version_1_is_read()
    {
        var read = LockText.Read("lock", File.ReadAllText(Repository.Data("Formats", "lock-1.lock.yml")));

        Assert.Equal(["./base", "owner/name@v1"], read.Models.Select(model => model.Location));
        Assert.Equal(new HashedFile("model.safetensors", 1_000_000, new(DigestKind.Sha256, new('a', 64))), read.Find("./base")!.Files[1]);
        var remote = read.Find("owner/name@v1")!;
        Assert.Equal((new string('c', 40), new string('d', 64), "manual"), (remote.Commit, remote.Metadata, remote.Gated));
        Assert.Equal(new HashedFile("config.json", 12, new(DigestKind.GitBlob, new('b', 40))), Assert.Single(remote.Files));
    }

    [Fact]
    public void A_lock_of_version_2_is_read_and_written_as_it_is()
    {
        var text = File.ReadAllText(Repository.Data("Formats", "lock-2.lock.yml"));

        var read = LockText.Read("lock", text);

        Assert.Equal(text, LockText.Write(read));
        Assert.Equal([LockedKind.Model, LockedKind.Model, LockedKind.Adapter, LockedKind.Dataset, LockedKind.Statistics], read.Entries.Select(entry => entry.Kind));
        Assert.Equal(new string('e', 64), read.Find("./base")!.Blocks["model.safetensors"]);
        Assert.Equal(["data/a.jsonl", "data/b.jsonl"], read.Entries[3].Matches);
    }

    [Fact]
    public void A_lock_of_version_1_gives_the_plan_that_it_gave_and_so_does_the_one_that_takes_its_place()
    {
        Assert.StartsWith("# Written by 'mergeops lock'; commit it with the recipe.\nversion: 1\n", File.ReadAllText(Lock), StringComparison.Ordinal);
        Assert.Equal(FirstPlan, PlanDigest());
        Assert.Equal(0, CommandLineRun.Of("lock", "--check", Recipe).ExitCode);

        CommandLineRun.Of("lock", Recipe);

        Assert.StartsWith("# Written by 'mergeops lock'; commit it with the recipe.\nversion: 2\n", File.ReadAllText(Lock), StringComparison.Ordinal);
        Assert.Equal(FirstPlan, PlanDigest());
        Assert.Contains(" unchanged", CommandLineRun.Of("lock", Recipe).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_version_1_is_compared_with() =>
        Assert.Contains("0 changed, 0 added, 0 removed, 2 unchanged", CommandLineRun.Of("plan", Recipe, "--against", folder["plan.json"]).Output, StringComparison.Ordinal);

    [Fact]
    public void A_manifest_and_a_publication_of_version_1_are_read()
    {
        var published = folder["release/0.1.0"];

        Assert.Contains("0 changed, 0 added, 0 removed, 2 unchanged", CommandLineRun.Of("plan", Recipe, "--against", published).Output, StringComparison.Ordinal);
        Assert.Equal((1, FirstPlan), (MergeManifest.Find(published)!.Version, MergeManifest.Find(published)!.PlanDigest));
        Assert.Equal((1, "0.1.0"), (PublicationManifest.Find(published)!.Version, PublicationManifest.Find(published)!.Release));
        Assert.Equal(0, CommandLineRun.Of("verify", published).ExitCode);
    }

    [Fact]
    public void An_evaluation_of_version_2_is_read()
    {
        var read = EvaluationJson.Read(File.ReadAllText(Repository.Data("Evaluation", "evaluation.v2.json")))!;

        Assert.NotEmpty(read.Data);
        Assert.NotNull(read.Find(ModelRole.Merged));
    }

    [Fact]
    public void A_manifest_is_compared_with_by_its_file_as_by_its_folder() => Assert.Contains(
        "0 changed, 0 added, 0 removed, 2 unchanged", CommandLineRun.Of("plan", Recipe, "--against", folder["release/0.1.0/merge-manifest.json"]).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("recipe.lock.yml", "version: 1\nmodels:", "version: 99\nthings:", "has version 99", "plan", "recipe.yml")]
    [InlineData("plan.json", "\"version\": 1", "\"version\": 99", "has version 99", "plan", "recipe.yml", "--against", "plan.json")]
    [InlineData("release/0.1.0/merge-manifest.json", "\"version\": 1", "\"version\": 99", "has version 99", "verify", "release/0.1.0")]
    [InlineData("release/0.1.0/merge-manifest.json", "\"seed\": 0,", "\"version\": 99,", "has version 99", "plan", "recipe.yml", "--against", "release/0.1.0")]
    [InlineData("release/0.1.0/merge-manifest.json", "\"version\": 1", "\"version\": 99", "has version 99", "plan", "recipe.yml", "--against", "release/0.1.0/merge-manifest.json")]
    [InlineData("release/0.1.0/publication.json", "\"version\": 1", "\"version\": 99", "has version 99", "verify", "release/0.1.0")]
    public void A_newer_version_is_refused_by_name(string file, string old, string newer, string reason, params string[] arguments)
    {
        var path = folder[file];
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        text = text.Replace(old, newer, StringComparison.Ordinal);
        File.WriteAllText(path, newer.StartsWith("\"version\": 99,", StringComparison.Ordinal) ? text.Replace(",\n  \"version\": 1\n", "\n", StringComparison.Ordinal) : text);

        var run = CommandLineRun.Of([.. arguments.Select(argument => Path.Exists(folder[argument]) ? folder[argument] : argument)]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Contains("pdate MergeOps", run.Error, StringComparison.Ordinal);
    }

    private string PlanDigest() =>
        CommandLineRun.Of("plan", Recipe, "--format", "json").Result!["digest"]!.GetValue<string>();
}
