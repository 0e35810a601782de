using System.Collections.Immutable;
using System.Text;
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

    /// <summary>The program and its arguments for one model; a value never opens another placeholder.</summary>
    public ImmutableArray<string> For(string model, string results, string recipeName) =>
        [.. Words.Select(word => Filled(word, model, results, recipeName))];

    private static string Filled(string word, string model, string results, string recipeName)
    {
        (string Name, string Value)[] values = [(Model, model), (Results, results), (RecipeName, recipeName)];
        var filled = new StringBuilder();
        for (var rest = word.AsSpan(); !rest.IsEmpty;)
        {
            var (taken, text) = (1, rest[..1].ToString());
            foreach (var (name, value) in values)
            {
                if (rest.StartsWith(name, StringComparison.Ordinal))
                {
                    (taken, text) = (name.Length, value);
                }
            }

            filled.Append(text);
            rest = rest[taken..];
        }

        return filled.ToString();
    }
}
