using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes;

/// <summary>A recipe that was read and found valid; every value keeps the place that gave it.</summary>
internal sealed record Recipe
{
    /// <summary>The recipe's file as the user named it.</summary>
    public required string Path { get; init; }

    /// <summary>The absolute folder of the recipe: relative model paths and data files start here.</summary>
    public required string Folder { get; init; }

    /// <summary>The absolute folder where paths of local models start; of a published recipe it is another one.</summary>
    internal string ModelsFolder { get => field ?? Folder; init; }

    /// <summary>The folder of statistics whose places the recipe does not name, from its own folder; null for the usual one. A published recipe has another file name.</summary>
    internal string? StatisticsFolder { get; init; }

    /// <summary>The variant of the file that this is; null where the file has none.</summary>
    public string? Variant { get; init; }

    /// <summary>The files that it extends, the nearest first, as the user would name them.</summary>
    public ImmutableArray<string> Parents { get; init; } = [];

    /// <summary>What names it on a command line and in reports.</summary>
    internal RecipeAddress Address => new(Path, Variant);

    /// <summary>The name of the merged model: the recipe's, else that of its file and variant.</summary>
    public string ModelName => Name?.Value ?? System.IO.Path.GetFileNameWithoutExtension(Path) + (Variant is null ? "" : $"-{Variant}");

    /// <summary>The exact text of the file, or of a recipe that was put together what its files say; published with the model.</summary>
    public required string Text { get; init; }

    /// <summary>The name of the merged model; without it <see cref="ModelName"/> is made of the file's.</summary>
    public Located<string>? Name { get; init; }

    /// <summary>A semantic version without <c>v</c>; without it publishing takes the next patch.</summary>
    public Located<string>? Version { get; init; }

    /// <summary>One or more sentences for the model card.</summary>
    public Located<string>? Description { get; init; }

    /// <summary>The seed of random masks; 0 when not given.</summary>
    public Located<ulong>? Seed { get; init; }

    /// <summary>Bytes of one output shard, decimal; 5 GB when not given.</summary>
    public Located<long>? ShardSize { get; init; }

    /// <summary>The method, one of the catalogue that the recipe was read with.</summary>
    public required Located<MergeMethod> MergeMethod { get; init; }

    /// <summary>The base model.</summary>
    public Located<ModelReference>? BaseModel { get; init; }

    /// <summary>Where the statistics of the base lie; null where the recipe does not say it.</summary>
    public StatisticsSetting? BaseStatistics { get; init; }

    /// <summary>The modules; recipes with <c>models</c> or <c>slices</c> have one without a name.</summary>
    public required ImmutableArray<RecipeModule> Modules { get; init; }

    /// <summary>How a mixture of experts is built; null for a merge, also for one of the same models by another method. Its experts are the models of the only module.</summary>
    public MixtureSettings? Mixture
    {
        get => MergeMethod.Value is MixtureMethod ? field : null;
        init;
    }

    /// <summary>Top-level parameters.</summary>
    public ImmutableArray<NamedSetting> Parameters { get; init; } = [];

    /// <summary>What changes the merged tensors once more, in the order in which it is applied.</summary>
    public ImmutableArray<PostSetting> Post { get; init; } = [];

    /// <summary>The dtype that <c>dtype</c> names, as written.</summary>
    public Located<string>? DType { get; init; }

    /// <summary>The dtype that <c>out_dtype</c> names, as written.</summary>
    public Located<string>? OutDType { get; init; }

    /// <summary>The tokenizer choice, from <c>tokenizer_source</c> or <c>tokenizer</c>.</summary>
    public TokenizerSettings? Tokenizer { get; init; }

    /// <summary><c>auto</c>, <c>chatml</c> or literal Jinja.</summary>
    public Located<string>? ChatTemplate { get; init; }

    /// <summary>Whether models whose configs name different architectures are merged all the same.</summary>
    public bool AllowsDifferentArchitectures { get; init; }

