using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;
using Semver;

namespace MergeOps.Recipes.Reading;

/// <summary>Maps the tree of a recipe to a <see cref="Recipe"/>, by hand and key by key.</summary>
internal sealed class TopReader(ReadingContext context)
{
    /// <summary>The recipe as far as it could be read; null when it is not even a mapping, or of another tool.</summary>
    /// <param name="root">The tree, put together.</param>
    /// <param name="text">What it says, in one text.</param>
    public Recipe? Read(YamlNode root, string text)
    {
        if (IsMixtureOfExperts(root))
        {
            return null;
        }

        if (root is not YamlMapping)
        {
            var hint = root is YamlSequence ? " Did you mean to put it under 'models:'?" : "";
            context.Refuse(Codes.ValueMalformed, $"A recipe consists of 'key: value' lines; this is {ValueReader.Describe(root)}.{hint}", root);
            return null;
        }

        context.Method = MethodOf(root);
        if (Block.Open(root, RecipeKeys.Top, context) is not { } top)
        {
            return null;
        }

        var evaluation = new EvaluationReader(context);
        var mixture = new MixtureReader(context);
        var isMixture = context.Method is MixtureMethod;
        if (!isMixture)
        {
            mixture.RefuseIn(top);
        }

        var built = isMixture ? mixture.Read(top) : null;
        var merge = new Recipe
        {
            Path = context.Source.Path,
            Folder = context.Folder,
            ModelsFolder = context.ModelsFolder,
            Text = text,
            MergeMethod = Method(top),
            BaseModel = new ModelReferenceReader(context).ReadBase(top),
            BaseStatistics = new StatisticsReader(context).Read(top.Find("base_statistics"), "base_statistics"),
            Mixture = built,
            Modules = !isMixture ? new InputsReader(context).Read(top)
                : built is null ? [] : [new(null, [.. built.Experts.Concat(built.Shared).Select(expert => expert.Input)], [], [], built.Span)],
            Parameters = isMixture ? [] : new ParametersReader(context).Read(top, ofModel: false),
            Post = new PostReader(context).Read(top.Find("post")),
        };
        var evaluate = context.Apart(() => evaluation.ReadEvaluate(top.Find("evaluate")), out var evaluationIsWhole);
        context.EvaluationIsWhole = evaluationIsWhole;
        var search = context.Apart(() => new SearchReader(context).Read(top.Find("search"), merge), out var searchIsWhole);
        context.SearchIsWhole = searchIsWhole;
        if (search is not null)
        {
            merge = SearchPlacement.Place(merge, search.Parameters, context.Diagnostics) with { Search = search };
        }

        return context.Apart(() => Rest(merge with { Evaluate = evaluate }, top, evaluation), out _);
    }

    private Recipe Rest(Recipe merge, Block top, EvaluationReader evaluation)
    {
        var tokenizer = new TokenizerReader(context);
        return merge with
        {
            Name = FileName(top.Find("name")),
            Version = Version(top.Find("version")),
            Description = ValueReader.Text(top.Find("description"), "description", context),
            Seed = ValueReader.Whole(top.Find("seed"), "seed", ulong.MinValue, ulong.MaxValue, context),
            ShardSize = ValueReader.ByteCount(top.Find("shard_size"), "shard_size", context),
            DType = DType(top.Find("dtype")),
            OutDType = DType(top.Find("out_dtype")),
            Tokenizer = tokenizer.Read(top),
            ChatTemplate = tokenizer.ReadChatTemplate(top.Find("chat_template")),
            AllowsDifferentArchitectures = top.Find("allow_different_architectures") is { } flag && ValueReader.Flag(flag, "allow_different_architectures", context) is true,
            Architecture = new ArchitectureReader(context).Read(top.Find("architecture_overrides")),
            AllowNonFinite =
            [
                .. ListReader.Items(top.Find("allow_non_finite"), "allow_non_finite", "a list of parts of tensor names", context)
                    .Select(item => ValueReader.Line(item, "allow_non_finite", context))
                    .OfType<Located<string>>(),
            ],
            Gates = evaluation.ReadGates(top.FindFilled("gates")),
            Output = new OutputReader(context).Read(top.Find("output")),
            Publish = new PublishReader(context).Read(top.Find("publish")),
            Calibration = new CalibrationReader(context).Read(top.Find("calibration")),
            Accept = new AcceptReader(context).Read(top.Find("accept")),
        };
    }

