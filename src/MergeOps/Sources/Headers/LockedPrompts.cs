using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.Pipelines;

namespace MergeOps.Sources.Headers;

/// <summary>The tokens of the prompts from which the router of a mixture is made, as its base reads them.</summary>
internal static class LockedPrompts
{
    private const string BeginsTexts = "bos_token";

    /// <summary>A prompt behind the token that begins texts, as mergekit-moe reads it.</summary>
    public static string Begun(string prompt, Vocabulary? vocabulary) => vocabulary?.Parts.SpecialTokens.GetValueOrDefault(BeginsTexts) + prompt;

    /// <summary>The tokens of prompts by their texts, without those that a text gets as a whole.</summary>
    /// <param name="tokenizer">Reads them.</param>
    /// <param name="prompts">Each begun.</param>
    /// <exception cref="MergeOpsException">There is no token for a character.</exception>
    public static ImmutableSortedDictionary<string, ImmutableArray<int>> Read(TextTokenizer tokenizer, IEnumerable<string> prompts) =>
        prompts.Distinct(StringComparer.Ordinal).ToOrdinalMap(prompt => prompt, prompt => tokenizer.Encode(prompt, addSpecialTokens: false).ToImmutableArray());

    /// <summary>The tokenizer of a commit on the Hub; null when it has none.</summary>
    /// <exception cref="MergeOpsException">It has a part that is not read exactly here, or cannot be asked for.</exception>
    public static async Task<TextTokenizer?> TokenizerOfAsync(CommitFiles commit, CancellationToken cancellation) => commit.Find(ModelFileNames.Tokenizer) is { } file
        ? TextTokenizerReader.Read(await commit.ReadWholeAsync(file.Path, TokenizerFiles.CapOf(file.Path), cancellation), commit.Describe(file.Path))
        : null;
}
