using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Collects what a plan takes for equal, so that the merge can prove it.</summary>
internal static class ExpectedEquals
{
    private const int MostNamed = 3;

    /// <summary>A warning for each pair of models whose integers differ: they are copied from one of the two.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="differing">What was found to differ.</param>
    public static IEnumerable<Diagnostic> Warnings(MergePlan plan, IEnumerable<ExpectedEqual> differing) =>
        from expected in differing
        group expected by (expected.First.Model, Other: expected.Second.Model) into pair
        select Diagnostic.Warning(
            Codes.CopiesDiffer,
            $"{PatternText.Of(pair.Select(expected => expected.First.Name), MostNamed)}: integers are never averaged. The output has those of {plan.Owners[pair.Key.Model].Reference}, and {plan.Owners[pair.Key.Other].Reference} has different ones.");

    /// <summary>The heads and copies that are left out because another tensor holds the same, and the integers that are copied from one of several models.</summary>
    public static ImmutableArray<ExpectedEqual> Of(
        IReadOnlyList<OutputSlot> slots, IReadOnlyList<DroppedTensor> dropped) =>
    [
        .. from drop in dropped
           where drop.SameAs is not null
           select new ExpectedEqual(new(drop.Model, drop.Name), new(drop.Model, drop.SameAs!), IsLeftOut: true) { IsTiedHead = drop.IsTiedHead },
        .. from slot in slots
           where slot.Inputs.Length > 1 && !slot.Inputs.All(input => input.Source.DType.IsNumeric())
               && slot.Inputs[0].Participant.Metadata.Rules.RoleOf(slot.Inputs[0].Name, slot.Inputs[0].Source.Shape) is not TensorRole.DerivedBuffer
           let leader = slot.Leader
           from input in slot.Inputs
           where input != leader && Stored(leader) is not null && Stored(input) is not null && Stored(leader) != Stored(input)
           select new ExpectedEqual(Stored(leader)!, Stored(input)!, IsLeftOut: false),
    ];

    /// <summary>What a stage takes for equal, as tensors of the plan that uses it.</summary>
    /// <param name="stage">The stage's plan.</param>
    /// <param name="owners">Whose files the plan that uses it reads.</param>
    public static IEnumerable<ExpectedEqual> OfStage(MergePlan stage, StageOwners owners)
    {
        return stage.Expected.Select(expected => expected with { First = Mapped(expected.First), Second = Mapped(expected.Second) });

        ModelTensor Mapped(ModelTensor tensor) => tensor with { Model = owners.PlaceOf(stage, tensor.Model) };
    }

    // integers that a stage has are copies of stored ones
    private static ModelTensor? Stored(SlotInput input) =>
        input.Participant.Metadata.Model.Value.IsStage ? input.Source.Reads.Select(stored => stored.Origin).FirstOrDefault() : new(input.Participant.Model, input.Source.Name);
}
