using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>
/// What takes part for models that were saved without the layers that predict tokens further ahead: the leader of the slice, so
/// that they change nothing there, and the changes of the models that have these layers stay what they are.
/// </summary>
internal sealed class AheadStandIns
{
    private const int MostNamed = 4;

    // parameters are resolved once for each participant
    private readonly Dictionary<(Participant Lacking, Participant Leader), (Participant StandIn, SortedSet<string> Names)> known = [];

    /// <summary>The inputs of a tensor with the leader's own in place of those that models lack, in the order of the models.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="inputs">What its models have; the leader has it.</param>
    public ImmutableArray<SlotInput> Complete(OutputSlice slice, ImmutableArray<SlotInput> inputs)
    {
        var ofLeader = inputs.First(input => ReferenceEquals(input.Participant, slice.Leader));
        return [.. slice.Participants.Select(participant => inputs.Select(input => (SlotInput?)input).FirstOrDefault(input => ReferenceEquals(input!.Value.Participant, participant)) ?? For(participant, ofLeader))];
    }

    /// <summary>A warning for each model that lacks such layers.</summary>
    public void Report(DiagnosticBag diagnostics)
    {
        foreach (var ((lacking, leader), (_, names)) in known)
        {
            diagnostics.Warning(
                Codes.AheadLayersMissing,
                $"{lacking.Metadata.Model.Value} lacks {PatternText.Of(names, MostNamed)}, which predict tokens further ahead. It counts as {leader.Metadata.Model.Value} there. If it was trained with them, use a copy that holds all of its weights.",
                lacking.Entry?.Model.Span ?? lacking.Metadata.Model.Span);
        }
    }

    // with the parameters of the model that it stands in for
    private SlotInput For(Participant lacking, SlotInput leader)
    {
        if (!known.TryGetValue((lacking, leader.Participant), out var entry))
        {
            var standIn = leader.Participant with
            {
                Entry = lacking.Entry,
                IsBase = false,
                Metadata = leader.Participant.Metadata with { Statistics = lacking.Metadata.Statistics },
            };
            known[(lacking, leader.Participant)] = entry = (standIn, new(StringComparer.Ordinal));
        }

        entry.Names.Add(leader.Name);
        return leader with { Participant = entry.StandIn };
    }
}
