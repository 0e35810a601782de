using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Where the rows of a router come from.</summary>
internal enum GateMode
{
    /// <summary>Normally distributed numbers.</summary>
    Random,

    /// <summary>Uniformly distributed numbers, as new linear layers have.</summary>
    UniformRandom,

    /// <summary>The embeddings of the tokens of each expert's prompts.</summary>
    CheapEmbed,

    /// <summary>The states of the base at the last token of each expert's prompts.</summary>
    Hidden,

    /// <summary>The states of the base at each expert's prompts, the mean over their tokens.</summary>
    HiddenAverage,
}

/// <summary>How a mixture of experts is built from dense models.</summary>
/// <param name="Gate">Where the rows of its router come from.</param>
/// <param name="Experts">The experts, each an entry of the recipe's models, in the order of the router's rows.</param>
/// <param name="Shared">Experts that every token goes through; their models stand behind those of the experts.</param>
/// <param name="ExpertsPerToken">How many experts a token goes through; 2 when not given.</param>
/// <param name="Architecture">The layout's name or its beginning; null takes the first that fits.</param>
/// <param name="Span">The list of experts.</param>
internal sealed record MixtureSettings(
    Located<GateMode> Gate,
    ImmutableArray<MixtureExpert> Experts,
    ImmutableArray<MixtureExpert> Shared,
    Located<long>? ExpertsPerToken,
    Located<string>? Architecture,
    SourceSpan Span)
{
    /// <summary>How many experts a token goes through.</summary>
    public long PerToken => ExpertsPerToken?.Value ?? 2;

    /// <summary>Whether the router is made of states that `mergeops measure gates` finds.</summary>
    public bool IsMeasured => Gate.Value is GateMode.Hidden or GateMode.HiddenAverage;

    /// <summary>The digest of what is measured for the router: which states, of which prompts for which row; 64 hex digits.</summary>
    public string PromptsDigest => CanonicalJson.Digest(new JsonObject
    {
        ["states"] = Gate.Value is GateMode.HiddenAverage ? "mean" : "last",
        ["experts"] = new JsonArray([.. Experts.Select(PromptsOf)]),
        ["shared_experts"] = new JsonArray([.. Shared.Select(PromptsOf)]),
    });

    private static JsonNode PromptsOf(MixtureExpert expert) => new JsonObject { ["positive"] = Texts(expert.Positive), ["negative"] = Texts(expert.Negative) };

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}

/// <summary>An expert of a mixture.</summary>
/// <param name="Input">The model whose MLP it is.</param>
/// <param name="Positive">Prompts whose tokens go to it.</param>
/// <param name="Negative">Prompts whose tokens do not.</param>
internal sealed record MixtureExpert(RecipeInput Input, ImmutableArray<string> Positive, ImmutableArray<string> Negative);
