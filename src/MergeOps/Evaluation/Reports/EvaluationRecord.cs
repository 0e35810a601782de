using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary>A task or text of an evaluation that was written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">Of all that decides what models are asked; null where the file does not say.</param>
/// <param name="Items">How many items a task has; null of a text, and where the file does not say.</param>
internal sealed record RecordedData(string Name, string? Sha256, long? Items);

/// <summary>A model of an evaluation that was written.</summary>
/// <param name="Name">Its name; of a published version its number.</param>
/// <param name="Role">A <see cref="ModelRole"/> as the file writes it.</param>
/// <param name="Figures">The value of each figure that has one, by metric.</param>
/// <param name="External">What another harness measured, by metric.</param>
internal sealed record RecordedModel(
    string Name, string Role, ImmutableDictionary<string, double> Figures, ImmutableDictionary<string, ExternalScore> External);

/// <summary>What is read back of <see cref="EvaluationJson"/>, whatever its version.</summary>
/// <param name="Data">The tasks, then the texts.</param>
/// <param name="Wanted">What another harness was asked for.</param>
/// <param name="Models">In the file's order.</param>
internal sealed record EvaluationRecord(
    ImmutableArray<RecordedData> Data, ImmutableArray<ExternalMetric> Wanted, ImmutableArray<RecordedModel> Models)
{
    /// <summary>The first model of a role, or null.</summary>
    public RecordedModel? Find(ModelRole role) => Models.FirstOrDefault(model => model.Role == EvaluationJson.Word(role));
}
