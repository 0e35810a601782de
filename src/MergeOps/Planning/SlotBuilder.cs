using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Resolution;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// Lays out the output tensors of a module: layers renumbered over the slices, tensors before the layers from the first
/// slice, tensors after them from the last. The leader of a slice decides which tensors a layer has.
/// </summary>
internal sealed class SlotBuilder(DiagnosticBag diagnostics)
{
    private readonly List<OutputSlot> slots = [];
    private readonly List<DroppedTensor> dropped = [];
    private readonly Dictionary<Checkpoint, LayerMap> layers = new(ReferenceEqualityComparer.Instance);

    /// <summary>What was left out so far, with the reasons.</summary>
    public IReadOnlyList<DroppedTensor> Dropped => dropped;

    /// <summary>The slots of a module; problems go into the bag.</summary>
    public IReadOnlyList<OutputSlot> Build(ImmutableArray<OutputSlice> slices)
    {
        AddOutside(slices[0], TensorRoles.ComesBeforeLayers);
        AddOutside(slices[^1], name => !TensorRoles.ComesBeforeLayers(name));
        foreach (var stack in StacksOf(slices))
        {
            var output = 0;
            foreach (var slice in slices)
            {
                output = AddLayers(slice, stack, output);
            }
        }

        return slots;
    }

    private List<string> StacksOf(ImmutableArray<OutputSlice> slices)
    {
        var stacks = slices
            .SelectMany(slice => LayersOf(slice.Leader).Stacks)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (slices[0].Slice is { } slice && stacks.Count > 1)
        {
            diagnostics.Error(
                Codes.NotImplemented,
                $"'slices' needs a model with one stack of layers; this one has {stacks.Count}: {string.Join(", ", stacks)}. Merge it with 'models'.",
                slice.Span);
            return [];
        }

        return stacks;
    }

    private int AddLayers(OutputSlice slice, string stack, int output)
    {
        var depths = slice.Participants.Select(participant => participant.Range?.Length ?? LayersOf(participant).DepthOf(stack)).ToList();
        if (depths.Exists(depth => depth != depths[0]))
        {
            diagnostics.Error(
                Codes.DepthsDiffer,
                $"'{stack}' has {string.Join(", ", slice.Participants.Select((p, i) => $"{depths[i]} layers in {p.Facts.Model.Value}"))}. Merge models of one depth, or choose layers with 'slices'.",
                slice.Slice?.Span ?? slice.Module.Span);
            return output;
        }

        if (slice.Participants.Any(participant => ReportsRangeBeyondDepth(participant, stack)))
        {
            return output;
        }

        // walked by the layers that are there: a header may claim any depth
        foreach (var layer in LayersIn(slice, stack, depths[0]))
        {
            DropUnknownToLeader(slice, stack, layer);
            var position = ParameterResolver.PositionOf(layer, depths[0]);
            foreach (var suffix in LayersOf(slice.Leader).SuffixesOf(stack, slice.Leader.FirstLayer + layer))
            {
                AddSlot(
                    new LayerName(stack, 0, suffix).At(output + layer),
                    position,
                    slice,
                    participant => new LayerName(stack, 0, suffix).At(participant.FirstLayer + layer),
                    isInLayer: true);
            }
        }

        return output + depths[0];
    }

    private IEnumerable<int> LayersIn(OutputSlice slice, string stack, int depth) =>
        slice.Participants
            .SelectMany(participant => LayersOf(participant).LayersOf(stack).Select(layer => layer - participant.FirstLayer))
            .Where(layer => layer >= 0 && layer < depth)
            .Distinct()
            .Order();

    private void DropUnknownToLeader(OutputSlice slice, string stack, int layer)
    {
        string[] known = [.. LayersOf(slice.Leader).SuffixesOf(stack, slice.Leader.FirstLayer + layer)];
        dropped.AddRange(
            from participant in slice.Participants
            let own = participant.FirstLayer + layer
            from suffix in LayersOf(participant).SuffixesOf(stack, own).Except(known)
            select new DroppedTensor(participant.Model, new LayerName(stack, 0, suffix).At(own), UnknownTo(slice.Leader)));
    }

