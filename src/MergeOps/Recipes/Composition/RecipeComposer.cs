using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>A recipe as one tree, whatever files and variants it was put together from.</summary>
/// <param name="Root">The tree; every node knows the text in which it stands.</param>
/// <param name="Text">The recipe in one text: the file's own where it extends nothing and has no variants.</param>
internal sealed record ComposedRecipe(YamlNode Root, string Text)
{
    /// <summary>The files that it extends, the nearest first.</summary>
    public ImmutableArray<string> Parents { get; init; } = [];

    /// <summary>The variant that it is; null where the file has none.</summary>
    public string? Variant { get; init; }
}

/// <summary>Puts recipes together: with <c>extends</c> from several files, with <c>variants</c> from one of several lists of values.</summary>
/// <param name="context">The recipe's own file.</param>
internal sealed class RecipeComposer(ReadingContext context)
{
    private readonly ParentFiles parents = new(context);

    /// <summary>The recipe, or one of its variants; null, with an error, when it cannot be put together.</summary>
    /// <param name="root">The file's tree.</param>
    /// <param name="wanted">The variant; null where there is none.</param>
    public ComposedRecipe? Compose(YamlNode root, string? wanted)
    {
        if (root is not YamlMapping own || !own.Entries.Any(entry => entry.Key.Text is ParentFiles.Key or VariantsReader.Key))
        {
            return wanted is null ? new(root, context.Source.Text) : Unknown($"This recipe has no variants, so none is called {TerminalText.Quoted(wanted)}.");
        }

        if (Split(own) is not var (merged, list))
        {
            return null;
        }

        if (list is null)
        {
            return wanted is null ? Whole(merged, null) : Unknown($"This recipe has no variants, so none is called {TerminalText.Quoted(wanted)}.");
        }

        if (new VariantsReader(context).Read(list) is not { } variants)
        {
            return null;
        }

        new FamilyCheck(context).Run(merged, variants);
        if (variants.FirstOrDefault(variant => variant.Name == wanted) is not { } chosen)
        {
            var names = variants.Select(variant => variant.Name).ToList();
            return Unknown(wanted is null
                ? $"This recipe has the variants {string.Join(", ", names)}. Name one of them, as in '{new RecipeAddress(TerminalText.Escape(context.Source.Path), names[0])}'."
                : $"There is no variant {TerminalText.Quoted(wanted)}.{(NearestName.Suggestion(wanted, names) is { Length: > 0 } nearest ? nearest : $" The variants are {string.Join(", ", names)}.")}");
        }

        return Whole((YamlMapping)new Substitution(chosen, context).In(merged), chosen.Name);
    }

    /// <summary>The names of the variants of a file, in their order; empty when it has none, or none that can be read.</summary>
    /// <param name="root">The file's tree.</param>
    public ImmutableArray<string> NamesIn(YamlNode root) =>
        root is YamlMapping own && Split(own) is var (_, list) && list is not null && new VariantsReader(context).Read(list) is { } variants
            ? [.. variants.Select(variant => variant.Name)]
            : [];

    /// <summary>The files that were extended so far, the nearest first; the last one need not be there.</summary>
    public ImmutableArray<string> Parents => parents.Files;

    /// <summary>The tree of a file with what it inherits; null, with an error, when a parent cannot be used.</summary>
    /// <param name="own">The file's tree.</param>
    public YamlMapping? Inherited(YamlMapping own) => parents.Merge(own);

    private (YamlMapping Recipe, YamlNode? Variants)? Split(YamlMapping own)
    {
        if (parents.Merge(own) is not { } merged)
        {
            return null;
        }

        var list = merged.Entries.FirstOrDefault(entry => entry.Key.Text == VariantsReader.Key)?.Value;
        return (merged with { Entries = [.. merged.Entries.Where(entry => entry.Key.Text != VariantsReader.Key)] }, list is null || CoreSchema.IsNull(list) ? null : list);
    }

    // what is published must be readable alone, within the limits of a file
    private ComposedRecipe? Whole(YamlMapping merged, string? variant)
    {
        var root = new RelocatedPaths(context).In(merged);
        var files = parents.Files.Prepend(context.Source.Path).Select(file => TerminalText.Escape(Path.GetFileName(file)));
        var text = $"# Put together from {string.Join(", ", files)}{(variant is null ? "" : $", variant {variant}")}.\n{RecipeWriter.Write(root)}";
        DiagnosticBag limits = [];
        if (text.Length > YamlLimits.FileBytes || YamlTreeReader.Read(new SourceText(context.Source.Path, text), limits) is null)
        {
            context.Refuse(
                Codes.RecipeTooLarge,
                limits.FirstOrDefault(finding => finding.Severity is Severity.Error)?.Detail ?? $"Put together, a recipe may have at most {YamlLimits.FileBytes:N0} characters.",
                SourceSpan.File(context.Source.Path));
            return null;
        }

        return new(root, text) { Parents = parents.Files, Variant = variant };
    }

    private ComposedRecipe? Unknown(string detail)
    {
        context.Refuse(Codes.VariantUnknown, detail, SourceSpan.File(context.Source.Path));
        return null;
    }
}
