using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Checks;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Validation;

/// <summary>
/// Puts the recipes of one text in order. As in files of mergekit-multi, each has a name by which others use its result, but for
/// at most one; that one is the output, else the last one that no other uses.
/// </summary>
internal static class StageOrder
{
    private const string Mark = "---";

    /// <summary>The names by which recipes can be used; those that cannot be told apart go into the bag.</summary>
    /// <param name="documents">Their trees.</param>
    /// <param name="source">Their text.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static ImmutableSortedSet<string> NamesOf(ImmutableArray<YamlNode> documents, SourceText source, DiagnosticBag diagnostics)
    {
        var places = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        SourceSpan? unnamed = null;
        foreach (var document in documents.Take(documents.Length > 1 ? documents.Length : 0).OfType<YamlMapping>())
        {
            if (document.Entries.FirstOrDefault(entry => entry.Key.Text == "name")?.Value is not YamlScalar name)
            {
                var place = MarkBefore(document.Start, source.Text) is var mark && mark < 0 ? source.Span(document.Start, document.Start) : source.Span(mark, mark + Mark.Length);
                if (unnamed is { } first)
                {
                    diagnostics.Error(
                        Codes.StagesAlike,
                        $"This recipe has no name, and neither does the one on line {first.Line}. Only one may have none: the output. Give the others a 'name', by which recipes use them as models.",
                        place);
                }

                unnamed ??= place;
            }
            else if (!places.TryAdd(name.Text, source.Span(name.Start, name.End)))
            {
                diagnostics.Error(
                    Codes.StagesAlike,
                    $"{TerminalText.Quoted(name.Text)} is already the name of the recipe on line {places[name.Text].Line}. Give this one another name.",
                    source.Span(name.Start, name.End));
            }
        }

        return places.Keys.Where(TopReader.IsFileName).ToImmutableSortedSet(StringComparer.Ordinal);
    }

    /// <summary>The recipe of the output with those that it is made of; null with an error where they use each other in a circle.</summary>
    /// <param name="recipes">The recipes in the order of the text, each name once.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static Recipe? Arrange(ImmutableArray<Recipe> recipes, DiagnosticBag diagnostics)
    {
        if (recipes is [var only])
        {
            return only;
        }

        var byName = recipes.Where(recipe => recipe.Name is not null).ToDictionary(recipe => recipe.Name!.Value, StringComparer.Ordinal);
        if (recipes.Select(recipe => CircleFrom(recipe, byName)).FirstOrDefault(circle => circle is not null) is { } found)
        {
            diagnostics.Error(
                Codes.StagesInCircle,
                $"{string.Join(" uses ", found.Select(mention => TerminalText.Quoted(mention.Value.Path)))} uses {TerminalText.Quoted(found[0].Value.Path)}: none of them can be made first. Remove one of these references.",
                found[0].Span);
            return null;
        }

        var used = recipes.SelectMany(UsesOf).Select(mention => mention.Value.Path).ToHashSet(StringComparer.Ordinal);
        var output = recipes.FirstOrDefault(recipe => recipe.Name is null) ?? recipes.Last(recipe => !used.Contains(recipe.Name!.Value));
        var stages = new List<Recipe>();
        // a mention that could not be read may be the use of a recipe
        var usesAreKnown = !diagnostics.HasErrors;
        Collect(output, byName, stages);
        foreach (var recipe in recipes.Where(recipe => recipe != output))
        {
            if (usesAreKnown && !stages.Contains(recipe))
            {
                diagnostics.Warning(
                    Codes.StageUnused,
                    $"{TerminalText.Quoted(recipe.Name!.Value)} is not part of {(output.Name is { } name ? TerminalText.Quoted(name.Value) : "the recipe without a name")}, which is the output, so it is not made. Move it to its own file.",
                    recipe.Name.Span);
            }

            RefuseKeysOfOutput(recipe, diagnostics);
        }

        return output with { Stages = [.. stages], Accept = [.. stages.SelectMany(stage => stage.Accept), .. output.Accept] };
    }

    // where the line is that begins a document; below 0 where none does
    private static int MarkBefore(int start, string text)
    {
        var at = text.LastIndexOf("\n" + Mark, Math.Max(0, start - 1), StringComparison.Ordinal);
        return at >= 0 ? at + 1 : text.StartsWith(Mark, StringComparison.Ordinal) ? 0 : -1;
    }

    private static IEnumerable<Located<ModelReference>> UsesOf(Recipe recipe) => InputGroup.Of(recipe)
        .SelectMany(group => group.Models)
        .Append(recipe.BaseModel!)
        .Where(model => model is { Value.IsStage: true });

    private static void Collect(Recipe recipe, Dictionary<string, Recipe> byName, List<Recipe> stages)
    {
        foreach (var stage in UsesOf(recipe).Select(use => byName[use.Value.Path]).Where(stage => !stages.Contains(stage)))
        {
            Collect(stage, byName, stages);
            if (!stages.Contains(stage))
            {
                stages.Add(stage);
            }
        }
    }

    // the mentions that lead from a recipe back to it; null when none does
    private static ImmutableArray<Located<ModelReference>>? CircleFrom(Recipe start, Dictionary<string, Recipe> byName)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<ImmutableArray<Located<ModelReference>>>(UsesOf(start).Select(use => ImmutableArray.Create(use)));
        while (waiting.TryPop(out var way))
        {
            var name = way[^1].Value.Path;
            if (name == start.Name?.Value)
            {
                return [way[^1], .. way[..^1]];
            }

            if (seen.Add(name))
            {
                UsesOf(byName[name]).ToList().ForEach(use => waiting.Push(way.Add(use)));
            }
        }

        return null;
    }

    private static void RefuseKeysOfOutput(Recipe recipe, DiagnosticBag diagnostics)
    {
        var name = TerminalText.Quoted(recipe.Name!.Value);
        foreach (var (key, span) in new[]
        {
            ("evaluate", recipe.Evaluate?.Span), ("gates", recipe.Gates.FirstOrDefault()?.Span), ("publish", recipe.Publish?.Span), ("version", recipe.Version?.Span),
        })
        {
            if (span is not null)
            {
                diagnostics.Error(Codes.KeyOfOutput, $"'{key}' is for the model that is written, and {name} is only used by another recipe. Put it into the recipe of the output.", span);
            }
        }

        if (recipe.Output is { } output)
        {
            diagnostics.Error(
                Codes.KeyOfOutput,
                $"{name} is used by another recipe of the file, and within one file only whole models are passed on. Remove 'output'; or make the adapter with a recipe in a file of its own, and name the resulting folder on top of a model.",
                output.Span);
        }

        foreach (var (key, span) in new[] { ("description", recipe.Description?.Span), ("shard_size", recipe.ShardSize?.Span) })
        {
            if (span is not null)
            {
                diagnostics.Warning(Codes.KeyWithoutEffect, $"'{key}' is for the model that is written, and {name} is only used by another recipe.", span);
            }
        }
    }
}
