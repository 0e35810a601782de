using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Finds the statistics of tensors: under the names of the weights that these are made of, rearranged as the weights are.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="models">The models.</param>
/// <param name="first">The index of the first statistics file among the owners of the plan.</param>
internal sealed class StatisticSources(Recipe recipe, ImmutableArray<ModelMetadata> models, int first)
{
    private readonly List<MeasuredModel> files = [.. models.SelectMany(model => model.Statistics)];

    /// <summary>The statistics of a tensor: of all models or of none; problems go into the bag.</summary>
    /// <param name="slot">The tensor.</param>
    /// <param name="method">What merges it.</param>
    /// <param name="inputs">The models' parts in it.</param>
    /// <param name="origin">The base's part; null where it has none.</param>
    /// <param name="shape">What all of them have of the output.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public ImmutableArray<JobStatistic> Of(
        OutputSlot slot, MergeMethod method, ImmutableArray<SlotInput> inputs, SlotInput? origin, ImmutableArray<long> shape, DiagnosticBag problems)
    {
        if (method.ModelStatistic is null && (origin is null || method.BaseStatistics.IsEmpty))
        {
            return [];
        }

        var statistics = ImmutableArray.CreateBuilder<JobStatistic>();
        if (method.ModelStatistic is { } kind)
        {
            List<JobStatistic?> ofModels = [.. inputs.Select((input, index) => One(input, index, kind, shape, problems))];
            if (ofModels.Exists(statistic => statistic is null) && ofModels.Exists(statistic => statistic is not null))
            {
                var lacking = inputs[ofModels.IndexOf(null)];
                problems.Error(
                    Codes.StatisticsUnfit,
                    $"'{FileOf(lacking, kind)?.Need.Location.Value}' holds no {RecipeKeys.NameOf(kind)} statistics of {TerminalText.Quoted(lacking.Name)}, while those of other models do. Measure all models with the same settings.",
                    FileOf(lacking, kind)?.Need.Location.Span ?? recipe.MergeMethod.Span);
            }

            statistics.AddRange(ofModels.OfType<JobStatistic>());
        }

        if (origin is { } ofOrigin)
        {
            statistics.AddRange(method.BaseStatistics.Select(ofBase => One(ofOrigin, JobStatistic.OfBase, ofBase, shape, problems)).OfType<JobStatistic>());
        }

        return statistics.ToImmutable();
    }

    private static MeasuredModel? FileOf(SlotInput input, StatisticKind kind) => input.Participant.Metadata.Statistics.FirstOrDefault(file => file.Need.Kind == kind);

    private JobStatistic? One(SlotInput input, int of, StatisticKind kind, ImmutableArray<long> shape, DiagnosticBag problems)
    {
        if (FileOf(input, kind) is not { } file)
        {
            return null;
        }

        var isTiled = new JobStatistic(of, kind, null, default).IsTiled;
        var weights = Cut.To(shape, Weights(input.Source));
        if (!isTiled && (shape.Length != 2 || recipe.Architecture.RoleOf(input.Name, input.Source.Shape) is not TensorRole.Weight))
        {
            // what is multiplied by no input, or gives the tokens
            return null;
        }

        var description = file.File.Description;
        var name = weights.Name;
        var share = description.Tokens == 0 ? 1 : Math.Min(1, (double)file.File.TokensOf(name) / description.Tokens);
        var rms = description.Norm is { } norm ? norm / Math.Sqrt(Math.Max(1, file.File.Checkpoint.Tensors.Values.Sum(tensor => tensor.ElementCount))) : double.NaN;
        var source = isTiled ? Elementwise(weights, file) : ByInput(weights, file);
        if (source is null)
        {
            return share == 0 ? new(of, kind, null, new(false, rms, 0)) : null;
        }

        var wanted = Sources.Statistics.StatisticForm.ShapeFor(kind, shape);
        if (!source.Shape.SequenceEqual(wanted))
        {
            problems.Error(
                Codes.StatisticsUnfit,
                $"'{file.Need.Location.Value}' holds [{string.Join(", ", source.Shape)}] for {TerminalText.Quoted(name)}, and '{input.Participant.Metadata.Model.Value}' needs [{string.Join(", ", wanted)}]. It was measured on another model; measure again.",
                file.Need.Location.Span);
            return null;
        }

        return new(of, kind, source, new(true, rms, share));
    }

    // what an adapter or a small number type changes is not where the weights stand
    private static TensorSource Weights(TensorSource source) => source switch
    {
        LowRank adapted => Weights(adapted.Source),
        Cut cut when cut.Source is LowRank or Dequantized or Rows => Cut.To(cut.Shape, Weights(cut.Source)),
        // of tokens that other models give it this model has measured nothing, and says nothing
        Rows rows => new Rows([Weights(rows.Parts[0])], rows.Map.Only(0)),
        _ => source,
    };

    private TensorSource? Elementwise(TensorSource weights, MeasuredModel file)
    {
        if (weights is Dequantized)
        {
            return Measured(weights.Name, file, weights.Model);
        }

        if (!IsRearranged(weights) || weights.Reads.Any(stored => file.File.Checkpoint.Tensors.GetValueOrDefault(stored.Tensor.Name)?.Shape.SequenceEqual(stored.Shape) is not true))
        {
            return null;
        }

        return weights.WithStored(new(stored => Measured(stored.Tensor.Name, file, stored.Model)!, new(ReferenceEqualityComparer.Instance)));
    }

    // rows of a weight share the input of all of them
    private Stored? ByInput(TensorSource weights, MeasuredModel file) => weights switch
    {
        Cut cut => ByInput(cut.Source, file),
        Slice { Axis: 0 } slice => ByInput(slice.Source, file),
        Stored or Dequantized => Measured(weights.Name, file, weights.Model),
        _ => null,
    };

    private Stored? Measured(string weight, MeasuredModel file, int model) =>
        file.File.Find(weight) is { } tensor ? new Stored(first + files.FindIndex(known => ReferenceEquals(known, file)), tensor) { InPlaceOf = new(model, weight) } : null;

    private static bool IsRearranged(TensorSource source) =>
        source is Stored or Cut or Slice or Stack or Reshape or Transpose or Rows && source.Parts.All(IsRearranged);
}
