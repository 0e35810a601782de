using System.Collections.Immutable;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>The files that travel with the weights, and what is changed in them.</summary>
internal static class OutputCompanions
{
    /// <summary>Those of the models, in ordinal order of their paths.</summary>
    /// <param name="models">The metadata of every model.</param>
    /// <param name="tokenizer">The output's tokenizer.</param>
    /// <param name="specialIds">What the special ids of settings become; null where they stay.</param>
    public static ImmutableArray<CompanionFile> Of(ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer, SpecialIds? specialIds) =>
    [
        .. models
            .SelectMany((metadata, model) => metadata.Companions.Select(path => new CompanionFile(model, path) { Edit = EditOf(path, model, models, tokenizer, specialIds) }))
            .OrderBy(companion => companion.Path, StringComparer.Ordinal),
    ];

    /// <summary>Files that no model has, by their paths: a chat template where there is no file for it.</summary>
    public static ImmutableSortedDictionary<string, string> New(ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer)
    {
        var giver = models[tokenizer.Giver];
        return tokenizer.Edit.ChatTemplate is { } template && !giver.Companions.Contains(ModelFileNames.TokenizerConfig) && !giver.Companions.Contains(ModelFileNames.ChatTemplate)
            ? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(ModelFileNames.ChatTemplate, template)
            : ImmutableSortedDictionary<string, string>.Empty;
    }

    private static CompanionEdit? EditOf(string path, int model, ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer, SpecialIds? specialIds) =>
        path == ModelFileNames.GenerationConfig && specialIds?.OfGeneration() is { IsEmpty: false } values ? new SettingsEdit(values)
        : model == tokenizer.Giver && TokenizerWriter.Touches(tokenizer.Edit, path)
            ? new TokenizerFileEdit(tokenizer.Edit, models[model].Companions.Contains(ModelFileNames.ChatTemplate))
            : null;
}
