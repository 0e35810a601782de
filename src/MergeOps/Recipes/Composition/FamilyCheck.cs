using System.Collections.Frozen;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>What must hold between the variants of a file, so that each of them makes a model of its own.</summary>
/// <param name="context">The file.</param>
internal sealed class FamilyCheck(ReadingContext context)
{
    // the keys on which no byte of a model depends; a search decides the numbers that it chooses
    private static readonly FrozenSet<string> Beside = RecipeKeys.Top.Keys
        .Where(key => key.Affects is not Affects.Bytes && key.Value != new BlockShape(MeasuringKeys.Search))
        .Select(key => key.Name)
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reports values that stand nowhere, variants that make one model, and variants that publish to one place.</summary>
    /// <param name="root">The recipe without its variants.</param>
    /// <param name="variants">The variants.</param>
    public void Run(YamlMapping root, ImmutableArray<Variant> variants)
    {
        var unheard = new ReadingContext(context.Source, context.Folder, context.Catalogue, context.IsLocked, []);
        var recipes = new Dictionary<string, Variant>(StringComparer.Ordinal);
        var targets = new Dictionary<string, Variant>(StringComparer.Ordinal);
        HashSet<string> used = [Variant.NameKey];
        foreach (var variant in variants)
        {
            var substitution = new Substitution(variant, unheard);
            var recipe = (YamlMapping)substitution.In(root);
            used.UnionWith(substitution.Used);
            var bytes = RecipeWriter.Write(recipe with { Entries = [.. recipe.Entries.Where(entry => !Beside.Contains(entry.Key.Text))] });
            if (!recipes.TryAdd(bytes, variant))
            {
                context.Diagnostics.Warning(
                    Codes.VariantsEqual,
                    $"The variants {TerminalText.Quoted(recipes[bytes].Name)} and {TerminalText.Quoted(variant.Name)} make the same model: no byte of it depends on a value in which they differ.",
                    context.SpanOf(variant.Node));
            }

            CheckTarget(recipe, variant, targets);
        }

        foreach (var entry in variants.SelectMany(variant => variant.Values.Values).Where(entry => !used.Contains(entry.Key.Text)).DistinctBy(entry => entry.Key.Text))
        {
            context.Diagnostics.Warning(
                Codes.VariantValueUnused, $"The recipe does not use ${{{entry.Key.Text}}}.{NearestName.Suggestion(entry.Key.Text, used.Where(name => name != Variant.NameKey))}", context.SpanOf(entry.Key));
        }
    }

    private void CheckTarget(YamlMapping recipe, Variant variant, Dictionary<string, Variant> targets)
    {
        if (Find(recipe, "publish") is not YamlMapping publish)
        {
            return;
        }

        foreach (var kind in context.Catalogue.Targets)
        {
            if (Find(publish, kind.Name) is YamlScalar place && !CoreSchema.IsNull(place) && $"{kind.Name} {kind.Identity(place.Text, context.Folder)}" is var target && !targets.TryAdd(target, variant))
            {
                context.Refuse(
                    Codes.VariantTargetTaken,
                    $"The variants {TerminalText.Quoted(targets[target].Name)} and {TerminalText.Quoted(variant.Name)} would both be published to {TerminalText.Quoted(place.Text)}. Put a value into the target, as in '${{{variant.Node.Entries[0].Key.Text}}}'.",
                    place);
            }
        }
    }

    private static YamlNode? Find(YamlMapping mapping, string key) => mapping.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}
