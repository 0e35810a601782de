using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>The tokenizer comes from a model that takes part.</summary>
internal static class TokenizerCheck
{
    public static void Run(Recipe recipe, ReadingContext context)
    {
        if (context.IsIncomplete || recipe.Tokenizer is not { Source: { } source } || TokenizerReader.IsRule(source.Value))
        {
            return;
        }

        var models = InputGroup.Of(recipe)
            .SelectMany(group => group.Inputs.Select(input => input.Model).Append(group.Base).OfType<Located<ModelReference>>())
            .Select(model => model.Value.ToString())
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (!models.Contains(source.Value))
        {
            context.Error(
                Codes.NotImplemented,
                $"The tokenizer of a model that takes no part is not taken yet.{NearestName.Suggestion(source.Value, models)} Name one of the recipe's models: {string.Join(", ", models.Select(TerminalText.Quoted))}.",
                source.Span);
        }
    }
}
