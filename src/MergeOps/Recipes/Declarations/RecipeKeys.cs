using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Architectures;
using MergeOps.Methods.Contract;
using static MergeOps.Recipes.Declarations.Affects;

namespace MergeOps.Recipes.Declarations;

/// <summary>Every block of a recipe with its keys, mergekit's and ours, but for those that plug-ins bring.</summary>
internal static class RecipeKeys
{
    /// <summary>The module of a model that has only one.</summary>
    public const string OnlyModule = "default";

    private static readonly TextShape Text = new();

    private static readonly PathShape File = new();
    private static readonly ModelShape AnyModel = new();
    private static readonly ParametersShape Parameters = new();

    /// <summary>The path of a model and its revision, in the long form.</summary>
    public static BlockDeclaration ModelPath { get; } = new("modelPath", "in the long form of a model, under 'model:' or 'lora:'",
    [
        new("path", Text, Bytes, "a local path or a Hub name") { IsRequired = true },
        new("revision", Text, Bytes, "a branch, a tag or a commit"),
    ]);

    /// <summary>A model in the long form.</summary>
    public static BlockDeclaration LongModel { get; } = new("longModel", "in the long form of a model",
    [
        new("model", new BlockShape(ModelPath), Bytes, "the model's path and revision") { IsRequired = true },
        new("lora", new BlockShape(ModelPath), Bytes, "an adapter on top of it"),
        new("override_architecture", Text, Bytes, "the class that replaces those in its config.json, also in the output if the model gives the config"),
    ]);

    /// <summary><c>models</c> as a series.</summary>
    public static BlockDeclaration Series { get; } = new("series", "in 'models' when it is a series",
    [
        new("glob", File, Bytes, "local models in the order of their numbers, such as ./run/checkpoint-*, or adapters on top of one, as BASE+./run/checkpoint-*") { IsRequired = true },
        new("parameters", Parameters, Bytes, "parameters of each model"),
    ]);

    /// <summary>The kinds of statistics that merges read.</summary>
    public static ImmutableArray<StatisticKind> StatisticKinds { get; } = [StatisticKind.Fisher, StatisticKind.Gram, StatisticKind.Activation, StatisticKind.MergedGram, StatisticKind.Update, StatisticKind.Gates];

