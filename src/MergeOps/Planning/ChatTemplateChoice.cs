using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Sources;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>What <c>chat_template</c> of a recipe stands for.</summary>
internal static class ChatTemplateChoice
{
    /// <summary>The text of the output's template; null keeps that of the model that gives the tokenizer.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The facts of every model, in the recipe's order.</param>
    /// <param name="giver">Index of the model that gives the tokenizer.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static string? Of(Recipe recipe, ImmutableArray<ModelFacts> models, int giver, DiagnosticBag diagnostics)
    {
        if (recipe.ChatTemplate is not { } wanted)
        {
            return null;
        }

        if (!models[giver].Companions.Any(CompanionFiles.IsTokenizer))
        {
            diagnostics.Error(
                Codes.TokenizerNotMade,
                $"{models[giver].Model.Value} has no tokenizer that a chat template could belong to. Name a model that has one with 'tokenizer_source', or leave 'chat_template' out.",
                wanted.Span);
            return null;
        }

        return wanted.Value == TokenizerReader.AutoTemplate ? MostCommon(recipe, models, giver, wanted.Span, diagnostics) : BuiltInTemplates.Find(wanted.Value) ?? wanted.Value;
    }

    // of templates that equally many have the first one counts, in the order of the models
    private static string? MostCommon(Recipe recipe, ImmutableArray<ModelFacts> models, int giver, SourceSpan span, DiagnosticBag diagnostics)
    {
        var chosen = models
            .Where(facts => DigestOf(facts) is not null)
            .GroupBy(DigestOf, StringComparer.Ordinal)
            .MaxBy(alike => alike.Count());
        if (chosen is null || chosen.Key == DigestOf(models[giver]))
        {
            return null;
        }

        if (chosen.Select(facts => facts.Vocabulary!.ChatTemplate).FirstOrDefault(text => text is not null) is { } text)
        {
            return text;
        }

        diagnostics.Error(
            Codes.LockDisagrees, $"The lock does not hold the chat template of {chosen.First().Model.Value}, which most of the models have. Run `mergeops lock {recipe.Path}`.", span);
        return null;
    }

    private static string? DigestOf(ModelFacts facts) =>
        facts.Vocabulary?.Parts.Digests.GetValueOrDefault(TokenizerParts.ChatTemplate) is { } digest && digest != TokenizerParts.Absent ? digest : null;
}
