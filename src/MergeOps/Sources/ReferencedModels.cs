using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Locking;

namespace MergeOps.Sources;

/// <summary>The models that a recipe's merge reads, each once, in the recipe's order with the base first.</summary>
internal static class ReferencedModels
{
    /// <summary>Collects them; the span is that of the first mention.</summary>
    public static ImmutableArray<Located<ModelReference>> Of(Recipe recipe) => [.. MentionsIn(recipe).DistinctBy(mention => mention.Value)];

    /// <summary>What a recipe and its stages are made of, each once: models without their adapters, and adapters alone; stages themselves lie nowhere.</summary>
    public static ImmutableArray<ModelPart> PartsOf(Recipe recipe) =>
    [
        .. from mention in recipe.Documents.SelectMany(MentionsIn)
           from part in mention.Value.Adapters.Select(adapter => new ModelPart(mention with { Value = adapter }, IsAdapter: true))
               .Prepend(new(mention with { Value = mention.Value.Stored }, IsAdapter: false))
           where !part.Model.Value.IsStage
           group part by (part.Model.Value, part.IsAdapter) into same
           select same.First(),
    ];

    /// <summary>Every mention in the recipe's order with the base first.</summary>
    public static IReadOnlyList<Located<ModelReference>> MentionsIn(Recipe recipe)
    {
        var mentions = new List<Located<ModelReference>>();
        if (recipe.BaseModel is { } baseModel)
        {
            mentions.Add(baseModel);
        }

        foreach (var module in recipe.Modules)
        {
            mentions.AddRange(module.Models.Select(input => input.Model));
            foreach (var slice in module.Slices)
            {
                mentions.AddRange(slice.Sources.Select(source => source.Model));
                if (slice.BaseModel is { } sliceBase)
                {
                    mentions.Add(sliceBase);
                }
            }
        }

        return mentions;
    }

    /// <summary>The model that gives config and companion files: the base, else the first model.</summary>
    public static ModelReference DonorOf(Recipe recipe) => Of(recipe)[0].Value;

    /// <summary>The place of a model in a list of all of them; -1 where it is none of them.</summary>
    public static int IndexOfModel(this ImmutableArray<ModelMetadata> models, ModelReference model)
    {
        var index = 0;
        while (index < models.Length && models[index].Model.Value != model)
        {
            index++;
        }

        return index < models.Length ? index : -1;
    }

    /// <summary>The model that gives the tokenizer's files.</summary>
    public static ModelReference TokenizerDonorOf(Recipe recipe) =>
        recipe.Tokenizer?.Source.Value is { } source && source is not ("base" or "union")
            ? Of(recipe).Select(model => model.Value).FirstOrDefault(model => model.ToString() == source) ?? DonorOf(recipe)
            : DonorOf(recipe);
}

/// <summary>Something that lies in a place of its own: a model, or an adapter.</summary>
/// <param name="Model">Its name, and the place of its first mention.</param>
/// <param name="IsAdapter">Whether it is an adapter.</param>
internal sealed record ModelPart(Located<ModelReference> Model, bool IsAdapter)
{
    /// <summary>What it is in a lock.</summary>
    public LockedKind Kind => IsAdapter ? LockedKind.Adapter : LockedKind.Model;

    /// <summary>The prompts that it reads as the base of mixtures of a recipe.</summary>
    public IEnumerable<string> PromptsIn(Recipe recipe) => recipe.Documents
        .Where(document => document.Mixture is { Gate.Value: GateMode.CheapEmbed } && document.BaseModel?.Value.Stored == Model.Value)
        .SelectMany(document => document.Mixture!.Experts.Concat(document.Mixture.Shared))
        .SelectMany(expert => expert.Positive.Concat(expert.Negative));
}
