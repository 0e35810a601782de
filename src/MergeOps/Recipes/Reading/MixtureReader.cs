using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads what <c>merge_method: moe</c> asks for, in the form of mergekit-moe.</summary>
internal sealed class MixtureReader(ReadingContext context)
{
    private const string Random = "random";
    private const string UniformRandom = "uniform_random";
    private const string CheapEmbed = "cheap_embed";
    private const string Hidden = "hidden";
    private const string HiddenLast = "hidden_last";
    private const string HiddenAverage = "hidden_avg";

    /// <summary>The names of gate modes; mergekit-moe's default first.</summary>
    public static readonly ImmutableArray<string> GateModes = [Hidden, HiddenLast, HiddenAverage, CheapEmbed, Random, UniformRandom];

    private static readonly string[] OwnKeys = ["experts", "gate_mode", "experts_per_token", "shared_experts", "architecture"];

    private static readonly string[] OtherKeys = ["models", "slices", "modules", "parameters", "tokenizer", "tokenizer_source"];

    private readonly ModelReferenceReader models = new(context);

    /// <summary>Refuses the keys of mixtures in a recipe that merges.</summary>
    public void RefuseIn(Block top)
    {
        foreach (var key in OwnKeys.Select(top.KeyOf).OfType<YamlScalar>())
        {
            context.Refuse(Codes.KeyMisplaced, $"'{key.Text}' belongs in a recipe with 'merge_method: {MixtureMethod.MethodName}', which builds a mixture of experts.", key);
        }
    }

    /// <summary>The mixture; null, with errors, where there is none.</summary>
    public MixtureSettings? Read(Block top)
    {
        foreach (var key in OtherKeys.Select(top.KeyOf).OfType<YamlScalar>())
        {
            context.Refuse(Codes.KeysExclusive, $"A mixture of experts has no '{key.Text}': its models are listed under 'experts', and 'base_model' gives the rest. Remove it, or merge these models in a separate recipe of the file and use its name as an expert.", key);
        }

        top.Require("base_model");
        var list = top.Require("experts");
        var gate = Gate(top);
        var readsPrompts = gate?.Value is GateMode.CheapEmbed or GateMode.Hidden or GateMode.HiddenAverage;
        var experts = Experts(list, "experts", readsPrompts);
        var shared = Experts(top.Find("shared_experts"), "shared_experts", readsPrompts);
        if (gate is null || list is null || experts.IsEmpty)
        {
            return null;
        }

        var perToken = ValueReader.Whole(top.Find("experts_per_token"), "experts_per_token", 1L, long.MaxValue, context);
        var mixture = new MixtureSettings(
            gate, experts, shared, perToken, ValueReader.Line(top.Find("architecture"), "architecture", context), context.SpanOf(top.KeyOf("experts")!));
        Check(mixture);
        return mixture;
    }

    private Located<GateMode>? Gate(Block top)
    {
        if (top.Find("gate_mode") is not { } node)
        {
            return new(GateMode.Hidden, context.SpanOf(top.KeyOf("experts") ?? top.KeyOf("merge_method")!));
        }

        var mode = ValueReader.Line(node, "gate_mode", context);
        GateMode? known = mode?.Value switch
        {
            Random => GateMode.Random,
            UniformRandom => GateMode.UniformRandom,
            CheapEmbed => GateMode.CheapEmbed,
            Hidden or HiddenLast => GateMode.Hidden,
            HiddenAverage => GateMode.HiddenAverage,
            _ => null,
        };
        if (known is { } gate)
        {
            return new(gate, mode!.Span);
        }

        if (mode is not null)
        {
            context.Refuse(Codes.NameUnknown, $"There is no gate mode {TerminalText.Quoted(mode.Value)}.{NearestName.Suggestion(mode.Value, GateModes)} Use {string.Join(", ", GateModes)}.", context.SpanOf(node));
        }

        return null;
    }

    private ImmutableArray<MixtureExpert> Experts(YamlNode? node, string key, bool readsPrompts) =>
        ListReader.Read(node, key, RecipeKeys.Expert, context, block => Expert(block, readsPrompts));

    private MixtureExpert? Expert(Block block, bool readsPrompts)
    {
        var model = models.Read(block.Require("source_model"));
        foreach (var (key, neutral) in new[] { ("noise_scale", 0.0), ("residual_scale", 1.0) })
        {
            if (block.Find(key) is { } node && ValueReader.Number(node, key, context) is { } number && number != neutral)
            {
                context.NotImplemented($"'{key}' is not applied. Leave it out; the expert is taken as it is.", node);
            }
        }

        var (positive, negative) = (Prompts(block, "positive_prompts"), Prompts(block, "negative_prompts"));
        if (readsPrompts && positive.IsEmpty && block.Find("positive_prompts") is null)
        {
            context.Refuse(Codes.KeyMissing, "The router is made from the prompts of each expert, and this one has no 'positive_prompts'. Give one or more texts like those that should go to it, or write 'gate_mode: random' and train the router.", block.Span);
        }

        return model is null ? null : new(new RecipeInput(model, null, [], block.Span), positive, negative);
    }

    private ImmutableArray<string> Prompts(Block block, string key) =>
    [
        .. ListReader.Items(block.Find(key), key, "a list of texts", context).Select(item => item is YamlScalar text ? text.Text : Refused(item, key)).OfType<string>(),
    ];

    private string? Refused(YamlNode item, string key)
    {
        context.Refuse(Codes.ValueMalformed, $"'{key}' is a list of texts, found {ValueReader.Describe(item)}.", item);
        return null;
    }

    private void Check(MixtureSettings mixture)
    {
        if (mixture.PerToken > mixture.Experts.Length)
        {
            context.Refuse(
                Codes.ValueOutOfRange,
                $"A token cannot go through {mixture.PerToken} of {mixture.Experts.Length} experts.{(mixture.ExpertsPerToken is null ? $" 2 is the default: write 'experts_per_token: {mixture.Experts.Length}', or add experts." : "")}",
                mixture.ExpertsPerToken?.Span ?? mixture.Span);
        }

        var first = mixture.Experts[0];
        if (mixture.Experts.Length > 1 && mixture.Gate.Value is not (GateMode.Random or GateMode.UniformRandom)
            && mixture.Experts.All(expert => expert.Positive.SequenceEqual(first.Positive) && expert.Negative.SequenceEqual(first.Negative)))
        {
            context.Refuse(Codes.CombinationRefused, "All experts have the same prompts, so the router could not tell them apart. Give each texts like those that should go to it.", mixture.Span);
        }

        if (mixture.Experts.Length > 1 && mixture.Experts.All(expert => expert.Input.Model.Value == first.Input.Model.Value))
        {
            context.Diagnostics.Warning(
                Codes.MixtureOfOne, "All experts are the same model: the mixture gives the same results as that model and costs more. It is useful only as a starting point for training.", mixture.Span);
        }
    }
}
