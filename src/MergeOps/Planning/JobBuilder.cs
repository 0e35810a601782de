using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Methods.PostProcessing;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Decides parameters, shape, dtype and kind of one output tensor.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="owners">Whose files are read.</param>
/// <param name="vocabulary">What the rows of embeddings and heads must hold.</param>
/// <param name="measured">What was measured of the models.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class JobBuilder(
    Recipe recipe, ImmutableArray<PlannedModel> owners, VocabularyDecision vocabulary, StatisticSources measured, DiagnosticBag diagnostics)
{
    private readonly MergeMethod method = recipe.MergeMethod.Value;
    private readonly DType? wanted = DTypeOf((recipe.OutDType ?? recipe.DType)?.Value);
    private readonly ulong seed = recipe.Seed?.Value ?? 0;
    private readonly FileContents contents = new(owners);
    private readonly HashSet<(DiagnosticCode, SourceSpan?)> reported = [];
    private readonly SlotParameters given = new(recipe);
    private DiagnosticBag unused = [];

    /// <summary>The job of a slot, or null when a problem went into the bag.</summary>
    public TensorJob? Build(OutputSlot slot)
    {
        var (origin, leader) = (slot.Base, slot.Leader);
        if (!slot.Inputs.All(input => input.Source.DType.IsNumeric()))
        {
            return CopyWhole(slot, slot.Inputs.Where(input => !input.Source.DType.IsNumeric() && recipe.Architecture.RoleOf(input.Name, input.Source.Shape) is TensorRole.DerivedBuffer).DefaultIfEmpty(leader).First());
        }

        var dtype = wanted ?? Written(leader.Source.DType);
        if (slot.Inputs is [{ Participant.IsBase: true } only])
        {
            return Copy(slot, only, only, dtype, only.Source.Shape, "only the base has it");
        }

        if (slot.Slice.CopiedBecause is { } why)
        {
            return Copy(slot, slot.Inputs[0], slot.Inputs[0], dtype, slot.Inputs[0].Source.Shape, why);
        }

        var others = origin is null ? slot.Inputs : slot.Inputs.RemoveAll(static input => input.Participant.IsBase);
        // most tensors have no problem, so that one bag serves many of them
        var problems = unused = unused.IsEmpty ? unused : [];
        var parameters = given.OfMethod(slot, problems);
        var perModel = new ResolvedParameters[others.Length];
        for (var i = 0; i < perModel.Length; i++)
        {
            perModel[i] = given.OfModel(slot, others[i], problems);
        }

        return Merge(slot, dtype, origin, others, parameters, ImmutableCollectionsMarshal.AsImmutableArray(perModel), problems);
    }

    private TensorJob? Merge(
        OutputSlot slot, DType dtype, SlotInput? origin, ImmutableArray<SlotInput> others, ResolvedParameters parameters, ImmutableArray<ResolvedParameters> perModel, DiagnosticBag problems)
    {
        var leader = slot.Leader;
        var shape = ShapeOf(slot, leader, problems);
        var steps = origin is null || recipe.Post.IsEmpty ? [] : StepsOf(slot, problems);
        var donor = slot.InputOf(vocabulary.Donor) ?? leader;
        if (!problems.HasErrors && method.Refuses(parameters, perModel) is { } refusal)
        {
            problems.Error(Codes.CombinationRefused, $"{refusal} (tensor {TerminalText.Quoted(slot.Name)})", recipe.MergeMethod.Span);
        }

        var merged = steps.IsEmpty ? method : new PostProcessedMethod(method, steps);
        var common = CommonTo(slot.Inputs, shape);
        var statistics = problems.HasErrors ? [] : measured.Of(slot, merged, others, origin, common, problems);
        if (problems.HasErrors)
        {
            Report(problems);
            return null;
        }

        if (method.EqualsInput(parameters, perModel) is { } equal && (equal < 0 || steps.IsEmpty) && (equal < 0 ? origin : others[equal]) is { } same)
        {
            return Copy(slot, same, donor, dtype, shape, $"{method.Name} with these parameters is {same.Participant.Metadata.Model.Value}");
        }

        return new TensorJob
        {
            Name = slot.Name,
            DType = dtype,
            Shape = shape,
            Method = merged,
            Parameters = parameters,
            Base = origin is { } of ? InputOf(of, ResolvedParameters.Empty, common) : null,
            Inputs = InputsOf(others, perModel, common),
            Tail = TailOf(donor, common, shape),
            Statistics = statistics,
            Seed = seed,
            Digest = "",
            AllowsNonFinite = AllowsNonFinite(slot),
            Reason = OtherRows(slot, donor, shape),
        }.Digested(contents);
    }

    private ImmutableArray<PostStep> StepsOf(OutputSlot slot, DiagnosticBag problems) =>
        [.. recipe.Post.Select(post => new PostStep(post.Processor.Value, given.OfPost(slot, post, problems), slot.Position))];

    /// <summary>The dtype of a recipe's name, or null for none.</summary>
    public static DType? DTypeOf(string? name) => name is null
        ? null
        : RecipeDTypes.Find(name) ?? throw new ArgumentOutOfRangeException(nameof(name), name, "the validator lets only known dtypes pass");

    // eight bits without a scale of their own hold no merge
    private static DType Written(DType dtype) => dtype.IsFloat8() ? DType.BF16 : dtype;

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
        if (slot.IsAllOf(leader.Source.Shape))
        {
            return leader.Source.Shape;
        }

        if (RowsOf(slot, leader) is { } rows)
        {
            return [rows, .. leader.Source.Shape[1..]];
        }

        problems.Error(
            Codes.ShapesDiffer,
            $"{TerminalText.Quoted(slot.Name)} is {string.Join(", ", slot.Inputs.Select(input => $"[{string.Join(", ", input.Source.Shape)}] in {input.Participant.Metadata.Model.Value}"))}. {Remedy(slot)}",
            leader.Participant.Entry?.Model.Span ?? leader.Participant.Metadata.Model.Span);
        return [];
    }

    // the rows of a vocabulary may differ: tokens were appended, or rows padded; nothing else can be cut or extended
    private long? RowsOf(OutputSlot slot, SlotInput leader)
    {
        var shapes = slot.Inputs.Select(input => input.Source.Shape).ToList();
        if (!slot.HasTokenRows(recipe.Architecture)
            || !shapes.TrueForAll(shape => shape.Length > 0 && shape.Skip(1).SequenceEqual(shapes[0].Skip(1))))
        {
            return null;
        }

        long? usual = method.RowMismatch switch
        {
            RowMismatch.CommonRows => shapes.Min(shape => shape[0]),
            RowMismatch.CutToBase when shapes.TrueForAll(shape => shape[0] >= leader.Source.Shape[0]) => leader.Source.Shape[0],
            _ => null,
        };
        return vocabulary.RequiredRows is not { } required || (!vocabulary.KeepsDonorsRows && usual >= required)
            ? usual
            : slot.InputOf(vocabulary.Donor)?.Source.Shape[0] is { } own && own >= required ? own : usual >= required ? usual : null;
    }

    private string Remedy(OutputSlot slot) =>
        slot.HasTokenRows(recipe.Architecture)
            ? $"{method.Name} needs equal shapes here: use models with one vocabulary, or a method that cuts embeddings to their common rows."
            : "Only the rows of token embeddings and their output heads may differ: merge models whose tensors have the same shape, or take this part from one model. If this tensor has a row for each token, say so under `architecture_overrides`: `role: embedding` or `role: head`.";

    private static string? OtherRows(OutputSlot slot, SlotInput donor, ImmutableArray<long> shape) => slot.IsAllOf(shape) ? null : RowsBeyond(slot, donor, shape);

    private static string? RowsBeyond(OutputSlot slot, SlotInput donor, ImmutableArray<long> shape)
    {
        var larger = slot.Inputs.Where(input => !shape.IsEmpty && input.Source.Shape[0] > shape[0]).ToList();
        var common = shape.IsEmpty ? 0 : slot.Inputs.Min(input => input.Source.Shape[0]);
        var cut = larger.Count == 0 ? [] : new[] { $"rows 0 to {shape[0] - 1} of {string.Join(", ", larger.Select(input => $"{input.Source.Shape[0]} in {input.Participant.Metadata.Model.Value}"))}" };
        var tail = shape.IsEmpty || common >= shape[0] ? [] : new[] { $"rows {common} to {shape[0] - 1} are those of {donor.Participant.Metadata.Model.Value}" };
        string[] all = [.. cut, .. tail];
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    private TensorJob CopyWhole(OutputSlot slot, SlotInput input) => Copy(
        slot, input, input, input.Source.DType.IsNumeric() ? wanted ?? Written(input.Source.DType) : input.Source.DType, input.Source.Shape, "integers: copied from one model, never averaged");

    private TensorJob Copy(OutputSlot slot, SlotInput input, SlotInput donor, DType dtype, ImmutableArray<long> shape, string reason)
    {
        var common = CommonTo([input], shape);
        return new TensorJob
        {
            Name = slot.Name,
            DType = dtype,
            Shape = shape,
            Parameters = ResolvedParameters.Empty,
            Inputs = [InputOf(input, ResolvedParameters.Empty, common)],
            Tail = TailOf(donor, common, shape),
            Seed = 0,
            Digest = "",
            AllowsNonFinite = AllowsNonFinite(slot),
            Reason = reason,
        }.Digested(contents);
    }

    private static ImmutableArray<JobInput> InputsOf(ImmutableArray<SlotInput> inputs, ImmutableArray<ResolvedParameters> parameters, ImmutableArray<long> shape)
    {
        var made = new JobInput[inputs.Length];
        for (var i = 0; i < made.Length; i++)
        {
            made[i] = InputOf(inputs[i], parameters[i], shape);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(made);
    }

    private static JobInput InputOf(SlotInput input, ResolvedParameters parameters, ImmutableArray<long> shape) => new(Cut.To(shape, input.Source), parameters);

    // what every input has of the output
    private static ImmutableArray<long> CommonTo(ImmutableArray<SlotInput> inputs, ImmutableArray<long> shape)
    {
        var common = shape;
        foreach (var input in inputs)
        {
            common = shape.IsEmpty || input.Source.Shape[0] >= common[0] ? common : shape.SetItem(0, input.Source.Shape[0]);
        }

        return common;
    }

    // rows that an input lacks belong to tokens that its model does not have: they are the donor's alone
    private static JobInput? TailOf(SlotInput donor, ImmutableArray<long> common, ImmutableArray<long> shape) =>
        common.SequenceEqual(shape) ? null : new(Slice.RowsFrom(common[0], donor.Source), ResolvedParameters.Empty);

    private bool AllowsNonFinite(OutputSlot slot) =>
        !recipe.AllowNonFinite.IsEmpty && recipe.AllowNonFinite.Any(filter => filter.Value == "*" || slot.Name.Contains(filter.Value, StringComparison.Ordinal));
}