    /// <summary>What tensors are told by.</summary>
    internal ArchitectureRules Architecture { get; init; } = ArchitectureRules.Usual;

    /// <summary>Parts of the names of tensors that may hold NaN or infinity; <c>*</c> is every name.</summary>
    public ImmutableArray<Located<string>> AllowNonFinite { get; init; } = [];

    /// <summary>What to measure on the merged model.</summary>
    public EvaluationSettings? Evaluate { get; init; }

    /// <summary>Numbers that a search chooses; null when the recipe gives all of them.</summary>
    public SearchSettings? Search { get; init; }

    /// <summary>What the measurements must meet before anything is published.</summary>
    public ImmutableArray<GateSettings> Gates { get; init; } = [];

    /// <summary>The adapter that the output is; null where it is a whole model.</summary>
    public LoraOutputSettings? Output { get; init; }

    /// <summary>The files beside the recipe of everything that models are measured on.</summary>
    public IEnumerable<Located<string>> LocalDataFiles => DataFiles.Where(file => !HubFileReference.IsOne(file.Value));

    /// <summary>The files of everything that models are measured on, test items and validation items: relative to the recipe, or on the Hub.</summary>
    public IEnumerable<Located<string>> DataFiles => new[] { Evaluate, Search?.Objective.Evaluation }.OfType<EvaluationSettings>()
        .SelectMany(items => items.DataFiles)
        .Concat(Calibrations.SelectMany(calibration => calibration.Data));

    /// <summary>The data that statistics of the models are measured on, as far as these have none of their own.</summary>
    public CalibrationSettings? Calibration { get; init; }

    /// <summary>Every block that says on what statistics are measured.</summary>
    public IEnumerable<CalibrationSettings> Calibrations =>
        Modules.SelectMany(module => module.Models).Select(input => input.Calibration).Prepend(Calibration).OfType<CalibrationSettings>();

    /// <summary>Where the merged model goes.</summary>
    public PublishSettings? Publish { get; init; }

    /// <summary>Warnings that are right to be there.</summary>
    public ImmutableArray<AcceptedWarning> Accept { get; init; } = [];

    /// <summary>Which of the documents of its text it is, counted from 0.</summary>
    internal int Document { get; init; }

    /// <summary>The other recipes of its text that it is made of, each behind those that it uses.</summary>
    internal ImmutableArray<Recipe> Stages { get; init; } = [];

    /// <summary>The stages and itself, in the order in which they can be made.</summary>
    internal IEnumerable<Recipe> Documents => Stages.Append(this);
}

/// <summary>A post-processor with its parameters.</summary>
/// <param name="Processor">The post-processor, with the place of its name.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record PostSetting(Located<PostProcessor> Processor, ImmutableArray<NamedSetting> Parameters);

/// <summary>A warning that is right to be there.</summary>
/// <param name="Code">Its code, such as <c>MOPS431</c>.</param>
/// <param name="Reason">Why, in the author's words.</param>
/// <param name="Digest">8 hexadecimal digits of what was accepted; null accepts whatever the warning says.</param>
internal sealed record AcceptedWarning(Located<string> Code, string Reason, Located<string>? Digest);

/// <summary>One module of a multi-module model, or the whole of an ordinary one; either models or slices are given.</summary>
/// <param name="Name">The module's name; null for recipes without <c>modules</c>.</param>
/// <param name="Models">Whole models.</param>
/// <param name="Slices">Layers put together.</param>
/// <param name="Parameters">The module's parameters.</param>
/// <param name="Span">The block.</param>
internal sealed record RecipeModule(
    Located<string>? Name,
    ImmutableArray<RecipeInput> Models,
    ImmutableArray<RecipeSlice> Slices,
    ImmutableArray<NamedSetting> Parameters,
    SourceSpan Span);

