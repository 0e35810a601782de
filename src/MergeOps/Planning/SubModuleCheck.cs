using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>
/// Refuses models whose modules have weights of their own: a merge takes the weights of the model's own folder only, so the
/// output would lose the others.
/// </summary>
internal static class SubModuleCheck
{
    /// <summary>An error when the output's <c>modules.json</c> needs such weights, a warning when only another model has them.</summary>
    /// <param name="models">The models in the plan's order.</param>
    /// <param name="donor">The one that gives config and companion files.</param>
    /// <param name="diagnostics">Takes the finding.</param>
    public static void Run(ImmutableArray<ModelMetadata> models, ModelMetadata donor, DiagnosticBag diagnostics)
    {
        if (models.FirstOrDefault(metadata => metadata.Remote is { Metadata: { Version: 1 } known } && known.Files.Any(file => file.Path == DescriptionFiles.Modules)) is { } older)
        {
            diagnostics.Error(
                Codes.LockDisagrees,
                $"'{older.Model.Value}' has a {DescriptionFiles.Modules}, and its lock is of a version that did not look which modules have weights. Run `mergeops lock`.",
                older.Model.Span);
            return;
        }

        var found = models
            .Select(metadata => new WeightedModules(metadata, SubModules.WithWeights(metadata.Paths, metadata.Descriptions.GetValueOrDefault)))
            .Where(one => !one.Modules.IsEmpty)
            .ToList();
        if (found.Count == 0)
        {
            return;
        }

        var lost = string.Join(
            " and ",
            found.GroupBy(one => NameList.Of(one.Modules), one => one.Metadata.Model.Value)
                .Select(modules => $"{modules.Key} of {string.Join(", ", modules)}"));
        if (found.Any(one => one.Metadata == donor))
        {
            diagnostics.Error(
                Codes.SubModuleLost,
                $"The weights of {lost} cannot be merged yet, and the output's {DescriptionFiles.Modules} needs them. To merge the transformers alone, name copies of the folders without {DescriptionFiles.Modules} and without these modules; which modules the result gets is then your choice.",
                donor.Model.Span);
        }
        else
        {
            diagnostics.Warning(
                Codes.SubModuleLost,
                $"The weights of {lost} have no place in the output: {donor.Model.Value}, which gives its other files, has no such module.",
                found[0].Metadata.Model.Span);
        }
    }

    private sealed record WeightedModules(ModelMetadata Metadata, ImmutableArray<string> Modules);
}