    private bool IsMixtureOfExperts(YamlNode root)
    {
        if (root is not YamlMapping mapping || mapping.Entries.FirstOrDefault(entry => entry.Key.Text == "experts") is not { } experts
            || mapping.Entries.Any(entry => entry.Key.Text == "merge_method"))
        {
            return false;
        }

        context.Refuse(
            Codes.NotSupported, $"'experts' makes this a mergekit-moe file. Write 'merge_method: {MixtureMethod.MethodName}' above it, or let 'mergeops import' do that.", experts.Key);
        return true;
    }

    // unknown keys and parameters are judged by the method, wherever it stands in the text; a misspelled one by what it means
    private MergeMethod? MethodOf(YamlNode root) =>
        (root as YamlMapping)?.Entries.FirstOrDefault(entry => entry.Key.Text == "merge_method")?.Value is YamlScalar name
            ? name.Text == MixtureMethod.MethodName ? new MixtureMethod() : context.Methods.Find(name.Text) ?? (NearestName.Of(name.Text, context.Methods.Names) is { } nearest ? context.Methods.Find(nearest) : null)
            : null;

    private Located<MergeMethod> Method(Block top)
    {
        if (ValueReader.Line(top.Require("merge_method"), "merge_method", context) is not { } name)
        {
            return new(new UnknownMethod(""), top.Span);
        }

        if (context.Method is MixtureMethod mixture)
        {
            return new(mixture, name.Span);
        }

        if (context.Methods.Find(name.Value) is { } method)
        {
            return new(method, name.Span);
        }

        var nearest = NearestName.Suggestion(name.Value, context.Methods.Names);
        var hint = nearest.Length > 0 ? nearest : $" The methods are {string.Join(", ", context.Methods.Names)}.";
        context.Error(Codes.MethodUnknown, $"There is no method {TerminalText.Quoted(name.Value)}.{hint}", name.Span);
        return new(new UnknownMethod(name.Value), name.Span);
    }

    /// <summary>Whether a recipe can have this name, which names its model's folder, too.</summary>
    public static bool IsFileName(string name) => !name.AsSpan().ContainsAny('/', '\\') && name is not ("." or "..");

    private Located<string>? FileName(YamlNode? node)
    {
        if (ValueReader.Line(node, "name", context) is not { } name)
        {
            return null;
        }

        if (!IsFileName(name.Value))
        {
            context.Refuse(Codes.ValueMalformed, "'name' must be the merged model's own name, without owner or folders.", name.Span);
        }

        return name;
    }

    private Located<string>? Version(YamlNode? node)
    {
        var version = ValueReader.Line(node, "version", context);
        if (version is { } written && !SemVersion.TryParse(written.Value, SemVersionStyles.Strict, out _))
        {
            context.Refuse(
                Codes.ValueMalformed,
                $"'version' is a semantic version such as 1.2.0, without 'v', found {TerminalText.Quoted(written.Value)}.",
                written.Span);
        }

        return version;
    }

    private Located<string>? DType(YamlNode? node)
    {
        var dtype = ValueReader.Line(node, "dtype", context);
        if (dtype is { } written && RecipeDTypes.Find(written.Value) is null)
        {
            var nearest = NearestName.Suggestion(written.Value, RecipeDTypes.Names);
            context.Refuse(
                Codes.NameUnknown,
                $"There is no dtype {TerminalText.Quoted(written.Value)}.{nearest} Use {string.Join(", ", RecipeDTypes.Names)}.",
                written.Span);
        }

        return dtype;
    }
}
