using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Resolution;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// Lays out the output tensors of a module: layers renumbered over the slices, tensors before the layers from the first
/// slice, tensors after them from the last. The leader of a slice decides which tensors a layer has.
/// </summary>
/// <param name="rules">What tensors are told by.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class SlotBuilder(ArchitectureRules rules, DiagnosticBag diagnostics)
{
    private readonly List<OutputSlot> slots = [];
    private readonly DroppedTensors dropped = new();
    private readonly Dictionary<SortedNames, LayerMap> layers = new(ReferenceEqualityComparer.Instance);
    private readonly NamingDifferences missing = new();
    private readonly AheadStandIns standIns = new();
    private readonly HashSet<string> suffixes = new(StringComparer.Ordinal);

    /// <summary>What was left out so far, with the reasons.</summary>
    public IReadOnlyList<DroppedTensor> Dropped => dropped.All;

    /// <summary>The slots of modules; problems go into the bag.</summary>
    public IReadOnlyList<OutputSlot> Build(IEnumerable<ImmutableArray<OutputSlice>> modules)
    {
        foreach (var slices in modules)
        {
            Add(slices);
        }

        missing.Report(diagnostics);
        if (!diagnostics.HasErrors)
        {
            standIns.Report(diagnostics);
        }

        return slots;
    }

    private void Add(ImmutableArray<OutputSlice> slices)
    {
        AddOutside(slices[0], rules.ComesBeforeLayers);
        AddOutside(slices[^1], name => !rules.ComesBeforeLayers(name));
        foreach (var stack in StacksOf(slices))
        {
            var output = 0;
            foreach (var slice in slices)
            {
                output = AddLayers(slice, stack, output);
            }

            AddAhead(slices[^1], stack, output);
        }
    }

    private List<string> StacksOf(ImmutableArray<OutputSlice> slices)
    {
        var stacks = slices
            .SelectMany(slice => LayersOf(slice.Leader).Stacks)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var sliced = stacks.FindAll(stack => slices.Any(slice => LayersOf(slice.Leader).DepthOf(stack) > 0));
        if (slices[0].Slice is { } slice && sliced.Count > 1)
        {
            diagnostics.Error(
                Codes.NotImplemented,
                $"'slices' needs a model with one stack of layers; this one has {sliced.Count}: {string.Join(", ", sliced)}. Merge it with 'models', or put the slices of its language model under 'modules' as 'text_decoder'.",
                slice.Span);
            return [];
        }

        return stacks;
    }

    private int AddLayers(OutputSlice slice, string stack, int output)
    {
        if (DepthCheck.DepthOf(slice, stack, LayersOf, diagnostics) is not { } depth)
        {
            return output;
        }

        // walked by the layers that are there: a header may claim any depth
        foreach (var layer in LayersIn(slice, stack, depth))
        {
            AddLayer(slice, new(stack, layer, output + layer, ParameterResolver.PositionOf(layer, depth)), participant => participant.FirstLayer);
        }

        return output + depth;
    }

    // they work on what the last layer gives, whichever that is
    private void AddAhead(OutputSlice slice, string stack, int depth)
    {
        var layers = slice.Participants.SelectMany(participant => LayersOf(participant).AheadOf(stack).Select(layer => layer - LayersOf(participant).DepthOf(stack)));
        foreach (var layer in layers.Distinct().Order())
        {
            AddLayer(slice, new(stack, layer, depth + layer, ParameterResolver.LastLayer) { IsAhead = true }, participant => LayersOf(participant).DepthOf(stack));
        }
    }

    private void AddLayer(OutputSlice slice, OutputLayer layer, Func<Participant, int> firstOf)
    {
        suffixes.Clear();
        var (own, tensor) = (0, default(LayerTensor));
        Func<Participant, string> nameIn = participant => NameAt(firstOf(participant) + layer.Index);
        foreach (var participant in slice.Participants.Prepend(slice.Leader))
        {
            own = firstOf(participant) + layer.Index;
            foreach (var next in LayersOf(participant).TensorsOf(layer.Stack, own))
            {
                if (suffixes.Add(next.Suffix))
                {
                    tensor = next;
                    Add(NameAt(layer.Number), layer, slice, nameIn);
                }
            }
        }

        // most layers keep their number, and their tensors their names
        string NameAt(int number) => number == own ? tensor.Name : new LayerName(layer.Stack, number, tensor.Suffix).At(number);
    }

    private int[] LayersIn(OutputSlice slice, string stack, int depth)
    {
        var layers = new HashSet<int>();
        foreach (var participant in slice.Participants)
        {
            layers.UnionWith(Array.ConvertAll(LayersOf(participant).LayersOf(stack), layer => layer - participant.FirstLayer));
        }

        var ascending = Array.FindAll([.. layers], layer => layer >= 0 && layer < depth);
        Array.Sort(ascending);
        return ascending;
    }

    private void AddOutside(OutputSlice slice, Func<string, bool> belongsHere)
    {
        var names = slice.Participants
            .SelectMany(participant => participant.Sources.Keys)
            .Where(name => !rules.IsInLayer(name) && belongsHere(name))
            .Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (rules.IsHeadMatrix(name) && slice.Participants.All(participant => participant.TiesHead(name)))
            {
                dropped.AddCopies(slice, name, "every model ties it to the embedding", participant => participant.Embedding, isTiedHead: true);
            }
            else if (rules.OriginalOf(name) is { } original && slice.IsStoredTwice(name, original))
            {
                dropped.AddCopies(slice, name, $"a stored copy of {TerminalText.Quoted(original)}", participant => participant.Sources.GetValueOrDefault(original), isTiedHead: false);
            }
            else
            {
                Add(name, null, slice, _ => name);
            }
        }
    }

    private void Add(string name, OutputLayer? layer, OutputSlice slice, Func<Participant, string> nameIn)
    {
        var inputs = new SlotInput[slice.Participants.Length];
        var count = 0;
        foreach (var participant in slice.Participants)
        {
            var own = nameIn(participant);
            if ((participant.Sources.GetValueOrDefault(own) ?? participant.StandInFor(own)) is { } source)
            {
                inputs[count++] = new(participant, own, source);
            }
        }

        var isAhead = layer is { IsAhead: true } || (layer is null && AheadLayers.IsStack(name));
        if (count == inputs.Length)
        {
            slots.Add(SlotOf(name, layer, isAhead, slice, ImmutableCollectionsMarshal.AsImmutableArray(inputs)));
        }
        else
        {
            AddIncomplete(name, layer, isAhead, slice, [.. inputs[..count]], nameIn);
        }
    }

    private void AddIncomplete(string name, OutputLayer? layer, bool isAhead, OutputSlice slice, ImmutableArray<SlotInput> inputs, Func<Participant, string> nameIn)
    {
        // roles follow from names, so one of the tensors speaks for all
        var role = rules.RoleOf(inputs[0].Name, inputs[0].Source.Shape);
        var lacking = slice.Participants.Where(participant => !inputs.Any(input => ReferenceEquals(input.Participant, participant))).ToList();
        var isLeaderLacking = lacking.Contains(slice.Leader);
        if (role is TensorRole.ShadowCopy)
        {
            dropped.Add(slice, nameIn, "not every model has this moving average");
        }
        else if (IsUnusedPooler(slice, name))
        {
            if (isLeaderLacking)
            {
                dropped.Add(slice, nameIn, "sentence-transformers does not use it", isLost: false);
            }
            else
            {
                Copy("sentence-transformers does not use it");
            }
        }
        else if (isLeaderLacking && (isAhead || (role is not TensorRole.DerivedBuffer && !rules.IsHeadMatrix(name))))
        {
            dropped.Add(slice, nameIn, $"{slice.Leader.Metadata.Model.Value} has no such tensor");
        }
        else if (isAhead && role is not TensorRole.DerivedBuffer)
        {
            var all = standIns.Complete(slice, inputs);
            if (inputs.Length > 1)
            {
                slots.Add(SlotOf(name, layer, isAhead, slice, all));
            }
            else
            {
                Copy("it serves only speculative decoding");
            }
        }
        else
        {
            if (role is not TensorRole.DerivedBuffer)
            {
                // the leader lacks nothing but a head that it says it does not tie
                var reference = isLeaderLacking ? inputs[0].Participant : slice.Leader;
                lacking.ForEach(participant => missing.Add(participant, reference, nameIn(participant)));
            }

            slots.Add(SlotOf(name, layer, isAhead, slice, inputs));
        }

        void Copy(string why) => slots.Add(SlotOf(
            name, layer, isAhead, slice with { CopiedBecause = $"not every model has it, and {why}" }, [inputs.First(input => ReferenceEquals(input.Participant, slice.Leader))]));
    }

    private static OutputSlot SlotOf(string name, OutputLayer? layer, bool isAhead, OutputSlice slice, ImmutableArray<SlotInput> inputs) =>
        new(name, layer?.Position ?? (isAhead ? ParameterResolver.LastLayer : ParameterResolver.OutsideLayers), slice, inputs, layer is not null) { IsAhead = layer is { IsAhead: true } };

    // models of sentence-transformers make their vectors of all tokens in a module of their own
    private static bool IsUnusedPooler(OutputSlice slice, string name) =>
        TensorRoles.IsPooler(name) && slice.Participants.All(participant => participant.Metadata.Descriptions.ContainsKey(DescriptionFiles.Modules));

    private LayerMap LayersOf(Participant participant) =>
        layers.TryGetValue(participant.Sources.Names, out var map) ? map : layers[participant.Sources.Names] = rules.LayersOf(participant.Sources.Keys);
}
