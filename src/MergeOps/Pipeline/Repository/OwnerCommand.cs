using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Repository;

/// <summary>A command that the owners of a repository named under <c>commands</c>; no shell ever sees it, and it sees no secret.</summary>
/// <param name="Words">The program and its arguments, with placeholders.</param>
/// <param name="Span">The list in the settings.</param>
internal sealed record OwnerCommand(ImmutableArray<string> Words, SourceSpan Span)
{
    /// <summary>Stands for the file of a plan.</summary>
    public const string Plan = "{plan}";

    /// <summary>Stands for the path of a recipe.</summary>
    public const string Recipe = "{recipe}";

    /// <summary>Stands for the folder of a merged model.</summary>
    public const string Model = "{model}";

    /// <summary>Stands for the folder of what is derived of it.</summary>
    public const string Output = "{output}";

    /// <summary>Every placeholder.</summary>
    public static ImmutableArray<string> Known { get; } = [Plan, Recipe, Model, Output];

    /// <summary>Whether a placeholder is used.</summary>
    public bool Uses(string placeholder) => Words.Any(word => word.Contains(placeholder, StringComparison.Ordinal));

    /// <summary>The first of several placeholders that is used; null where none is.</summary>
    public string? FirstOf(params ReadOnlySpan<string> placeholders)
    {
        foreach (var placeholder in placeholders)
        {
            if (Uses(placeholder))
            {
                return placeholder;
            }
        }

        return null;
    }

    /// <summary>The program and its arguments that derive files of a model, or judge them.</summary>
    public ImmutableArray<string> Deriving(string model, string output) => [.. Words.Select(word => Placeholders.Fill(word, (Model, model), (Output, output)))];

    /// <summary>The program and its arguments that judge one plan.</summary>
    public ImmutableArray<string> Judging(string plan, string recipe) => [.. Words.Select(word => Placeholders.Fill(word, (Plan, plan), (Recipe, recipe)))];
}