/// <summary>A model among the inputs of a module or slice.</summary>
/// <param name="Model">The model.</param>
/// <param name="LayerRange">Half-open range of its layers; null takes all (never null in a slice).</param>
/// <param name="Parameters">The entry's own parameters.</param>
/// <param name="Span">The entry.</param>
internal sealed record RecipeInput(
    Located<ModelReference> Model,
    Located<LayerRange>? LayerRange,
    ImmutableArray<NamedSetting> Parameters,
    SourceSpan Span)
{
    /// <summary>The data that statistics of this model are measured on; null takes the recipe's.</summary>
    public CalibrationSettings? Calibration { get; init; }

    /// <summary>Where the model's statistics lie; null where the recipe does not say it.</summary>
    public StatisticsSetting? Statistics { get; init; }
}

/// <summary>Layers <c>[Start, End)</c>, counted from 0.</summary>
internal sealed record LayerRange(int Start, int End)
{
    /// <summary>The number of layers.</summary>
    public int Length => End - Start;
}

/// <summary>One output slice; its sources all have the same number of layers.</summary>
internal sealed record RecipeSlice(
    ImmutableArray<RecipeInput> Sources,
    Located<ModelReference>? BaseModel,
    ImmutableArray<NamedSetting> Parameters,
    SourceSpan Span);

/// <summary>The tokenizer of the output.</summary>
/// <param name="Source"><c>union</c>, <c>base</c> or a model as written.</param>
/// <param name="PadToMultipleOf">Rounds the number of embedding rows up.</param>
/// <param name="Tokens">The tokens that the recipe speaks of, in its order.</param>
/// <param name="Span">The value or block.</param>
internal sealed record TokenizerSettings(Located<string> Source, Located<long>? PadToMultipleOf, ImmutableArray<TokenSettings> Tokens, SourceSpan Span);

/// <summary>Where the rows of one token come from.</summary>
/// <param name="Text">The token.</param>
/// <param name="Source">The row of models that lack the token; null takes it by the rules for tokens that a recipe does not name.</param>
/// <param name="IsForced">Whether models that have the token take that row, too.</param>
internal sealed record TokenSettings(Located<string> Text, TokenRowSource? Source, bool IsForced);

/// <summary>A row that a token gets: of zeros where <paramref name="Model"/> is null, else a row of that model.</summary>
/// <param name="Model">The model; null for zeros.</param>
/// <param name="Token">The token whose row it is; null for the token itself, or where <paramref name="TokenId"/> is given.</param>
/// <param name="TokenId">The number of the row; null where a token tells it.</param>
/// <param name="Span">The source.</param>
internal sealed record TokenRowSource(Located<ModelReference>? Model, string? Token, long? TokenId, SourceSpan Span);

/// <summary>An adapter of LoRA as the output.</summary>
/// <param name="Rank">The largest rank of its factors, from 1 on.</param>
/// <param name="Alpha">The numerator of the scale, above 0; the rank when null.</param>
/// <param name="TargetModules">Modules that get factors; all linear layers where none is named.</param>
/// <param name="ExcludedModules">Modules that keep the base's weights.</param>
/// <param name="SavedModules">Modules that are written whole.</param>
/// <param name="Bias">One of <see cref="LoraBiases"/>; null is none.</param>
/// <param name="Space">One of <see cref="LoraSpaces"/>; null lets the models decide.</param>
/// <param name="Span">The block.</param>
internal sealed record LoraOutputSettings(
    Located<int> Rank,
    Located<double>? Alpha,
    ImmutableArray<Located<string>> TargetModules,
    ImmutableArray<Located<string>> ExcludedModules,
    ImmutableArray<Located<string>> SavedModules,
    Located<string>? Bias,
    Located<string>? Space,
    SourceSpan Span)
{
    /// <summary>Whether every model of a recipe is its base with adapters, or the base itself.</summary>
    public static bool IsOfAdapters(Recipe recipe) =>
        recipe.Modules.SelectMany(module => module.Models).Select(input => input.Model.Value).Where(model => model != recipe.BaseModel?.Value).ToList() is [_, ..] others
        && others.TrueForAll(model => model.Lora is not null && model.WithoutAdapters == recipe.BaseModel?.Value);
}
