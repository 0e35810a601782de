using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Tests.Publishing;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class ModelContentTests
{
    [Fact]
    public void A_published_versions_list_alone_gives_the_digest_by_which_its_scores_were_remembered()
    {
        using var model = new MergedModel();
        model.Merge(shardSize: 20);
        using var other = new MergedModel();
        other.Merge(seed: 2);

        var published = PublicationManifest.Find(model.Publish().Place)!;

        Assert.Equal(ModelContent.DigestOf(model.Path, model.Digests), ModelContent.DigestOf(published));
        Assert.NotEqual(ModelContent.DigestOf(other.Path, other.Digests), ModelContent.DigestOf(published));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.bin")]
    public void Every_file_that_a_model_is_scored_with_decides_its_digest(string file)
    {
        using var model = new MergedModel();
        model.Merge();
        model.Folder.Write("merged/" + file, "{}"u8);
        var before = ModelContent.DigestOf(model.Path, model.Digests);

        model.Folder.Write("merged/" + file, "{ }"u8);

        Assert.NotEqual(before, ModelContent.DigestOf(model.Path, model.Digests));
    }
}
