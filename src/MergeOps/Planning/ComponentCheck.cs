using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Holds the components of the models against each other: which there are, how they number tokens, which of their files are read.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="models">The models in the plan's order.</param>
/// <param name="donor">The one that gives config and companion files, and with them the list of components.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class ComponentCheck(Recipe recipe, ImmutableArray<ModelMetadata> models, ModelMetadata donor, DiagnosticBag diagnostics)
{
    private const string Tokenizer = "tokenizer";
    private const string TextEncoder = "text_encoder";

    /// <summary>Looks at all of it.</summary>
    public void Run()
    {
        foreach (var metadata in models.Where(IsOfOlderLock))
        {
            diagnostics.Error(
                Codes.LockDisagrees, $"'{metadata.Model.Value}' has components, but its lock was made by a version that did not look for their weights. Run `mergeops lock`.", metadata.Model.Span);
        }

        if (diagnostics.HasErrors)
        {
            return;
        }

        RequireEverywhere();
        WarnOfLost();
        foreach (var folder in models.SelectMany(metadata => Components.Folders(metadata.Descriptions.GetValueOrDefault)).Distinct(StringComparer.Ordinal))
        {
            ImmutableArray<ModelMetadata> mixed = [.. TakersOf(ComponentUsing(folder)).Where(metadata => metadata != donor)];
            new ComponentSettings(recipe, folder, donor, diagnostics).Compare(mixed);
            CompareVocabularies(folder, mixed);
        }

        TellVariants();
    }

    private static bool IsOfOlderLock(ModelMetadata metadata) =>
        metadata.Remote is { Metadata: var known }
        && (known.Version == 1 ? known.Files.Contains(DescriptionFiles.Modules) : !known.UnknownComponents.IsEmpty);

    private void RequireEverywhere()
    {
        foreach (var component in donor.Checkpoint.Components)
        {
            if (TakersOf(component).Where(metadata => !metadata.Checkpoint.Components.Contains(component)).ToList() is [var first, ..] without)
            {
                diagnostics.Error(
                    Codes.ComponentsDiffer,
                    $"{donor.Model.Value} has {TerminalText.Quoted(component)} with weights of its own, and {string.Join(", ", without.Select(metadata => metadata.Model.Value))} {(without.Count == 1 ? "has" : "have")} none. "
                    + $"To copy it from {donor.Model.Value}, list under 'modules' only {CommonParts(component)}.",
                    first.Model.Span);
            }
        }

        foreach (var module in NamedModules.Where(module => !donor.Checkpoint.Components.Contains(module.Name!.Value)))
        {
            if (models.FirstOrDefault(metadata => metadata.Checkpoint.Components.Contains(module.Name!.Value)) is { } other)
            {
                diagnostics.Error(
                    Codes.ComponentsDiffer,
                    $"{other.Model.Value} has {TerminalText.Quoted(module.Name!.Value)}, and {donor.Model.Value}, which gives the output's list of components, has none: nothing would load it. Name {other.Model.Value} as base_model or first.",
                    module.Name.Span);
            }
        }
    }

    private string CommonParts(string missing)
    {
        var common = donor.Checkpoint.Components.Where(component => component != missing && models.All(metadata => metadata.Checkpoint.Components.Contains(component))).ToList();
        var own = donor.Checkpoint.Files.Any(file => ComponentName.FolderOf(file.Path) == ComponentName.Own) ? ["text_decoder (the transformer itself)"] : Array.Empty<string>();
        return own.Length + common.Count == 0 ? "components that all models have" : string.Join(", ", [.. own, .. common.Select(component => TerminalText.Quoted(component))]);
    }

    private void WarnOfLost()
    {
        var lost = models
            .Select(metadata => (Metadata: metadata, Names: (ImmutableArray<string>)[.. metadata.Checkpoint.Components.Except(donor.Checkpoint.Components)]))
            .Where(one => !one.Names.IsEmpty && !diagnostics.HasErrors)
            .ToList();
        if (lost.Count > 0)
        {
            var names = string.Join(" and ", lost.GroupBy(one => NameList.Of(one.Names), one => one.Metadata.Model.Value).Select(group => $"{group.Key} of {string.Join(", ", group)}"));
            diagnostics.Warning(
                Codes.SubModuleLost,
                $"The weights of {names} have no place in the output: {donor.Model.Value}, which gives its other files, has no such component.",
                lost[0].Metadata.Model.Span);
        }
    }

    private void CompareVocabularies(string folder, ImmutableArray<ModelMetadata> mixed)
    {
        var files = donor.CompanionContents.Keys.Where(path => ComponentName.FolderOf(path) == folder && CompanionFiles.IsVocabulary(Path.GetFileName(path))).ToList();
        // a tokenizer.json says the same in many layouts; the lists of tokens beside it do not
        var decisive = files.FindAll(path => Path.GetFileName(path) != ModelFileNames.Tokenizer) is [_, ..] lists ? lists : files;
        foreach (var metadata in mixed)
        {
            if (decisive.Find(path => metadata.CompanionContents.TryGetValue(path, out var its) && its.Differs(donor.CompanionContents[path])) is { } differing)
            {
                diagnostics.Error(
                    Codes.ComponentVocabulariesDiffer,
                    $"{TerminalText.Quoted(differing)} of {metadata.Model.Value} is not that of {donor.Model.Value}. Rows of a component are merged by their numbers, so tokens could be mixed up. Leave {TerminalText.Quoted(ComponentUsing(folder))} to one model: list the other components under 'modules'.",
                    metadata.Model.Span);
            }
        }
    }

    private void TellVariants()
    {
        foreach (var metadata in models)
        {
            var read = metadata.Checkpoint.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
            foreach (var component in metadata.Checkpoint.Components)
            {
                var others = LeftBehind.VariantsIn(component, metadata.Paths.Where(path => !read.Contains(path)));
                if (!others.IsEmpty)
                {
                    diagnostics.Note(
                        Codes.VariantUnread,
                        $"{NameList.Of([.. read.Where(path => ComponentName.FolderOf(path) == component).Order(StringComparer.Ordinal)])} of {metadata.Model.Value} is read, but not {NameList.Of([.. others.Select(name => ComponentName.In(component, name))])}.",
                        metadata.Model.Span);
                }
            }
        }
    }

    private IEnumerable<RecipeModule> NamedModules => recipe.Modules.Where(module => module.Name is { Value: not RecipeKeys.OnlyModule });

    // the models whose weights go into a component, or into anything for a folder without weights; what no module has is the donor's alone
    private IEnumerable<ModelMetadata> TakersOf(string component)
    {
        var isPart = NamedModules.Any() && models.Any(metadata => metadata.Checkpoint.Components.Contains(component));
        var modules = isPart ? NamedModules.Where(module => module.Name!.Value == component) : recipe.Modules;
        var named = modules
            .SelectMany(module => module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources)).Select(input => input.Model).Append(module.Models.Length == 1 ? null : recipe.BaseModel))
            .Select(model => model?.Value)
            .ToHashSet();
        return models.Where(metadata => named.Contains(metadata.Model.Value));
    }

    // diffusers numbers the tokenizers like the encoders that use them
    private static string ComponentUsing(string folder) =>
        folder.StartsWith(Tokenizer, StringComparison.Ordinal) ? TextEncoder + folder[Tokenizer.Length..] : folder;
}
