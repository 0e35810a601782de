using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>evaluate</c> and <c>gates</c>; what metrics there are is the evaluation's business.</summary>
internal sealed class EvaluationReader(ReadingContext context)
{
    private readonly ModelReferenceReader models = new(context);

    /// <summary>What to measure; null when the recipe does not say.</summary>
    public EvaluationSettings? ReadEvaluate(YamlNode? node) =>
        node is not null && Block.Open(node, MeasuringKeys.Evaluate, context) is { } block
            ? ReadItems(block) with
            {
                External = ListReader.Read(block.Find("external"), "external", MeasuringKeys.External, context, External),
                DType = new KeyValueReader(context).Read(block, [MeasuringKeys.ScoringType]).Text(MeasuringKeys.ScoringType) is { } type ? RecipeDTypes.Find(type)!.Value : DType.F32,
            }
            : null;

    /// <summary>The items of a block that has <c>tasks</c> and <c>texts</c> among others.</summary>
    public EvaluationSettings ReadItems(Block block) => new(
        ListReader.Read(block.Find("tasks"), "tasks", context.Complete(MeasuringKeys.Task), context, Task),
        ListReader.Read(block.Find("texts"), "texts", MeasuringKeys.PlainText, context, PlainText),
        block.Span);

    /// <summary>The gates.</summary>
    public ImmutableArray<GateSettings> ReadGates(YamlNode? node) =>
        ListReader.Read(node, "gates", MeasuringKeys.Gate, context, Gate);

    private TaskSettings? Task(Block block)
    {
        var name = ValueReader.Line(block.Require("name"), "name", context);
        var data = DataFile(block.Require("data"));
        var expert = models.Read(block.Find("expert"));
        var benchmark = Benchmark(block.Find("benchmark"));
        if (Kind(block) is not { } kind)
        {
            return null;
        }

        var values = new KeyValueReader(context).Read(block, MeasuringKeys.Task, kind);
        return name is { } named && data is { } found ? new(named, kind, found, expert, block.Span) { Values = values, Benchmark = benchmark } : null;
    }

    // the rest of a task is judged by what a misspelled kind means
    private IRecipePlugIn? Kind(Block block)
    {
        var kinds = context.Catalogue.Tasks;
        var node = block.Find("kind");
        var written = ValueReader.Line(node, "kind", context);
        if (node is not null && written is null)
        {
            return null;
        }

        var name = written?.Value ?? context.Catalogue.UsualTask;
        if (kinds.FirstOrDefault(kind => kind.Name == name) is { } named)
        {
            return named;
        }

        var names = kinds.Select(kind => kind.Name).ToList();
        var detail = $"There is no kind of task {TerminalText.Quoted(name)}.";
        if (NearestName.Of(name, names) is { } nearest)
        {
            context.Error(Codes.TaskKindUnknown, detail + NearestName.Suggestion(name, names), written?.Span ?? block.Start);
            return kinds.First(kind => kind.Name == nearest);
        }

        context.Refuse(Codes.TaskKindUnknown, $"{detail} The kinds are {string.Join(", ", names)}.", written?.Span ?? block.Start);
        return null;
    }

    private TextSettings? PlainText(Block block)
    {
        var name = ValueReader.Line(block.Require("name"), "name", context);
        var data = DataFile(block.Require("data"));
        return name is { } named && data is { } found ? new(named, found, block.Span) : null;
    }

    private ExternalSettings? External(Block block)
    {
        var name = ValueReader.Line(block.Require("name"), "name", context);
        var task = ValueReader.Line(block.Find("task"), "task", context);
        var metric = ValueReader.Line(block.Require("metric"), "metric", context);
        var benchmark = Benchmark(block.Find("benchmark"));
        return name is { } named && metric is { } found ? new(named, task, found, block.Span) { Benchmark = benchmark } : null;
    }

    private BenchmarkSettings? Benchmark(YamlNode? node)
    {
        if (node is null || Block.Open(node, MeasuringKeys.Benchmark, context) is not { } block)
        {
            return null;
        }

        var dataset = ValueReader.Line(block.Require("dataset"), "dataset", context);
        var task = ValueReader.Line(block.Require("task"), "task", context);
        var percent = block.Find("percent") is { } written && ValueReader.Flag(written, "percent", context) is { } flag ? context.Locate(flag, written) : null;
        return dataset is { } named && task is { } found ? new(named, found, percent) : null;
    }

    // a gate that is broken is left out, and the others are judged
    private GateSettings? Gate(Block block)
    {
        var gate = context.Apart(() => Settings(block), out var isWhole);
        return isWhole ? gate : null;
    }

    private GateSettings? Settings(Block block)
    {
        var metric = ValueReader.Line(block.Require("metric"), "metric", context);
        var min = Bound(block.Find("min"), "min");
        var max = Bound(block.Find("max"), "max");
        var against = ValueReader.Line(block.Find("against"), "against", context);
        return metric is { } known
            ? new(known, min, max, against, block.Span)
            {
                NotWorseThan = ValueReader.Line(block.Find("not_worse_than"), "not_worse_than", context),
                Margin = Bound(block.Find("margin"), "margin"),
                Pair = [.. ListReader.Items(block.Find("pair"), "pair", "a list of two models", context).Select(models.Read).OfType<Located<ModelReference>>()],
                Sample = Bound(block.Find("sample"), "sample"),
            }
            : null;
    }

    private Located<double>? Bound(YamlNode? node, string key) =>
        node is not null && ValueReader.Number(node, key, context) is { } number ? context.Locate(number, node) : null;

    private Located<string>? DataFile(YamlNode? node)
    {
        if (ValueReader.FileLocation(node, "data", context) is not { } path)
        {
            return null;
        }

        if (context.IsPublished || HubFileReference.IsOne(path.Value) || File.Exists(Path.GetFullPath(path.Value, context.Folder)))
        {
            return path;
        }

        var here = Path.GetFullPath(path.Value);
        context.Refuse(
            Codes.PathMissing,
            $"There is no file {TerminalText.Quoted(path.Value)} in the recipe's folder, which paths are relative to."
                + (File.Exists(here) ? $" Write {TerminalText.Quoted(ModelLocation.Spelling(here, context.Folder))}." : NearestPath.Suggestion(path.Value, context.Folder)),
            path.Span);
        return null;
    }
}
