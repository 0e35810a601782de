using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>The rows of tokens come from models that take part.</summary>
internal static class TokenizerCheck
{
    public static void Run(Recipe recipe, ReadingContext context)
    {
        if (context.IsIncomplete || recipe.Tokenizer is not { } tokenizer)
        {
            return;
        }

        var models = InputGroup.Of(recipe)
            .SelectMany(group => group.Models)
            .Select(model => model.Value.ToString())
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (!TokenizerReader.IsRule(tokenizer.Source.Value) && !models.Contains(tokenizer.Source.Value))
        {
            context.Error(
                Codes.NotImplemented,
                $"The tokenizer of a model that is not part of the merge cannot be used yet.{NearestName.Suggestion(tokenizer.Source.Value, models)} Name one of the recipe's models: {string.Join(", ", models.Select(TerminalText.Quoted))}.",
                tokenizer.Source.Span);
        }

        foreach (var source in tokenizer.Tokens.Select(token => token.Source?.Model))
        {
            if (source is null || models.Contains(source.Value.ToString()))
            {
                continue;
            }

            context.Error(
                Codes.TokenSourceMissing,
                $"{TerminalText.Quoted(source.Value.ToString())} takes no part in the merge, so none of its rows are read.{NearestName.Suggestion(source.Value.ToString(), models)} Name one of the recipe's models: {string.Join(", ", models.Select(TerminalText.Quoted))}.",
                source.Span);
        }
    }
}