    /// <summary>A kind of statistics as recipes write it.</summary>
    public static string NameOf(StatisticKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>Where statistics of several kinds lie.</summary>
    public static BlockDeclaration Statistics { get; } = new("statistics", "under 'statistics:' or 'base_statistics:'",
    [
        .. StatisticKinds.Select(kind => new KeyDeclaration(NameOf(kind), File, Bytes, $"the file with the {NameOf(kind)} statistics: a local path or hf://owner/name[@revision]/path")),
    ]);

    private static readonly KeyDeclaration OfModel = new(
        "statistics", new TextOrBlockShape(Statistics), Bytes, "the file with what `mergeops measure` found about this model, if the method needs it: a local path or hf://owner/name[@revision]/path; in the folder NAME.statistics beside the recipe when not given")
    { IsOurs = true };

    /// <summary>An entry of <c>models</c>.</summary>
    public static BlockDeclaration Model { get; } = new("model", "in an entry of 'models'",
    [
        new("model", AnyModel, Bytes, "the model: owner/name[@revision][+lora…] or a local path") { IsRequired = true },
        new("parameters", Parameters, Bytes, "parameters of this model"),
        new("calibration", new BlockShape(MeasuringKeys.Calibration), Nothing, "the data that `mergeops measure` runs through this model, instead of the recipe's") { IsOurs = true },
        OfModel,
    ]);

    /// <summary>An entry of <c>sources</c>.</summary>
    public static BlockDeclaration Source { get; } = new("source", "in an entry of a slice's 'sources'",
    [
        new("model", AnyModel, Bytes, "the model: owner/name[@revision][+lora…] or a local path") { IsRequired = true },
        new("layer_range", new LayerRangeShape(), Bytes, "its layers [first, one past the last], counted from 0") { IsRequired = true },
        new("parameters", Parameters, Bytes, "parameters of this model"),
        OfModel,
    ]);

    /// <summary>An entry of <c>slices</c>.</summary>
    public static BlockDeclaration Slice { get; } = new("slice", "in an entry of 'slices'",
    [
        new("sources", new ListShape(Source), Bytes, "the layers that are merged into these output layers") { IsRequired = true },
        new("base_model", AnyModel, Bytes, "the base of this slice, instead of the recipe's"),
        new("parameters", Parameters, Bytes, "parameters of this slice"),
    ]);

    /// <summary>A module of a model that has several.</summary>
    public static BlockDeclaration Module { get; } = new("module", "in a module",
    [
        new("models", new ListOrBlockShape(Model, Series), Bytes, "whole models to merge, or a series of checkpoints"),
        new("slices", new ListShape(Slice), Bytes, "layers to assemble"),
        new("parameters", Parameters, Bytes, "parameters of this module"),
    ]);

    /// <summary>Where the row of one token comes from.</summary>
    public static BlockDeclaration TokenSource { get; } = new("tokenSource", "in the 'source' of a token",
    [
        new("kind", new NameShape(["zero", "model_token"]), Bytes, "a row of zeros, or another token's row") { IsRequired = true },
        new("model", AnyModel, Bytes, "the model that holds the other token"),
        new("token", Text, Bytes, "the other token's text"),
        new("token_id", new NumberShape(Whole: true, Min: 0), Bytes, "the other token's number"),
    ]);

    /// <summary>One token of the tokenizer.</summary>
    public static BlockDeclaration Token { get; } = new("token", "in an entry of the tokenizer's 'tokens'",
    [
        new("source", new ModelOrBlockShape(TokenSource), Bytes, "where the token's row comes from"),
        new("force", new FlagShape(), Bytes, "use that row for every model, even where the model has its own"),
    ]);

    /// <summary>The output's tokenizer.</summary>
    public static BlockDeclaration Tokenizer { get; } = new("tokenizer", "under 'tokenizer:'",
    [
        new("source", AnyModel, Bytes, "union (the default), base, or a model"),
        new("tokens", new MapShape(Token), Bytes, "single tokens"),
        new("pad_to_multiple_of", new NumberShape(Whole: true, Min: 1), Bytes, "round the number of embedding rows up"),
    ]);

    /// <summary>One filtered value of a parameter.</summary>
    public static BlockDeclaration Filter { get; } = new("filter", "in an entry of a parameter's list",
    [
        new("filter", Text, Bytes, "plain text that is part of the tensor's name; without it the entry takes every tensor"),
        new("value", new AnyShape(), Bytes, "a number or a gradient") { IsRequired = true },
    ]);

    /// <summary>Files that a command makes of a model that passed.</summary>
    public static BlockDeclaration Derived { get; } = new("derived", "in an entry of 'derived'",
    [
        new("name", Text, Approval, "what they are called, such as gguf") { IsRequired = true },
        new("command", Text, Approval, "the name of a command in the repository's settings that makes them") { IsRequired = true },
        new("files", Text, Approval, "a pattern for their paths in the version, such as onnx/**; required without 'to'"),
        new("check", Text, Approval, "the name of a command in the settings that judges them; they are published if it exits with 0"),
        new("to", Text, Approval, "a place of their own, of the same kind as the model's, such as owner/name-GGUF") { IsLater = true },
    ]);

    /// <summary>Where the merged model goes: the kinds of places bring the other keys.</summary>
    public static BlockDeclaration Publish { get; } = new("publish", "under 'publish:'",
    [
        new("derived", new ListShape(Derived), Approval, "files that are made from a model that passed its gates, and published with it") { IsLater = true },
    ]);

    /// <summary>Why a warning is accepted.</summary>
    public static BlockDeclaration Accepted { get; } = new("accepted", "in an entry of 'accept'",
    [
        new("reason", Text, Nothing, "why the warning is acceptable") { IsRequired = true },
        new("digest", Text, Nothing, "8 hexadecimal digits of what was accepted; if the content changes, the warning returns"),
    ]);

    /// <summary>What the rules cannot know of tensors.</summary>
    public static BlockDeclaration TensorOverride { get; } = new("tensorOverride", "in an entry of 'tensors'",
    [
        new("tensor", Text, Bytes, "a tensor's name in the output; N between two dots stands for any number") { IsRequired = true },
        new("role", new NameShape(TensorWords.Roles), Bytes, "what it is for: embedding and head have a row for each token, a buffer is computed when a model is loaded, an average is kept for training"),
        new("copy_of", Text, Bytes, "the tensor that it repeats, so that one of the two is enough"),
        new("place", new NameShape(TensorWords.Places), Bytes, "whether it is used before or after the layers, so that the first or the last slice gives it"),
    ]);

    /// <summary>Names of a model that another one has otherwise.</summary>
    public static BlockDeclaration NameOverride { get; } = new("nameOverride", "in an entry of 'names'",
    [
        new("model", AnyModel, Bytes, "the model whose tensors have other names than those of the output") { IsRequired = true },
        new("from", Text, Bytes, "how names of the model begin: whole parts between dots, N for any number") { IsRequired = true },
        new("to", new TextOrTextsShape(), Bytes, "how the output's names for them begin, with the same numbers; a list of names for the parts of a tensor, stacked by rows") { IsRequired = true },
    ]);

    /// <summary>What the rules cannot know of the checkpoints.</summary>
    public static BlockDeclaration ArchitectureOverrides { get; } = new("architectureOverrides", "under 'architecture_overrides:'",
    [
        new("tensors", new ListShape(TensorOverride), Bytes, "what single tensors are for"),
        new("layers", new TextsShape(), Bytes, "what precedes the number of a layer in names; no other number then counts layers"),
        new("names", new ListShape(NameOverride), Bytes, "how models name tensors that the output names differently"),
    ]);

    /// <summary>An adapter as the output.</summary>
    public static BlockDeclaration LoraOutput { get; } = new("loraOutput", "under 'lora:' of 'output'",
    [
        new("rank", new NumberShape(Whole: true, Min: 1), Bytes, "the largest rank of the factors") { IsRequired = true },
        new("alpha", new NumberShape(), Bytes, "lora_alpha: the factors' product is scaled by alpha / rank; the rank when not given"),
        new("target_modules", new TextsShape(), Bytes, "modules that get factors, by whole parts of the end of their names; all linear layers when not given"),
        new("exclude_modules", new TextsShape(), Bytes, "modules that keep the base's weights"),
        new("modules_to_save", new TextsShape(), Bytes, "modules that are written whole, such as norms and embeddings"),
        new("bias", new NameShape(LoraBiases.All), Bytes, "which biases are written: none, those of modules with factors (lora_only), or all; none when not given"),
        new("space", new NameShape(LoraSpaces.All), Bytes, "full merges whole weights; core merges adapters of one base in the space that their factors span, and is the default when all models are adapters of one base"),
    ]);

    /// <summary>What the output is, where it is no model.</summary>
    public static BlockDeclaration Output { get; } = new("output", "under 'output:'",
    [
        new("lora", new BlockShape(LoraOutput), Bytes, "an adapter on 'base_model' instead of a whole model") { IsRequired = true },
    ]);

    /// <summary>An expert of a mixture.</summary>
    public static BlockDeclaration Expert { get; } = new("expert", "in an entry of 'experts' or 'shared_experts'",
    [
        new("source_model", AnyModel, Bytes, "the model whose MLP is the expert") { IsRequired = true },
        new("positive_prompts", new TextsShape(), Bytes, "texts like those that should go to it"),
        new("negative_prompts", new TextsShape(), Bytes, "texts like those that should not"),
        new("noise_scale", new NumberShape(), Bytes, "not applied: noise on its weights"),
        new("residual_scale", new NumberShape(), Bytes, "not applied: a factor for what it adds"),
    ]);

    /// <summary>The recipe itself.</summary>
    public static BlockDeclaration Top { get; } = new("recipe", "at the top level",
    [
        new("extends", File, Nothing, "a recipe file whose keys apply here as well: the recipe's own keys win, mappings merge key by key, lists replace; a path is relative to the file that contains it") { IsOurs = true },
        new("variants", new VariantsShape(), Nothing, "a list of named values, such as {size: xs, t: 0.3}: each entry makes a recipe of its own, in which ${size} and ${t} stand for its values; $${ stands for ${") { IsOurs = true },
        new("name", Text, Approval, "the merged model's name; without it the file's name") { IsOurs = true },
        new("version", Text, Approval, "a semantic version such as 1.2.0") { IsOurs = true },
        new("description", Text, Approval, "one or more sentences for the model card") { IsOurs = true },
        new("merge_method", new MethodShape(), Bytes, "how the tensors are merged") { IsRequired = true },
        new("base_model", AnyModel, Bytes, "the model that task vectors are taken from; also gives config and tokenizer"),
        new("base_statistics", new TextOrBlockShape(Statistics), Bytes, "the file with what `mergeops measure` found about the base, where the merge needs it") { IsOurs = true },
        new("models", new ListOrBlockShape(Model, Series), Bytes, "whole models to merge, or a series of checkpoints"),
        new("slices", new ListShape(Slice), Bytes, "layers to assemble"),
        new("modules", new MapShape(Module), Bytes, "modules of a model that has several"),
        new("experts", new ListShape(Expert), Bytes, "the experts of a mixture ('merge_method: moe')"),
        new("shared_experts", new ListShape(Expert), Bytes, "experts of a mixture that every token goes through"),
        new("gate_mode", new NameShape(["hidden", "hidden_last", "hidden_avg", "cheap_embed", "random", "uniform_random"]), Bytes, "where the router of a mixture comes from; hidden when not given"),
        new("experts_per_token", new NumberShape(Whole: true, Min: 1), Bytes, "how many experts of a mixture a token goes through; 2 when not given"),
        new("architecture", Text, Nothing, "the layout of a mixture: mixtral, qwen moe or qwen3 moe"),
        new("parameters", Parameters, Bytes, "parameters for all models and tensors"),
        new("post", new PostShape(), Bytes, "post-processors, which change the merged tensors once more, in this order: each by its name, alone or with its parameters") { IsOurs = true },
        new("dtype", new NameShape(RecipeDTypes.Names), Bytes, "the output's number type"),
        new("out_dtype", new NameShape(RecipeDTypes.Names), Bytes, "the output's number type, when it differs from 'dtype'"),
        new("tokenizer_source", AnyModel, Bytes, "the output's tokenizer: union, base, or a model"),
        new("tokenizer", new BlockShape(Tokenizer), Bytes, "the output's tokenizer, token by token"),
        new("chat_template", Text, Bytes, "auto, a built-in name such as chatml, or a Jinja template"),
        new("output", new BlockShape(Output), Bytes, "what is written: an adapter instead of a whole model") { IsOurs = true },
        new("seed", new NumberShape(Whole: true, Min: 0), Bytes, "the seed of random masks; 0 when not given") { IsOurs = true },
        new("shard_size", new ByteCountShape(), Nothing, "bytes of one output file, such as 5GB") { IsOurs = true },
        new("allow_different_architectures", new FlagShape(), Nothing, "merge models although their configs name different architectures") { IsOurs = true },
        new("allow_non_finite", new TextsShape(), Bytes, "parts of the names of tensors that may hold NaN or infinity") { IsOurs = true },
        new("evaluate", new BlockShape(MeasuringKeys.Evaluate), Approval, "what to measure on the merged model") { IsOurs = true },
        new("search", new BlockShape(MeasuringKeys.Search), Approval, "numbers that `mergeops search` chooses by measurement; NAME.chosen.yml beside the recipe holds them") { IsOurs = true, IsLater = true },
        new("gates", new ListShape(MeasuringKeys.Gate), Approval, "what the measurements must meet before anything is published") { IsOurs = true },
        new("publish", new BlockShape(Publish), Approval, "where the merged model goes") { IsOurs = true },
        new("accept", new AcceptShape(Accepted), Nothing, "warnings by their codes, each with the reason why it is acceptable") { IsOurs = true },
        new("calibration", new BlockShape(MeasuringKeys.Calibration), Nothing, "the data that `mergeops measure` runs through the models; a merge reads the statistics that it writes, never the data") { IsOurs = true },
        new("architecture_overrides", new BlockShape(ArchitectureOverrides), Bytes, "what the rules cannot know about the checkpoints: roles, copies, layers, names") { IsOurs = true },
    ]);

    /// <summary>Every block.</summary>
    public static ImmutableArray<BlockDeclaration> All { get; } =
    [
        Top, Series, Model, MeasuringKeys.Calibration, Statistics, Source, Slice, Module, Expert, Tokenizer, Token, TokenSource, Filter, MeasuringKeys.Evaluate, MeasuringKeys.Task, MeasuringKeys.Prompts, MeasuringKeys.PlainText, MeasuringKeys.External, MeasuringKeys.Benchmark, MeasuringKeys.Search, MeasuringKeys.SearchEntry, MeasuringKeys.Objective, MeasuringKeys.Gate, Publish, Derived, Accepted,
        LongModel, ModelPath, Output, LoraOutput, ArchitectureOverrides, TensorOverride, NameOverride,
    ];
}
