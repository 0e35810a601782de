using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Statistics;

namespace MergeOps.Planning;

/// <summary>Lays out the tensors of a mixture of experts: the MLPs of its models side by side, a router for them, and the rest of the base.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="models">The metadata of its models.</param>
/// <param name="tensors">Their tensors, in the same order.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class MixtureBuilder(Recipe recipe, ImmutableArray<ModelMetadata> models, ImmutableArray<ModelTensors> tensors, DiagnosticBag diagnostics)
{
    private const string ReplacedByExperts = "the experts replace it";

    private readonly MixtureSettings mixture = recipe.Mixture!;
    private readonly List<OutputSlot> slots = [];
    private readonly List<DroppedTensor> dropped = [];

    /// <summary>What was left out, with the reasons.</summary>
    public IReadOnlyList<DroppedTensor> Dropped => dropped;

    private ModelMetadata Base => models[models.IndexOfModel(recipe.BaseModel!.Value)];

    /// <summary>The layout of a recipe's mixture; null with an error where none fits.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The metadata of its models.</param>
    /// <param name="diagnostics">Takes the error.</param>
    public static MixtureLayout? LayoutOf(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        var mixture = recipe.Mixture!;
        var wanted = mixture.Architecture?.Value;
        var candidates = MixtureLayout.All.Where(layout => wanted is null || layout.Name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        if (candidates.Count == 0)
        {
            var isKnown = "deepseek moe".StartsWith(wanted!, StringComparison.OrdinalIgnoreCase);
            diagnostics.Error(
                Codes.MixtureWithoutLayout,
                $"{(isKnown ? "Mixtures in DeepSeek's layout need custom code to be loaded, so they are not built." : $"There is no layout {TerminalText.Quoted(wanted!)}.")} The layouts are {string.Join(", ", MixtureLayout.All.Select(layout => layout.Name))}.",
                mixture.Architecture!.Span);
            return null;
        }

        List<string> types = [.. models.Select(model => model.Config?.ModelType ?? "a model without a config.json")];
        if (candidates.Find(layout => layout.WhyNot(types, mixture.Shared.Length) is null) is { } fitting)
        {
            return fitting;
        }

        diagnostics.Error(
            Codes.MixtureWithoutLayout,
            $"No layout can hold this mixture: {string.Join("; ", candidates.Select(layout => $"{layout.Name}: {layout.WhyNot(types, mixture.Shared.Length)}"))}.",
            mixture.Architecture?.Span ?? mixture.Span);
        return null;
    }

    /// <summary>The places of the output tensors; problems go into the bag.</summary>
    /// <param name="layout">The layout.</param>
    public IReadOnlyList<OutputSlot> Build(MixtureLayout layout)
    {
        var whole = ParticipantOf(models.IndexOfModel(recipe.BaseModel!.Value), null);
        var rest = new SlotBuilder(recipe.Architecture, diagnostics);
        var own = rest.Build([[Because([whole], $"{recipe.BaseModel!.Value} gives everything that is not an expert")]]);
        dropped.AddRange(rest.Dropped);
        slots.AddRange(own.Where(slot => !IsOfBlock(slot.Name)));
        dropped.AddRange(
            from slot in own
            where IsOfBlock(slot.Name)
            from origin in slot.Inputs[0].Source.Origins
            select new DroppedTensor(origin.Model, origin.Name, ReplacedByExperts));
        RequireNames(layout, own);
        var layers = own.Where(slot => IsOfBlock(slot.Name)).Select(slot => recipe.Architecture.LayerOf(slot.Name)!).DistinctBy(layer => (layer.Stack, layer.Layer)).ToList();
        foreach (var layer in layers)
        {
            AddBiases(layout, layer, whole);
            foreach (var (index, expert) in mixture.Experts.Index())
            {
                AddExpert(layout, layer, expert, $"{layout.Block}.experts.{index.ToString(CultureInfo.InvariantCulture)}", layout.Projections, whole);
            }

            foreach (var expert in mixture.Shared)
            {
                AddExpert(layout, layer, expert, $"{layout.Block}.shared_expert", MixtureLayout.DenseProjections, whole);
            }
        }

        AddRouters(layout, layers, whole);
        return slots;
    }

    /// <summary>The config of a recipe's mixture.</summary>
    /// <param name="recipe">The recipe; a layout fits its mixture.</param>
    /// <param name="models">The metadata of its models.</param>
    /// <param name="dense">The config that a merge into the base would have, or null.</param>
    public static string? ConfigOf(Recipe recipe, ImmutableArray<ModelMetadata> models, string? dense) => dense is null ? null : CanonicalJson.Write(
        LayoutOf(recipe, models, [])!.ConfigOf(JsonNode.Parse(dense)!.AsObject(), recipe.Mixture!.Experts.Length, recipe.Mixture.PerToken));

    private bool IsOfBlock(string name) => recipe.Architecture.LayerOf(name)?.Suffix.StartsWith(MixtureLayout.DenseBlock + ".", StringComparison.Ordinal) == true;

    // a layout has no place for other tensors than it knows
    private void RequireNames(MixtureLayout layout, IReadOnlyList<OutputSlot> own)
    {
        var known = MixtureLayout.DenseProjections.Select(projection => $"{MixtureLayout.DenseBlock}.{projection}.weight").ToHashSet(StringComparer.Ordinal);
        var strange = own.Where(slot => IsOfBlock(slot.Name)
            ? !known.Contains(recipe.Architecture.LayerOf(slot.Name)!.Suffix)
            : slot.Name.EndsWith(".bias", StringComparison.Ordinal) && !layout.Biases.Any(bias => slot.Name.EndsWith(bias, StringComparison.Ordinal))).ToList();
        if (strange.Count > 0)
        {
            diagnostics.Error(
                Codes.MixtureWithoutLayout,
                $"{recipe.BaseModel!.Value} has {PatternText.Of(strange.Select(slot => slot.Name), 3)}, for which the layout {layout.Name} has no place.",
                recipe.BaseModel.Span);
        }

        if (layout.Objection(Base.Config!.Language) is { } objection)
        {
            diagnostics.Error(Codes.MixtureWithoutLayout, $"{recipe.BaseModel!.Value}: {objection}.", recipe.BaseModel.Span);
        }
    }

    private void AddExpert(MixtureLayout layout, LayerName layer, MixtureExpert expert, string place, string[] projections, Participant whole)
    {
        var participant = ParticipantOf(models.IndexOfModel(expert.Input.Model.Value), expert.Input);
        foreach (var (dense, projection) in MixtureLayout.DenseProjections.Zip(projections))
        {
            var suffix = $"{MixtureLayout.DenseBlock}.{dense}.weight";
            var (from, own) = ((layer with { Suffix = suffix }).At(layer.Layer), whole.Sources.GetValueOrDefault((layer with { Suffix = suffix }).At(layer.Layer)));
            if (participant.Sources.GetValueOrDefault(from) is not { } source)
            {
                diagnostics.Error(Codes.TensorMissing, $"{expert.Input.Model.Value} has no {TerminalText.Quoted(from)}. Experts have the layers of {recipe.BaseModel!.Value}.", expert.Input.Model.Span);
                return;
            }

            if (own is not null && !own.Shape.SequenceEqual(source.Shape))
            {
                diagnostics.Error(
                    Codes.ShapesDiffer,
                    $"{TerminalText.Quoted(from)} is [{string.Join(", ", source.Shape)}] in {expert.Input.Model.Value}, [{string.Join(", ", own.Shape)}] in {recipe.BaseModel!.Value}. The experts of the layout {layout.Name} must have the same size: use models of one size.",
                    expert.Input.Model.Span);
                return;
            }

            Add((layer with { Suffix = $"{place}.{projection}.weight" }).At(layer.Layer), participant, source, $"an expert: the MLP of {expert.Input.Model.Value}");
        }
    }

    // some classes have biases that the base lacks
    private void AddBiases(MixtureLayout layout, LayerName layer, Participant whole)
    {
        foreach (var bias in layout.RequiredBiases)
        {
            var name = (layer with { Suffix = $"self_attn.{bias}" }).At(layer.Layer);
            var weight = (layer with { Suffix = $"self_attn.{bias.Replace("bias", "weight", StringComparison.Ordinal)}" }).At(layer.Layer);
            if (!whole.Has(name) && whole.Sources.GetValueOrDefault(weight) is { } matrix)
            {
                Add(name, whole, new Drawn(Distribution.Zeros, 0, 0, name, whole.Model, matrix.DType, matrix.Shape[..1]), $"zeros: {layout.Class} has it, and the base does not");
            }
        }
    }

    private void AddRouters(MixtureLayout layout, List<LayerName> layers, Participant whole)
    {
        if (whole.Embedding is not { Shape: [var rows, var width] } embedding)
        {
            diagnostics.Error(Codes.TensorMissing, $"{recipe.BaseModel!.Value} has no embedding, from which the router would take its width.", recipe.BaseModel.Span);
            return;
        }

        if (mixture.IsMeasured)
        {
            AddMeasured(layout, layers, whole, embedding);
            return;
        }

        var prompts = mixture.Gate.Value is GateMode.CheapEmbed ? new MixturePrompts(recipe, Base, rows, diagnostics) : null;
        var (ofExperts, ofShared) = (prompts?.Of(mixture.Experts), prompts?.Of(mixture.Shared));
        if (diagnostics.HasErrors)
        {
            return;
        }

        foreach (var layer in layers)
        {
            var name = RouterOf(layout, layer);
            Add(name, whole, RowsOf(name, ofExperts, mixture.Experts.Length), "the router");
            if (!mixture.Shared.IsEmpty)
            {
                var gate = SharedGateOf(layout, layer);
                Add(gate, whole, RowsOf(gate, ofShared, mixture.Shared.Length), "the gate of the shared expert");
            }
        }

        TensorSource RowsOf(string name, ImmutableArray<PromptTokens>? tokens, int count) => tokens is { } known
            ? new PromptRows(embedding, known, name)
            : mixture.Gate.Value is GateMode.Random
                ? new Drawn(Distribution.Normal, 1, recipe.Seed?.Value ?? 0, name, whole.Model, embedding.DType, [count, width])
                : new Drawn(Distribution.Uniform, Math.Sqrt(1.0 / width), recipe.Seed?.Value ?? 0, name, whole.Model, embedding.DType, [count, width]);
    }

    private static string RouterOf(MixtureLayout layout, LayerName layer) => (layer with { Suffix = $"{layout.Block}.gate.weight" }).At(layer.Layer);

    private static string SharedGateOf(MixtureLayout layout, LayerName layer) => (layer with { Suffix = $"{layout.Block}.shared_expert_gate.weight" }).At(layer.Layer);

    private void AddMeasured(MixtureLayout layout, List<LayerName> layers, Participant whole, TensorSource embedding)
    {
        var file = Base.Statistics.First(measured => measured.Need.Kind is StatisticKind.Gates);
        var owner = models.Length + models.Sum(model => model.Adapters.Length) + models.SelectMany(model => model.Statistics).ToList().IndexOf(file);
        foreach (var layer in layers)
        {
            AddRows(RouterOf(layout, layer), GateTensors.OfExperts(layer.Layer), mixture.Experts.Length, "the router, of the hidden states of prompts");
            if (!mixture.Shared.IsEmpty)
            {
                AddRows(SharedGateOf(layout, layer), GateTensors.OfShared(layer.Layer), mixture.Shared.Length, "the gate of the shared expert, of the hidden states of prompts");
            }
        }

        void AddRows(string name, string measured, int count, string why)
        {
            if (file.File.Checkpoint.Tensors.GetValueOrDefault(measured) is { } tensor && tensor.Shape.SequenceEqual([count, embedding.Shape[1]]))
            {
                Add(name, whole, new UnitRows(new Stored(owner, tensor) { InPlaceOf = new(whole.Model, name) }, embedding.DType), why);
            }
            else
            {
                diagnostics.Error(
                    Codes.StatisticsUnfit,
                    $"'{file.Need.Location.Value}' does not hold {TerminalText.Quoted(measured)} as [{count}, {embedding.Shape[1]}], which the router of a layer needs. Run `mergeops measure gates {recipe.Address}`.",
                    file.Need.Location.Span);
            }
        }
    }

    private void Add(string name, Participant participant, TensorSource source, string why) =>
        slots.Add(new(name, 0, Because([participant], why), [new(participant, source.Name, source)], IsInLayer: true));

    private OutputSlice Because(ImmutableArray<Participant> participants, string why) => new(participants, null, recipe.Modules[0]) { CopiedBecause = why };

    private Participant ParticipantOf(int model, RecipeInput? entry) => new(model, models[model], tensors[model].Sources, null, entry, IsBase: false);
}
