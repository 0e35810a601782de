using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Describes what a stage will make as models are described that lie in a folder, so that plans see no difference.</summary>
internal static class StageModel
{
    /// <summary>What would be known of its folder.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="merge">What was decided of it.</param>
    /// <param name="models">What is known of its models.</param>
    public static ModelMetadata Of(Recipe stage, DecidedMerge merge, ImmutableArray<ModelMetadata> models)
    {
        var plan = merge.Plan;
        ImmutableArray<string> companions = [.. merge.Files.Select(file => file.Path).Concat(merge.NewFiles.Keys).Order(StringComparer.Ordinal)];
        var donor = models[plan.Donor].Checkpoint;
        var layout = ShardLayout.Of(plan.Jobs.Select(job => new OutputTensor(job.Name, job.DType, job.Shape)), long.MaxValue, donor);
        var checkpoint = new Checkpoint(
            // nothing lies below a file
            Path.Combine(Path.GetFullPath(stage.Path), plan.Name), [.. layout.Shards.Select(shard => new CheckpointFile(shard.Name, shard.Length, ""))], layout.Tensors)
        {
            Components = donor.Components,
        };
        return new(
            new(new ModelReference(plan.Name) { IsStage = true }, stage.Name!.Span),
            checkpoint,
            plan.Config is { } config ? ModelConfig.Parse(config, plan.Name) : null,
            companions,
            ImmutableSortedDictionary<string, BlobDigest?>.Empty)
        {
            Paths = [.. companions.Concat(layout.Shards.Select(shard => shard.Name)).Concat(plan.Config is null ? Array.Empty<string>() : [ModelFileNames.Config]).Order(StringComparer.Ordinal)],
            Descriptions = DescriptionsOf(merge, models),
            CompanionContents = ContentsOf(merge, models),
            // a head that repeats the embedding is not written
            HeadIsEmbedding = stage.Architecture.HeadOf(checkpoint) is null || stage.Architecture.EmbeddingOf(checkpoint) is null ? null : false,
            Vocabulary = merge.Tokenizer is { Edit.ChatTemplate: { } template, Vocabulary: { } vocabulary } ? vocabulary.WithTemplate(template) : merge.Tokenizer.Vocabulary,
        };
    }

    private static ImmutableSortedDictionary<string, string> DescriptionsOf(DecidedMerge merge, ImmutableArray<ModelMetadata> models) => merge.Files
        .Where(file => models[file.Model].Descriptions.ContainsKey(file.Path))
        .ToOrdinalMap(file => file.Path, file => models[file.Model].Descriptions[file.Path] is var text && file.Edit is { } edit
            ? Encoding.UTF8.GetString(edit.Apply(file.Path, Encoding.UTF8.GetBytes(text), file.Path))
            : text);

    // what an edit makes of a file that nobody has read is compared with nothing
    private static ImmutableSortedDictionary<string, CompanionContent> ContentsOf(DecidedMerge merge, ImmutableArray<ModelMetadata> models) => merge.Files
        .Where(file => models[file.Model].CompanionContents.ContainsKey(file.Path))
        .ToOrdinalMap(file => file.Path, file => file.Edit is null ? models[file.Model].CompanionContents[file.Path] : new CompanionContent(null, null, null));
}
