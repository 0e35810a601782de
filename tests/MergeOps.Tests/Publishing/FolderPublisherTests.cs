using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Publishing;

public sealed class FolderPublisherTests : IDisposable
{
    private readonly MergedModel model = new();

    public FolderPublisherTests() => model.Merge();

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_publication_holds_the_model_and_everything_that_made_it()
    {
        var publication = model.Publish("version: 1.2.0\n");

        Assert.Equal(("1.2.0", false, model.Folder["published/1.2.0"]), (publication.Version, publication.WasThere, publication.Place));
        Assert.Equal(
            [
                "1_Pooling/config.json", "README.md", "bom.cdx.json", "config.json", "evaluation.json", "merge-manifest.json", "mergeops.lock.yml",
                "mergeops.yml", "model.safetensors", "provenance.intoto.json", "publication.json",
            ],
            FilesIn(publication.Place));
        Assert.Equal("1.2.0\n", File.ReadAllText(model.Folder["published/latest"]));
        Assert.True(PublicationVerifier.Verify(publication.Place, cancellation: TestContext.Current.CancellationToken).IsIntact);
    }

    [Fact]
    public void The_merged_model_stays_as_it_is()
    {
        var before = FilesIn(model.Path);

        model.Publish();

        Assert.Equal(before, FilesIn(model.Path));
        Assert.True(PublicationVerifier.Verify(model.Path, cancellation: TestContext.Current.CancellationToken).IsIntact);
    }

    [Fact]
    public void A_version_that_differs_in_its_build_alone_is_the_same_version()
    {
        model.Publish("version: 1.0.0+monday\n");
        model.Merge(seed: 2);

        var failure = Assert.Throws<MergeOpsException>(() => model.Publish("version: 1.0.0+tuesday\n"));

        Assert.Equal(Codes.PublishConflict, failure.Diagnostic.Code);
    }

    [Theory]
    [InlineData("", "0.1.0", true)]
    [InlineData("description: another\n", "0.1.1", false)]
    public void Whoever_publishes_at_the_same_time_is_neither_a_full_disk_nor_overwritten(string others, string version, bool wasThere)
    {
        var isFirst = true;
        var content = model.Content();

        var publication = model.Publisher.Publish(content, PublishOthers, TestContext.Current.CancellationToken);

        Assert.Equal((version, wasThere), (publication.Version, publication.WasThere));
        Assert.True(PublicationVerifier.Verify(publication.Place, cancellation: TestContext.Current.CancellationToken).IsIntact);
        Assert.Equal(version + "\n", File.ReadAllText(model.Folder["published/latest"]));
        Assert.Empty(Directory.EnumerateDirectories(model.Root, ".*"));

        void PublishOthers(long bytes)
        {
            if (isFirst)
            {
                isFirst = false;
                model.Publish(others);
            }
        }
    }

    [Fact]
    public async Task A_version_without_its_list_of_files_is_not_taken_for_none()
    {
        var published = model.Publish();
        File.Delete(Path.Combine(published.Place, PublicationManifest.FileName));

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => model.Publisher.CurrentAsync(TestContext.Current.CancellationToken));

