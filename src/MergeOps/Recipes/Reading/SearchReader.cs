using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>search</c>: the numbers that are searched, the objective, the budget and the searcher.</summary>
internal sealed class SearchReader(ReadingContext context)
{
    /// <summary>The most points of one search.</summary>
    private const int MostEvaluations = 10_000;

    /// <summary>The most numbers of one entry over the layers.</summary>
    private const int MostLayers = 64;

    private readonly ModelReferenceReader models = new(context);
    private readonly ParametersReader parameters = new(context);

    /// <summary>What is searched; null when the recipe does not say, or not whole.</summary>
    /// <param name="node">The block.</param>
    /// <param name="recipe">The recipe without it.</param>
    public SearchSettings? Read(YamlNode? node, Recipe recipe)
    {
        if (node is null || Block.Open(node, context.Complete(MeasuringKeys.Search), context) is not { } block)
        {
            return null;
        }

        var searcher = Searcher(block);
        var searched = ListReader.Read(block.Require("parameters"), "parameters", MeasuringKeys.SearchEntry, context, entry => Parameter(entry, recipe));
        var objective = block.Require("objective") is { } written ? Objective(written) : null;
        var evaluations = ValueReader.Whole(block.Require("evaluations"), "evaluations", 1, MostEvaluations, context);
        var seed = ValueReader.Whole(block.Find("seed"), "seed", ulong.MinValue, ulong.MaxValue, context);
        return searcher is null || objective is null || evaluations is null || searched.IsEmpty ? null : new()
        {
            Parameters = searched,
            Objective = objective,
            Evaluations = evaluations,
            Seed = seed?.Value ?? 0,
            Searcher = searcher,
            Values = new KeyValueReader(context).Read(block, MeasuringKeys.Search, searcher.Value),
            Span = block.Span,
        };
    }

    // the rest is judged by what a misspelled name means
    private Located<IRecipePlugIn>? Searcher(Block block)
    {
        if (ValueReader.Line(block.Require("searcher"), "searcher", context) is not { } name)
        {
            return null;
        }

        var searchers = context.Catalogue.Searchers;
        if (searchers.FirstOrDefault(searcher => searcher.Name == name.Value) is { } named)
        {
            return new(named, name.Span);
        }

        var names = searchers.Select(searcher => searcher.Name).ToList();
        var hint = NearestName.Suggestion(name.Value, names);
        context.Refuse(
            Codes.SearcherUnknown,
            $"There is no searcher {TerminalText.Quoted(name.Value)}.{(hint.Length > 0 ? hint : $" The searchers are {string.Join(", ", names)}.")}",
            name.Span);
        return NearestName.Of(name.Value, names) is { } nearest ? new(searchers.First(searcher => searcher.Name == nearest), name.Span) : null;
    }

    private SearchedParameter? Parameter(Block block, Recipe recipe)
    {
        var model = models.Read(block.Find("model"));
        var filter = ValueReader.Line(block.Find("filter"), "filter", context);
        var layers = ValueReader.Whole(block.Find("layers"), "layers", 1, MostLayers, context)?.Value ?? 1;
        var from = block.Require("from") is { } first ? ValueReader.Number(first, "from", context) : null;
        var to = block.Require("to") is { } last ? ValueReader.Number(last, "to", context) : null;
        if (ValueReader.Line(block.Require("parameter"), "parameter", context) is not { } name
            || parameters.Searched(name, block.Find("parameter")!, ofModel: model is not null) is not { } declaration
            || from is not { } least || to is not { } most)
        {
            return null;
        }

        if (!Fits(block, declaration, least, most) || !IsInput(model, recipe))
        {
            return null;
        }

        return new(new(declaration, name.Span), model, filter, layers, least, most, block.Span);
    }

    private bool Fits(Block block, ParameterDeclaration declaration, double least, double most)
    {
        if (declaration.Kind is not ParameterKind.Number || declaration.HasNoEffect)
        {
            context.Refuse(
                Codes.SearchSpaceUnusable,
                declaration.HasNoEffect
                    ? $"'{declaration.Name}' changes nothing here, so there is nothing to search."
                    : $"'{declaration.Name}' is not a number that can take any value of a range, and no searcher can choose it.",
                block.Find("parameter")!);
            return false;
        }

        if (least >= most)
        {
            context.Refuse(Codes.SearchSpaceUnusable, FormattableString.Invariant($"'to' must be above 'from', and {most} is not above {least}."), block.Find("to")!);
            return false;
        }

        if (least < declaration.Min || most > declaration.Max)
        {
            var (key, bound) = least < declaration.Min ? ("from", $"at least {declaration.Min}") : ("to", $"at most {declaration.Max}");
            context.Refuse(Codes.ValueOutOfRange, FormattableString.Invariant($"'{declaration.Name}' is {bound}; '{key}' is out of this range."), block.Find(key)!);
            return false;
        }

        return true;
    }

    private bool IsInput(Located<ModelReference>? model, Recipe recipe)
    {
        var inputs = recipe.Modules.SelectMany(module => module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources))).Select(input => input.Model.Value).ToList();
        if (model is null || inputs.Contains(model.Value))
        {
            return true;
        }

        context.Refuse(
            Codes.SearchSpaceUnusable,
            $"{TerminalText.Quoted(model.Value.ToString())} is not among the models that are merged.{NearestName.Suggestion(model.Value.ToString(), inputs.Select(input => input.ToString()))}",
            model.Span);
        return false;
    }

    private ObjectiveSettings? Objective(YamlNode node)
    {
        if (Block.Open(node, MeasuringKeys.Objective, context) is not { } block)
        {
            return null;
        }

        var command = ValueReader.Line(block.Find("command"), "command", context);
        var items = new EvaluationReader(context).ReadItems(block);
        if (command is not null && (block.Find("tasks") ?? block.Find("texts") ?? block.Find("sample")) is { } needless)
        {
            context.Refuse(Codes.KeysExclusive, "A command brings its own items; 'tasks', 'texts' and 'sample' are for models that are scored here.", needless);
        }

        if (items.Tasks.Select(task => task.Benchmark).FirstOrDefault(benchmark => benchmark is not null) is { } published)
        {
            context.Refuse(Codes.KeysExclusive, "'benchmark' is for tasks under 'evaluate': the scores of a search are not published. Remove it.", published.Dataset.Span);
        }

        var goal = new KeyValueReader(context).Read(block, MeasuringKeys.Objective.Keys.Where(key => key.Value is NameShape)).Text(MeasuringKeys.Goal);
        var sample = ValueReader.Whole(block.Find("sample"), "sample", 1, int.MaxValue, context);
        return ValueReader.Line(block.Require("metric"), "metric", context) is { } metric
            ? new(metric, goal is null ? null : goal == MeasuringKeys.Maximize, sample?.Value, command, items, block.Span)
            : null;
    }
}
