using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Repository;

/// <summary>A command that scores a model and writes lm-evaluation-harness's results; no shell ever sees it.</summary>
/// <param name="Words">The program and its arguments, with placeholders.</param>
/// <param name="Span">The list in the settings.</param>
internal sealed record ScoringCommand(ImmutableArray<string> Words, SourceSpan Span)
{
    /// <summary>Stands for the folder of the merged model.</summary>
    public const string Model = "{model}";

    /// <summary>Stands for the file that the command writes.</summary>
    public const string Results = "{results}";

    /// <summary>Stands for the recipe's name.</summary>
    public const string RecipeName = "{recipe-name}";

    /// <summary>Every placeholder.</summary>
    public static ImmutableArray<string> Placeholders { get; } = [Model, Results, RecipeName];

    /// <summary>The program and its arguments for one model.</summary>
    public ImmutableArray<string> For(string model, string results, string recipeName) =>
        [.. Words.Select(word => Repository.Placeholders.Fill(word, (Model, model), (Results, results), (RecipeName, recipeName)))];
}