        Assert.Equal(Codes.PublicationUnreadable, failure.Diagnostic.Code);
    }

    [Fact]
    public void A_sharded_model_is_published_with_its_index()
    {
        model.Merge(shardSize: 20);

        var publication = model.Publish();

        Assert.Contains(ShardLayout.IndexNames[0], FilesIn(publication.Place));
        Assert.Equal(2, CheckpointReader.Open(publication.Place, []).Files.Length);
    }

    [Fact]
    public void Without_a_version_the_first_is_0_1_0_and_every_other_content_the_next_patch()
    {
        var first = model.Publish();
        model.Merge(seed: 2);
        var second = model.Publish();
        model.Merge(seed: 1);
        var third = model.Publish();

        Assert.Equal(["0.1.0", "0.1.1", "0.1.2"], new[] { first, second, third }.Select(p => p.Version));
        Assert.Equal("0.1.2\n", File.ReadAllText(model.Folder["published/latest"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("version: 1.0.0\n")]
    public void The_same_content_is_published_once(string? version)
    {
        var first = model.Publish(version);
        var written = Directory.GetLastWriteTimeUtc(first.Place);
        model.Merge(shardSize: 20);

        var second = model.Publish(version);

        Assert.Equal((first.Place, true), (second.Place, second.WasThere));
        Assert.Equal(written, Directory.GetLastWriteTimeUtc(first.Place));
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("scores")]
    [InlineData("recipe")]
    public void A_version_is_never_given_to_other_content(string what)
    {
        model.Publish("version: 1.0.0\n");
        if (what == "weights")
        {
            model.Merge(seed: 2);
        }

        var failure = Assert.Throws<MergeOpsException>(() => model.Publish(
            what == "recipe" ? "version: 1.0.0\ndescription: Another one.\n" : "version: 1.0.0\n",
            what == "scores" ? "{ }\n" : "{}\n"));

        Assert.Equal(Codes.PublishConflict, failure.Diagnostic.Code);
        Assert.Contains("1.0.1", failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pointer_names_the_highest_version_not_the_last_one()
    {
        model.Publish("version: 2.0.0\n");
        model.Merge(seed: 2);
        model.Publish("version: 1.10.1\n");

        Assert.Equal("2.0.0\n", File.ReadAllText(model.Folder["published/latest"]));
    }

    [Fact]
    public void A_pointer_that_a_crash_left_behind_is_put_right_by_the_next_run()
    {
        model.Publish();
        File.Delete(model.Folder["published/latest"]);

        Assert.True(model.Publish().WasThere);

        Assert.Equal("0.1.0\n", File.ReadAllText(model.Folder["published/latest"]));
    }

    [Fact]
    public void Each_model_has_a_folder_of_its_own()
    {
        model.Publish();

        Assert.Equal(Codes.OtherModelPublished, Assert.Throws<MergeOpsException>(() => model.Publish("name: other\n")).Diagnostic.Code);
    }

    [Fact]
    public void The_version_has_the_name_that_the_recipe_gives_it_now_whatever_it_was_merged_under()
    {
        model.Merge(name: "earlier");

        var publication = model.Publish();

        Assert.Equal("small", PublicationManifest.Find(publication.Place)!.Name);
        Assert.All(Directory.EnumerateFiles(publication.Place, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain("earlier", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.True(PublicationVerifier.Verify(publication.Place, cancellation: TestContext.Current.CancellationToken).IsIntact);
        Assert.True(model.Publish().WasThere);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    public void A_merged_model_that_was_changed_afterwards_is_not_published(string file)
    {
        var bytes = File.ReadAllBytes(model.Folder["merged/" + file]);
        bytes[^1] ^= 1;
        model.Folder.Write("merged/" + file, bytes);

        var failure = Assert.Throws<MergeOpsException>(() => model.Publish());

        Assert.Equal(Codes.ContentChanged, failure.Diagnostic.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(model.Root));
    }

    [Fact]
    public void A_folder_without_a_merge_is_not_published()
    {
        File.Delete(model.Folder["merged/merge-manifest.json"]);

        Assert.Equal(Codes.NotAMergedModel, Assert.Throws<MergeOpsException>(() => model.Publish()).Diagnostic.Code);
    }

    [Fact]
    public void A_manifest_cannot_make_the_publisher_write_outside_its_folder()
    {
        var manifest = model.Folder["merged/merge-manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"config.json\"", "\"../../escaped.json\"", StringComparison.Ordinal));
        model.Folder.Write("escaped.json", "{}\n"u8);

        Assert.Throws<MergeOpsException>(() => model.Publish());

        Assert.False(File.Exists(model.Folder["published/escaped.json"]));
    }

    [Fact]
    public void What_a_crash_left_is_removed_after_a_day()
    {
        Directory.CreateDirectory(model.Folder["published/.0.1.0.old.partial"]);
        Directory.CreateDirectory(model.Folder["published/.0.1.0.new.partial"]);
        Directory.SetLastWriteTimeUtc(model.Folder["published/.0.1.0.old.partial"], DateTime.UtcNow.AddHours(-25));

        model.Publish();

        Assert.Equal([".0.1.0.new.partial"], Directory.EnumerateDirectories(model.Root, ".*").Select(Path.GetFileName));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_at_once_and_what_a_living_one_writes_stays()
    {
        foreach (var stage in (string[])[".0.1.0.killed", ".0.1.0.living"])
        {
            Directory.CreateDirectory(model.Folder[$"published/{stage}.partial"]);
            model.Folder.Write($"published/{stage}.partial.lock", []);
        }

        using (File.Open(model.Folder["published/.0.1.0.living.partial.lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            model.Publish();
        }

        Assert.Equal(
            [".0.1.0.living.partial", ".0.1.0.living.partial.lock"], Directory.EnumerateFileSystemEntries(model.Root, ".*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_cancelled_publication_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var content = model.Content();

        Assert.Throws<OperationCanceledException>(() => model.Publisher.Publish(content, _ => cancellation.Cancel(), cancellation.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(model.Root));
    }

    [Fact]
    public void Planning_a_publication_changes_nothing()
    {
        var plan = model.Publisher.Plan(model.Content(), TestContext.Current.CancellationToken);

        Assert.Equal(("0.1.0", false), (plan.Version, plan.WasThere));
        Assert.False(Directory.Exists(model.Root));
    }

    [Fact]
    public void A_recipe_of_mergekits_keys_alone_is_published_under_mergekits_name_too()
    {
        var publication = model.Publish();

        Assert.DoesNotContain("mergekit_config.yml", FilesIn(model.Publish("version: 3.0.0\n").Place));
        Assert.Equal(File.ReadAllText(model.Folder["published/0.1.0/mergeops.yml"]), File.ReadAllText(Path.Combine(publication.Place, "mergekit_config.yml")));
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
