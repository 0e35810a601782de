using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Tokenizers;

namespace MergeOps.Sources.Locking;

/// <summary>Whether a recipe's plan needs all tokens of its models, or outlines are enough.</summary>
internal static class WholeVocabularies
{
    /// <summary>Whether they are needed.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="known">The vocabularies of its models, at least their outlines.</param>
    public static bool AreNeeded(Recipe recipe, IReadOnlyList<Vocabulary> known) => recipe.Documents.Any(document => AreNeededBy(document, known));

    private static bool AreNeededBy(Recipe recipe, IReadOnlyList<Vocabulary> known)
    {
        if (recipe.Tokenizer is { Tokens.IsEmpty: false } or { PadToMultipleOf: not null })
        {
            return true;
        }

        var isUnion = recipe.Tokenizer is { } settings && TokenizerReader.IsUnion(settings.Source.Value);
        return known.Skip(1).Any(vocabulary =>
            (recipe.ChatTemplate?.Value == TokenizerReader.AutoTemplate && TemplateOf(vocabulary) != TemplateOf(known[0]))
            || (VocabularyComparison.Of(vocabulary, known[0]) is var difference && (isUnion ? !difference.IsSame : difference.IsDifferent)));
    }

    private static string? TemplateOf(Vocabulary vocabulary) => vocabulary.Parts.Digests.GetValueOrDefault(TokenizerParts.ChatTemplate);
}
