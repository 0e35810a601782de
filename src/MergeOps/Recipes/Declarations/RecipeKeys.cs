using System.Collections.Immutable;
using MergeOps.Architectures;
using static MergeOps.Recipes.Declarations.Affects;

namespace MergeOps.Recipes.Declarations;

/// <summary>Every block of a recipe with its keys, mergekit's and ours, but for those that plug-ins bring.</summary>
internal static class RecipeKeys
{
    /// <summary>The module of a model that has only one.</summary>
    public const string OnlyModule = "default";

    private static readonly TextShape Text = new();

    private static readonly TextShape Prompt = new() { IsLine = false };
    private static readonly PathShape File = new();
    private static readonly ModelShape AnyModel = new();
    private static readonly ParametersShape Parameters = new();

    /// <summary>The data that statistics are measured on.</summary>
    public static BlockDeclaration Calibration { get; } = new("calibration", "under 'calibration:'",
    [
        new("data", new PathOrPathsShape(), Nothing, "jsonl, csv, tsv or txt files, or a list of them: rows with \"text\", with \"prompt\" and \"completion\", \"answer\" or \"label\", with \"sentence1\" and \"sentence2\", or with \"messages\"; a txt file is cut into windows") { IsRequired = true },
        new("items", new NumberShape(Whole: true, Min: 1), Nothing, "so many items, drawn by the seed; all when not given"),
        new("max_length", new NumberShape(Whole: true, Min: 2), Nothing, "the most tokens of an item; what the model reads at once when not given"),
        new("variant", new NameShape(FisherVariants.All), Nothing, "whose gradients a Fisher information is of: of every label (exact), of tokens drawn from the model's predictions (sampled), or of the data (empirical); sampled when not given"),
        new("labels", new TextsShape(), Nothing, "the labels that prompts end in, as the model should write them"),
        new("target_delimiter", Prompt, Nothing, "what stands between prompt and label; a space when not given"),
        new("chat", new FlagShape(), Nothing, "true when the model's own chat template puts the prompt to it"),
        new("seed", new NumberShape(Whole: true, Min: 0), Nothing, "the seed of what is drawn; 0 when not given"),
    ]);

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
        new("override_architecture", Text, Bytes, "the class that takes the place of those in its config.json, for the output too where the model gives it"),
    ]);

    /// <summary><c>models</c> as a series.</summary>
    public static BlockDeclaration Series { get; } = new("series", "in 'models' when it is a series",
    [
        new("glob", File, Bytes, "local models in the order of their numbers, such as ./run/checkpoint-*") { IsRequired = true },
        new("parameters", Parameters, Bytes, "parameters of each model"),
    ]);

    /// <summary>An entry of <c>models</c>.</summary>
    public static BlockDeclaration Model { get; } = new("model", "in an entry of 'models'",
    [
        new("model", AnyModel, Bytes, "the model: owner/name[@revision][+lora…] or a local path") { IsRequired = true },
        new("parameters", Parameters, Bytes, "parameters of this model"),
        new("calibration", new BlockShape(Calibration), Nothing, "the data that `mergeops measure` runs through this model, instead of the recipe's") { IsOurs = true },
    ]);

    /// <summary>An entry of <c>sources</c>.</summary>
    public static BlockDeclaration Source { get; } = new("source", "in an entry of a slice's 'sources'",
    [
        new("model", AnyModel, Bytes, "the model: owner/name[@revision][+lora…] or a local path") { IsRequired = true },
        new("layer_range", new LayerRangeShape(), Bytes, "its layers [first, one past the last], counted from 0") { IsRequired = true },
        new("parameters", Parameters, Bytes, "parameters of this model"),
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
        new("slices", new ListShape(Slice), Bytes, "layers to put together"),
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
        new("force", new FlagShape(), Bytes, "take that row for every model, also where the model has its own"),
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

    /// <summary>What is put before the texts of each side of a task.</summary>
    public static BlockDeclaration Prompts { get; } = new("prompts", "in a task's 'prompt' or 'prompt_name'",
    [
        new("sentence1", Prompt, Approval, "for the first sentence of a pair"),
        new("sentence2", Prompt, Approval, "for the second sentence of a pair"),
        new("query", Prompt, Approval, "for what is looked for"),
        new("document", Prompt, Approval, "for what is searched"),
    ]);

    /// <summary>A task of prompts with answers.</summary>
    public static BlockDeclaration Task { get; } = new("task", "in an entry of 'tasks'",
    [
        new("name", Text, Approval, "a short name, unique in the recipe") { IsRequired = true },
        new("kind", new TaskKindShape(), Approval, "how the items are asked and judged") { IsLater = true },
        new("data", File, Approval, "a jsonl, csv, tsv or parquet file beside the recipe or on the Hub (hf://datasets/owner/name@revision/path), one item a line or record; related items share a \"group\"") { IsRequired = true },
        new("expert", AnyModel, Approval, "the model whose accuracy counts as 100 %"),
    ]);

    /// <summary>A text for the loss outside the tasks' domain.</summary>
    public static BlockDeclaration PlainText { get; } = new("text", "in an entry of 'texts'",
    [
        new("name", Text, Approval, "a short name, unique in the recipe") { IsRequired = true },
        new("data", File, Approval, "a text file beside the recipe or on the Hub") { IsRequired = true },
    ]);

    /// <summary>A score that another harness measures.</summary>
    public static BlockDeclaration External { get; } = new("external", "in an entry of 'external'",
    [
        new("name", Text, Approval, "how gates and reports call it") { IsRequired = true },
        new("task", Text, Approval, "the task in the results file; 'name' when not given"),
        new("metric", Text, Approval, "the task's metric, such as acc_norm; with its filter, as acc_norm,none, where there are several") { IsRequired = true },
    ]);

    /// <summary>What to measure.</summary>
    public static BlockDeclaration Evaluate { get; } = new("evaluate", "under 'evaluate:'",
    [
        new("tasks", new ListShape(Task), Approval, "prompts with answers"),
        new("texts", new ListShape(PlainText), Approval, "plain texts whose loss shows what the merge forgot"),
        new("external", new ListShape(External), Approval, "scores that lm-evaluation-harness measures"),
    ]);

    /// <summary>The goal of a search for large scores.</summary>
    public const string Maximize = "max";

    /// <summary>Which way an objective is better.</summary>
    public static KeyDeclaration Goal { get; } = new(
        "goal", new NameShape([Maximize, "min"]), Approval, "whether larger or smaller scores are better; what the metric says when not given");

    /// <summary>One parameter that is searched.</summary>
    public static BlockDeclaration SearchEntry { get; } = new("searchedParameter", "in an entry of the search's 'parameters'",
    [
        new("parameter", Text, Approval, "a number among the method's parameters, such as lambda, weight or t; the recipe gives it no other value") { IsRequired = true },
        new("model", AnyModel, Approval, "the model whose own parameter it is; without it the value is for all"),
        new("filter", Text, Approval, "plain text that is part of the names of the tensors that it is for"),
        new("layers", new NumberShape(Whole: true, Min: 1), Approval, "so many numbers, spread evenly over the layers and interpolated between them; 1 when not given"),
        new("from", new NumberShape(), Approval, "the smallest number") { IsRequired = true },
        new("to", new NumberShape(), Approval, "the largest number") { IsRequired = true },
    ]);

    /// <summary>What tells whether numbers are good.</summary>
    public static BlockDeclaration Objective { get; } = new("objective", "under 'objective:'",
    [
        new("metric", Text, Approval, "what the searcher improves, as gates name it, such as mean.accuracy; of a command TASK.METRIC of its results") { IsRequired = true },
        Goal,
        new("tasks", new ListShape(Task), Approval, "validation items: none of them is a test item under 'evaluate'"),
        new("texts", new ListShape(PlainText), Approval, "validation texts"),
        new("sample", new NumberShape(Whole: true, Min: 1), Approval, "so many items of each task, drawn by the seed with their groups; all when not given"),
        new("command", Text, Approval, "the name of a command in the repository's settings that scores each point"),
    ]);

    /// <summary>Numbers that are chosen by measurement.</summary>
    public static BlockDeclaration Search { get; } = new("search", "under 'search:'",
    [
        new("searcher", new SearcherShape(), Approval, "how points are proposed") { IsRequired = true },
        new("parameters", new ListShape(SearchEntry), Approval, "the numbers that are searched") { IsRequired = true },
        new("objective", new BlockShape(Objective), Approval, "what tells whether numbers are good") { IsRequired = true },
        new("evaluations", new NumberShape(Whole: true, Min: 1), Approval, "how many points may be scored") { IsRequired = true },
        new("seed", new NumberShape(Whole: true, Min: 0), Approval, "the seed of all that is drawn; 0 when not given"),
    ]);

    /// <summary>A bound that must hold before anything is published.</summary>
    public static BlockDeclaration Gate { get; } = new("gate", "in an entry of 'gates'",
    [
        new("metric", Text, Approval, "TASK.METRIC, TEXT.METRIC or EXTERNAL.METRIC, such as TASK.accuracy; 'mean' as the task takes the mean over the tasks; analysis.METRIC is judged before the merge") { IsRequired = true },
        new("min", new NumberShape(), Approval, "the smallest value that passes"),
        new("max", new NumberShape(), Approval, "the largest value that passes"),
        new("against", new NameShape(Baselines.All), Approval, "bound the difference to this model instead of the figure itself"),
        new("not_worse_than", new NameShape(Baselines.All), Approval, "the model that the merged one may not be worse than; stands without min, max and against"),
        new("margin", new NumberShape(Min: 0), Approval, "by how much 'not_worse_than' lets it be worse, in the metric's unit; 0 when not given"),
        new("pair", new ModelsShape(), Approval, "of analysis.METRIC: the two models that are compared, as the recipe writes them; every pair when not given") { IsLater = true },
        new("sample", new NumberShape(Min: 0), Approval, "of analysis.METRIC: the share of the weights that is read, up to 1; 0.02 when not given") { IsLater = true },
    ]);

    /// <summary>Where the merged model goes: the kinds of places bring the keys.</summary>
    public static BlockDeclaration Publish { get; } = new("publish", "under 'publish:'", []);

    /// <summary>Why a warning is accepted.</summary>
    public static BlockDeclaration Accepted { get; } = new("accepted", "in an entry of 'accept'",
    [
        new("reason", Text, Nothing, "why the warning is right to be there") { IsRequired = true },
        new("digest", Text, Nothing, "8 hexadecimal digits of what was accepted; with another content the warning is back"),
    ]);

    /// <summary>What the rules cannot know of tensors.</summary>
    public static BlockDeclaration TensorOverride { get; } = new("tensorOverride", "in an entry of 'tensors'",
    [
        new("tensor", Text, Bytes, "a tensor's name in the output; N between two dots stands for any number") { IsRequired = true },
        new("role", new NameShape(TensorWords.Roles), Bytes, "what it is for: embedding and head have a row for each token, a buffer is computed when a model is loaded, an average is kept for training"),
        new("copy_of", Text, Bytes, "the tensor that it repeats, so that one of the two is enough"),
        new("place", new NameShape(TensorWords.Places), Bytes, "whether it works before or after the layers: the first or the last slice gives it"),
    ]);

    /// <summary>Names of a model that another one has otherwise.</summary>
    public static BlockDeclaration NameOverride { get; } = new("nameOverride", "in an entry of 'names'",
    [
        new("model", AnyModel, Bytes, "the model whose tensors have other names than those of the output") { IsRequired = true },
        new("from", Text, Bytes, "how names of the model begin: whole parts between dots, N for any number") { IsRequired = true },
        new("to", new TextOrTextsShape(), Bytes, "how the output's names for them begin, with the same numbers; a list of names for the parts of a tensor, one below the other") { IsRequired = true },
    ]);

    /// <summary>What the rules cannot know of the checkpoints.</summary>
    public static BlockDeclaration ArchitectureOverrides { get; } = new("architectureOverrides", "under 'architecture_overrides:'",
    [
        new("tensors", new ListShape(TensorOverride), Bytes, "what single tensors are for"),
        new("layers", new TextsShape(), Bytes, "what stands before the number of a layer; no other number then counts layers"),
        new("names", new ListShape(NameOverride), Bytes, "how models name tensors that the output names otherwise"),
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
        new("space", new NameShape(LoraSpaces.All), Bytes, "full merges whole weights; core merges adapters of one base in the space that their factors span, which it does when not given and all models are such"),
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
        new("residual_scale", new NumberShape(), Bytes, "not applied: a factor of what it adds"),
    ]);

    /// <summary>The recipe itself.</summary>
    public static BlockDeclaration Top { get; } = new("recipe", "at the top level",
    [
        new("extends", File, Nothing, "a recipe file whose keys hold here, too: own keys win, mappings merge key by key, lists replace; a path starts at the folder of the file in which it stands") { IsOurs = true },
        new("variants", new VariantsShape(), Nothing, "a list of values by their names, such as {size: xs, t: 0.3}: each makes a recipe of its own, in which ${size} and ${t} are these; $${ stands for ${") { IsOurs = true },
        new("name", Text, Approval, "the merged model's name; without it the file's name") { IsOurs = true },
        new("version", Text, Approval, "a semantic version such as 1.2.0") { IsOurs = true },
        new("description", Text, Approval, "one or more sentences for the model card") { IsOurs = true },
        new("merge_method", new MethodShape(), Bytes, "how the tensors are merged") { IsRequired = true },
        new("base_model", AnyModel, Bytes, "the model that task vectors are taken from; also gives config and tokenizer"),
        new("models", new ListOrBlockShape(Model, Series), Bytes, "whole models to merge, or a series of checkpoints"),
        new("slices", new ListShape(Slice), Bytes, "layers to put together"),
        new("modules", new MapShape(Module), Bytes, "modules of a model that has several"),
        new("experts", new ListShape(Expert), Bytes, "the experts of a mixture ('merge_method: moe')"),
        new("shared_experts", new ListShape(Expert), Bytes, "experts of a mixture that every token goes through"),
        new("gate_mode", new NameShape(["cheap_embed", "random", "uniform_random"]), Bytes, "where the router of a mixture comes from"),
        new("experts_per_token", new NumberShape(Whole: true, Min: 1), Bytes, "how many experts of a mixture a token goes through; 2 when not given"),
        new("architecture", Text, Nothing, "the layout of a mixture: mixtral, qwen moe or qwen3 moe"),
        new("parameters", Parameters, Bytes, "parameters for all models and tensors"),
        new("post", new PostShape(), Bytes, "what changes the merged tensors once more, in this order: post-processors by their names, each alone or with its parameters") { IsOurs = true },
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
        new("evaluate", new BlockShape(Evaluate), Approval, "what to measure on the merged model") { IsOurs = true },
        new("search", new BlockShape(Search), Approval, "numbers that `mergeops search` chooses by measurement; NAME.chosen.yml beside the recipe holds them") { IsOurs = true, IsLater = true },
        new("gates", new ListShape(Gate), Approval, "what the measurements must meet before anything is published") { IsOurs = true },
        new("publish", new BlockShape(Publish), Approval, "where the merged model goes") { IsOurs = true },
        new("accept", new AcceptShape(Accepted), Nothing, "warnings by their codes, with the reason why they are right to be there") { IsOurs = true },
        new("calibration", new BlockShape(Calibration), Nothing, "the data that `mergeops measure` runs through the models; a merge reads the statistics that it writes, never the data") { IsOurs = true },
        new("architecture_overrides", new BlockShape(ArchitectureOverrides), Bytes, "what the rules cannot know of the checkpoints: roles, copies, layers, names") { IsOurs = true },
    ]);

    /// <summary>Every block.</summary>
    public static ImmutableArray<BlockDeclaration> All { get; } =
    [
        Top, Series, Model, Calibration, Source, Slice, Module, Expert, Tokenizer, Token, TokenSource, Filter, Evaluate, Task, Prompts, PlainText, External, Search, SearchEntry, Objective, Gate, Publish, Accepted,
        LongModel, ModelPath, Output, LoraOutput, ArchitectureOverrides, TensorOverride, NameOverride,
    ];
}
