using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Holds the settings of one component against those of the model that gives the output's files.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="folder">The component, or another folder of settings.</param>
/// <param name="donor">The model that gives its settings.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class ComponentSettings(Recipe recipe, string folder, ModelMetadata donor, DiagnosticBag diagnostics)
{
    /// <summary>An error where another model's component is another function, a warning where other settings differ.</summary>
    /// <param name="others">The other models whose weights go into it.</param>
    public void Compare(ImmutableArray<ModelMetadata> others)
    {
        foreach (var metadata in others.Prepend(donor).Where(metadata => metadata.Checkpoint.Components.Contains(folder) && ComponentTraits.IsQuantized(metadata.Descriptions, folder)))
        {
            diagnostics.Error(
                Codes.ModelQuantized,
                $"{TerminalText.Quoted(folder)} of {metadata.Model.Value} is quantized by its {ModelFileNames.Config}. Use the model that it was quantized from.",
                metadata.Model.Span);
        }

        // a scheduler or tokenizer of another class works with the same weights
        var kind = donor.Checkpoint.Components.Contains(folder) ? ComponentTraits.KindOf(donor.Descriptions, folder) : null;
        foreach (var metadata in others)
        {
            if (kind is not null && ComponentTraits.KindOf(metadata.Descriptions, folder) is { } other && kind != other)
            {
                diagnostics.Error(
                    Codes.ComponentsDiffer,
                    $"{TerminalText.Quoted(folder)} is {TerminalText.Quoted(kind)} in {donor.Model.Value} and {TerminalText.Quoted(other)} in {metadata.Model.Value}. Merge models whose components are of the same kinds, or leave this one to one model: list the others under 'modules'.",
                    metadata.Model.Span);
                continue;
            }

            foreach (var file in ComponentTraits.FilesOf(hasWeights: donor.Checkpoint.Components.Contains(folder)))
            {
                CompareFile(metadata, ComponentName.In(folder, file));
            }
        }
    }

    private void CompareFile(ModelMetadata metadata, string path)
    {
        var differing = ComponentTraits.Differences(donor.Descriptions, metadata.Descriptions, path);
        if (differing.IsEmpty)
        {
            return;
        }

        var values = string.Join("; ", differing.Select(setting => TerminalText.Escape($"{setting.Key} {setting.First} in {donor.Model.Value}, {setting.Second} in {metadata.Model.Value}")));
        if (differing.Any(setting => ComponentTraits.IsDecisive(setting.Key)) && !recipe.AllowsDifferentArchitectures)
        {
            var wayOut = donor.Checkpoint.Components.Contains(folder) ? "Merge models that agree, or leave this component to one model: list the others under 'modules'." : "Merge models that agree.";
            diagnostics.Error(
                Codes.ComponentsDiffer,
                $"{TerminalText.Quoted(path)}: {values}. Their weights mean different things under the same names. {wayOut} If you know that they fit together, set 'allow_different_architectures: true' in the recipe.",
                metadata.Model.Span);
        }
        else
        {
            diagnostics.Warning(Codes.ComponentSettingsDiffer, $"{TerminalText.Quoted(path)}: {values}. The output takes the values of {donor.Model.Value}.", metadata.Model.Span);
        }
    }
}
