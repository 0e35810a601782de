using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>models</c>, <c>slices</c> or <c>modules</c>, of which a recipe has exactly one.</summary>
internal sealed class InputsReader(ReadingContext context)
{
    /// <summary>The largest number of models in all lists of a recipe.</summary>
    private const int InputLimit = 256;

    private static readonly ImmutableArray<string> OfRecipe = ["models", "slices", "modules"];
    private static readonly ImmutableArray<string> OfModule = ["models", "slices"];

    private readonly ModelReferenceReader models = new(context);
    private readonly ParametersReader parameters = new(context);
    private readonly LayerRangeReader layers = new(context);
    private readonly SeriesReader series = new(context);

    /// <summary>The modules; recipes with models or slices have one without a name.</summary>
    public ImmutableArray<RecipeModule> Read(Block top)
    {
        if (TheOne(top, OfRecipe) is not { } key)
        {
            return [];
        }

        if (key is not "modules")
        {
            return [Module(null, top, key, [])];
        }

        if (top.Find(key) is YamlMapping { Entries: [] } empty)
        {
            context.Refuse(Codes.KeyMissing, "'modules' is empty.", empty);
        }

        ImmutableArray<RecipeModule> modules =
        [
            .. from named in ListReader.ReadMap(top.Find(key), key, RecipeKeys.Module, context)
               let form = TheOne(named.Block, OfModule)
               where form is not null
               select Module(named.Name, named.Block, form, parameters.Read(named.Block, ofModel: false)),
        ];
        return modules;
    }

    private string? TheOne(Block block, ImmutableArray<string> keys)
    {
        var given = keys.Where(key => block.Find(key) is not null).OrderBy(key => block.KeyOf(key)!.Start).ToList();
        foreach (var surplus in given.Skip(1))
        {
            var first = context.SpanOf(block.KeyOf(given[0])!).Line;
            context.Error(
                Codes.KeysExclusive,
                $"Only one of {string.Join(", ", keys)} may be given, and '{given[0]}' is on line {first}.",
                context.SpanOf(block.KeyOf(surplus)!));
        }

        if (given.Count == 0)
        {
            if (keys.Select(block.KeyOf).OfType<YamlScalar>().FirstOrDefault() is { } empty)
            {
                context.Refuse(Codes.KeyMissing, $"'{empty.Text}' has no value.", empty);
            }
            else
            {
                context.Refuse(Codes.KeyMissing, $"One of {string.Join(", ", keys)} is needed.", block.Start);
            }
        }

        return given.FirstOrDefault();
    }

    private RecipeModule Module(Located<string>? name, Block block, string form, ImmutableArray<NamedSetting> settings)
    {
        var node = block.Find(form)!;
        return new(
            name,
            form is "models" ? Models(node) : [],
            form is "slices" ? ListReader.Read(node, form, RecipeKeys.Slice, context, Slice) : [],
            settings,
            context.SpanOf(node));
    }

    private ImmutableArray<RecipeInput> Models(YamlNode node) => SeriesReader.IsSeries(node)
        ? [.. series.Expand(node).Select(each => Block.Open(each, RecipeKeys.Model, context)).OfType<Block>().Select(Model).OfType<RecipeInput>()]
        : ListReader.Read(node, "models", RecipeKeys.Model, context, Model);

    private RecipeSlice? Slice(Block block)
    {
        var sources = ListReader.Read(block.Require("sources"), "sources", RecipeKeys.Source, context, Source);
        return new(sources, models.ReadBase(block), parameters.Read(block, ofModel: false), block.Span);
    }

    private RecipeInput? Model(Block block) =>
        Input(block, layerRange: null) is { } input ? input with { Calibration = new CalibrationReader(context).Read(block.Find("calibration")) } : null;

    private RecipeInput? Source(Block block)
    {
        var range = layers.Read(block.Require("layer_range"));
        return Input(block, range) is { } input && range is not null ? input : null;
    }

    private RecipeInput? Input(Block block, Located<LayerRange>? layerRange)
    {
        if (context.InputCount > InputLimit)
        {
            return null;
        }

        var node = block.Require("model");
        if (++context.InputCount > InputLimit)
        {
            context.Refuse(
                Codes.RecipeTooLarge,
                $"A recipe may merge at most {InputLimit} models; this is one too many.",
                node is null ? block.Start : context.SpanOf(node));
            return null;
        }

        var model = models.Read(node);
        var settings = parameters.Read(block, ofModel: true);
        var statistics = new StatisticsReader(context).Read(block.Find("statistics"), "statistics");
        return model is { } known ? new(known, layerRange, settings, block.Span) { Statistics = statistics } : null;
    }
}
