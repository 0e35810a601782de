using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Resolution;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Decides parameters, shape, dtype and kind of one output tensor.</summary>
internal sealed class JobBuilder(Recipe recipe, MergeMethod method, ImmutableArray<PlannedModel> models, DiagnosticBag diagnostics)
{
    private readonly DType? wanted = DTypeOf((recipe.OutDType ?? recipe.DType)?.Value);
    private readonly ulong seed = recipe.Seed?.Value ?? 0;
    private readonly HashSet<(DiagnosticCode, SourceSpan?)> reported = [];

    /// <summary>The job of a slot, or null when a problem went into the bag.</summary>
    public TensorJob? Build(OutputSlot slot)
    {
        var leader = slot.Inputs.FirstOrDefault(input => input.Participant.IsBase) ?? slot.Inputs[0];
        if (!slot.Inputs.All(input => input.Tensor.DType.IsMergeable()))
        {
            return Copy(slot, leader, leader.Tensor.DType, leader.Tensor.Shape, "not floating point: taken from one model, never averaged");
        }

        var dtype = wanted ?? leader.Tensor.DType;
        if (slot.Inputs is [{ Participant.IsBase: true } only])
        {
            return Copy(slot, only, dtype, only.Tensor.Shape, "only the base has it");
        }

        var others = slot.Inputs.Where(input => !input.Participant.IsBase).ToList();
        var problems = new DiagnosticBag();
        var parameters = ParametersOf(slot, problems);
        var perModel = others.Select(input => ParametersOf(slot, input, problems)).ToImmutableArray();
        var shape = ShapeOf(slot, leader, problems);
        if (!problems.HasErrors && method.Refuses(parameters, perModel) is { } refusal)
        {
            problems.Error(Codes.CombinationRefused, $"{refusal} (tensor {TerminalText.Quoted(slot.Name)})", recipe.MergeMethod.Span);
        }

        if (problems.HasErrors)
        {
            Report(problems);
            return null;
        }

        var baseInput = slot.Inputs.FirstOrDefault(input => input.Participant.IsBase);
        if (method.EqualsInput(parameters, perModel) is { } equal && (equal < 0 ? baseInput : others[equal]) is { } same)
        {
            return Copy(slot, same, dtype, shape, $"{method.Name} with these parameters is {same.Participant.Facts.Model.Value}");
        }

        return Digested(new TensorJob
        {
            Name = slot.Name,
            DType = dtype,
            Shape = shape,
            Kind = JobKind.Merge,
            Method = method.Name,
            MethodVersion = method.Version,
            Parameters = parameters,
            Base = baseInput is null ? null : InputOf(baseInput, ResolvedParameters.Empty),
            Inputs = [.. others.Select((input, i) => InputOf(input, perModel[i]))],
            Seed = seed,
            Digest = "",
            Reason = CutRows(slot, shape),
        });
    }

    /// <summary>The dtype of a recipe's name, or null for none.</summary>
    public static DType? DTypeOf(string? name) => name is null
        ? null
        : RecipeDTypes.Find(name) ?? throw new ArgumentOutOfRangeException(nameof(name), name, "the validator lets only known dtypes pass");

    private ResolvedParameters ParametersOf(OutputSlot slot, DiagnosticBag problems) =>
        WithEffect(ParameterResolver.ForMethod(
            method, ParameterLevels.Of(recipe, slot.Slice.Module, slot.Slice.Slice), slot.Name, slot.Position, recipe.MergeMethod.Span, problems));

    private ResolvedParameters ParametersOf(OutputSlot slot, SlotInput input, DiagnosticBag problems) =>
        WithEffect(ParameterResolver.ForModel(
            method,
            ParameterLevels.Of(recipe, slot.Slice.Module, slot.Slice.Slice, input.Participant.Entry),
            input.Participant.Entry!.Model,
            input.Name,
            slot.Position,
            problems));

    // what moves no byte belongs to no digest
    private ResolvedParameters WithEffect(ResolvedParameters parameters) =>
        new(parameters.Values.RemoveRange(method.Parameters.Where(declared => declared.HasNoEffect).Select(declared => declared.Name)));

    // one mistake shows in many tensors; the first one speaks for all
    private void Report(DiagnosticBag problems)
    {
        foreach (var problem in problems.Where(problem => reported.Add((problem.Code, problem.Span))))
        {
            diagnostics.Add(problem);
        }
    }

    private ImmutableArray<long> ShapeOf(OutputSlot slot, SlotInput leader, DiagnosticBag problems)
    {
        var shapes = slot.Inputs.Select(input => input.Tensor.Shape).ToList();
        if (shapes.TrueForAll(shape => shape.SequenceEqual(leader.Tensor.Shape)))
        {
            return leader.Tensor.Shape;
        }

        var isEmbeddingLike = !slot.IsInLayer && shapes.TrueForAll(shape => shape.Length == 2 && shape[1] == shapes[0][1]);
        switch (method.RowMismatch)
        {
            case RowMismatch.CommonRows when isEmbeddingLike:
                return [shapes.Min(shape => shape[0]), shapes[0][1]];
            case RowMismatch.CutToBase when isEmbeddingLike && shapes.TrueForAll(shape => shape[0] >= leader.Tensor.Shape[0]):
                return leader.Tensor.Shape;
            default:
                problems.Error(
                    Codes.ShapesDiffer,
                    $"{TerminalText.Quoted(slot.Name)} is {string.Join(", ", slot.Inputs.Select(input => $"[{string.Join(", ", input.Tensor.Shape)}] in {input.Participant.Facts.Model.Value}"))}. {method.Name} needs equal shapes here.",
                    leader.Participant.Entry?.Model.Span ?? leader.Participant.Facts.Model.Span);
                return [];
        }
    }

    private static string? CutRows(OutputSlot slot, ImmutableArray<long> shape)
    {
        var larger = slot.Inputs.Where(input => !input.Tensor.Shape.SequenceEqual(shape)).ToList();
        return larger.Count == 0
            ? null
            : $"rows 0 to {shape[0] - 1} of {string.Join(", ", larger.Select(input => $"{input.Tensor.Shape[0]} in {input.Participant.Facts.Model.Value}"))}";
    }

    private TensorJob Copy(OutputSlot slot, SlotInput input, DType dtype, ImmutableArray<long> shape, string reason) =>
        Digested(new TensorJob
        {
            Name = slot.Name,
            DType = dtype,
            Shape = shape,
            Kind = JobKind.Copy,
            Method = "copy",
            MethodVersion = 1,
            Parameters = ResolvedParameters.Empty,
            Inputs = [InputOf(input, ResolvedParameters.Empty)],
            Seed = 0,
            Digest = "",
            Reason = reason,
        });

    private static JobInput InputOf(SlotInput input, ResolvedParameters parameters) =>
        new(input.Participant.Model, input.Tensor, parameters);

    private TensorJob Digested(TensorJob job) => job with { Digest = PlanDigest.Of(job, models) };
}
