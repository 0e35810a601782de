using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Planning;

namespace MergeOps.Evaluation.Structure;

/// <summary>What can be said of a merged folder without running the model; the same for every architecture.</summary>
internal static class StructuralCheck
{
    /// <summary>Looks at a merged folder; every value is read once, in constant memory.</summary>
    /// <param name="plan">What the folder should hold.</param>
    /// <param name="folder">The merged folder.</param>
    /// <param name="bytesRead">Told the number of bytes of each piece that was read.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">The weights' files break their format or cannot be read.</exception>
    public static ImmutableArray<CheckResult> Run(MergePlan plan, string folder, IProgress<long>? bytesRead, CancellationToken cancellation)
    {
        MergedModel model;
        try
        {
            model = MergedModel.Open(folder);
        }
        catch (MergeOpsException e) when (e.Diagnostic.Code == Codes.ConfigUnreadable || e.Diagnostic.Code == Codes.TokenizerUnreadable)
        {
            return [new("readable configuration", CheckVerdict.Failed, e.Diagnostic.Detail)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [new("readable configuration", CheckVerdict.Failed, e.Message)];
        }

        return
        [
            PlannedTensors.Check(plan, model.Checkpoint),
            FiniteValues.Check(model.Checkpoint, bytesRead, cancellation),
            TiedEmbeddings.Check(plan, model),
            VocabularyRows.Check(plan, model),
        ];
    }
}
