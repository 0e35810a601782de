using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Says which weights of the models are not in the output, so that nothing is lost without a word.</summary>
internal static class LostWeights
{
    private const int MostNamed = 4;

    /// <summary>A warning for each model that loses weights; an error where the output's own config asks for them.</summary>
    /// <param name="models">The metadata of the plan's models.</param>
    /// <param name="dropped">What is left out.</param>
    /// <param name="donor">The model that gives the output's config and the list of its components.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static void Report(
        ImmutableArray<ModelMetadata> models, ImmutableArray<DroppedTensor> dropped, ModelMetadata donor, DiagnosticBag diagnostics)
    {
        var weights = dropped.Where(tensor =>
            tensor.IsLost && models[tensor.Model].RoleOf(models[tensor.Model].Checkpoint.Tensors[tensor.Name]) is not TensorRole.DerivedBuffer).ToList();
        ReportKnowingly(models, [.. dropped.Except(weights)], diagnostics);
        for (var model = 0; model < models.Length; model++)
        {
            var metadata = models[model];
            // a whole component that the output has no place for is told by its name
            var lost = weights.Where(tensor => tensor.Model == model && !metadata.Checkpoint.Components.Except(donor.Checkpoint.Components).Contains(ComponentName.ComponentOf(tensor.Name, metadata.Checkpoint.Components))).ToList();
            if (lost.Count == 0)
            {
                continue;
            }

            var names = lost.ConvertAll(tensor => tensor.Name);
            var reasons = string.Join("; ", lost.Select(tensor => tensor.Reason).Distinct(StringComparer.Ordinal));
            var what = $"{metadata.Model.Value} has {PatternText.Of(names, MostNamed)}: {reasons}.";
            if (names.Find(name => name.EndsWith(".bias", StringComparison.Ordinal)) is { } bias && donor.Config?.BiasFlag is { } setting)
            {
                diagnostics.Error(
                    Codes.WeightsLost,
                    $"{what} The output's config.json says '{setting}', so loaders would initialize {TerminalText.Quoted(bias)} at random. Take base_model and config from models that agree.",
                    metadata.Model.Span);
            }
            else
            {
                diagnostics.Warning(
                    Codes.WeightsLost, $"{what} The output does not have them. To keep such weights, every model needs them.", metadata.Model.Span);
            }
        }
    }

    private static void ReportKnowingly(ImmutableArray<ModelMetadata> models, IReadOnlyCollection<DroppedTensor> dropped, DiagnosticBag diagnostics)
    {
        for (var model = 0; model < models.Length; model++)
        {
            foreach (var alike in dropped.Where(tensor => tensor.Model == model).GroupBy(tensor => tensor.Reason, StringComparer.Ordinal))
            {
                diagnostics.Detail(
                    Codes.LeftOutKnowingly,
                    $"{PatternText.Of(alike.Select(tensor => tensor.Name), int.MaxValue)} of {models[model].Model.Value}: {alike.Key}.",
                    models[model].Model.Span);
            }
        }

        foreach (var metadata in models)
        {
            var others = models.Select(model => model.Checkpoint.Tensors).Where(other => other.Names != metadata.Checkpoint.Tensors.Names).ToList();
            var buffers = metadata.Checkpoint.Tensors.Values
                .Where(tensor => others.Exists(other => !other.ContainsKey(tensor.Name)) && metadata.RoleOf(tensor) is TensorRole.DerivedBuffer)
                .Select(tensor => tensor.Name)
                .ToList();
            if (buffers.Count > 0)
            {
                diagnostics.Detail(
                    Codes.MinorDifference,
                    $"{PatternText.Of(buffers, MostNamed)} of {metadata.Model.Value}, which other models do not store, is computed when a model is loaded.",
                    metadata.Model.Span);
            }
        }
    }
}