    private bool ReportsRangeBeyondDepth(Participant participant, string stack)
    {
        var depth = LayersOf(participant).DepthOf(stack);
        if (participant.Range is not { } range || range.End <= depth)
        {
            return false;
        }

        diagnostics.Error(
            Codes.RangeBeyondDepth,
            $"The range ends at {range.End}, {participant.Facts.Model.Value} has {depth} layers.",
            participant.Entry?.LayerRange?.Span ?? participant.Facts.Model.Span);
        return true;
    }

    private void AddOutside(OutputSlice slice, Func<string, bool> belongsHere)
    {
        var names = slice.Participants
            .SelectMany(participant => participant.Facts.Checkpoint.Tensors.Keys)
            .Where(name => TensorNames.LayerOf(name) is null && belongsHere(name))
            .Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (TensorRoles.IsHeadMatrix(name) && slice.Participants.All(participant => TiesItsHead(participant, name)))
            {
                Drop(slice, name, "every model ties it to the embedding");
            }
            else if (slice.Leader.Facts.Checkpoint.Tensors.ContainsKey(name) || TensorRoles.IsHeadMatrix(name))
            {
                AddSlot(name, ParameterResolver.OutsideLayers, slice, _ => name, isInLayer: false);
            }
            else
            {
                Drop(slice, name, UnknownTo(slice.Leader));
            }
        }
    }

    private void AddSlot(string name, double position, OutputSlice slice, Func<Participant, string> nameIn, bool isInLayer)
    {
        var inputs = ImmutableArray.CreateBuilder<SlotInput>();
        foreach (var participant in slice.Participants)
        {
            var own = nameIn(participant);
            var checkpoint = participant.Facts.Checkpoint;
            if ((checkpoint.Tensors.GetValueOrDefault(own) ?? StandInFor(own, participant)) is { } tensor)
            {
                inputs.Add(new(participant, own, tensor));
            }
            else if (slice.Leader.Facts.Checkpoint.Tensors.GetValueOrDefault(nameIn(slice.Leader)) is not { } known || TensorRoles.RoleOf(known) is not TensorRole.DerivedBuffer)
            {
                diagnostics.Error(
                    Codes.TensorMissing,
                    $"{participant.Facts.Model.Value} has no tensor {TerminalText.Quoted(own)}, {slice.Leader.Facts.Model.Value} has it. The models do not have one architecture.",
                    participant.Entry?.Model.Span ?? participant.Facts.Model.Span);
            }
        }

        if (inputs.Count > 0)
        {
            slots.Add(new(name, position, slice, inputs.ToImmutable(), isInLayer));
        }
    }

    private void Drop(OutputSlice slice, string name, string reason) =>
        dropped.AddRange(
            from participant in slice.Participants
            where participant.Facts.Checkpoint.Tensors.ContainsKey(name)
            select new DroppedTensor(participant.Model, name, reason));

    private static string UnknownTo(Participant leader) => $"{leader.Facts.Model.Value} has no such tensor";

    private static bool TiesItsHead(Participant participant, string head) =>
        participant.Facts.Checkpoint.Tensors.ContainsKey(head)
            ? participant.Facts.Config?.TiesEmbeddings == true && participant.Facts.HeadIsEmbedding != false
            : participant.Facts.Config?.TiesEmbeddings != false;

    // a model that ties its head does not store it; one that says that it does not tie it lacks it
    private static TensorInfo? StandInFor(string own, Participant participant) =>
        TensorRoles.IsHeadMatrix(own) && participant.Facts.Config?.TiesEmbeddings != false ? TensorRoles.EmbeddingOf(participant.Facts.Checkpoint) : null;

    private LayerMap LayersOf(Participant participant)
    {
        var checkpoint = participant.Facts.Checkpoint;
        return layers.TryGetValue(checkpoint, out var map) ? map : layers[checkpoint] = new(checkpoint);
    }
}
