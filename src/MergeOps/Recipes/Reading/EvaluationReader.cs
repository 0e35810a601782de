using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>evaluate</c>, <c>gates</c> and <c>publish</c>; what metrics there are is the evaluation's business.</summary>
internal sealed class EvaluationReader(ReadingContext context)
{
    private static readonly string[] OfHubAlone = ["visibility", "branch", "pull_request"];

    private readonly ModelReferenceReader models = new(context);

    /// <summary>What to measure; null when the recipe does not say.</summary>
    public EvaluationSettings? ReadEvaluate(YamlNode? node) =>
        node is not null && Block.Open(node, RecipeKeys.Evaluate, context) is { } block
            ? new(
                ListReader.Read(block.Find("tasks"), "tasks", RecipeKeys.Task, context, Task),
                ListReader.Read(block.Find("texts"), "texts", RecipeKeys.PlainText, context, PlainText),
                block.Span)
            {
                External = ListReader.Read(block.Find("external"), "external", RecipeKeys.External, context, External),
            }
            : null;

    /// <summary>The gates.</summary>
    public ImmutableArray<GateSettings> ReadGates(YamlNode? node) =>
        ListReader.Read(node, "gates", RecipeKeys.Gate, context, Gate);

    /// <summary>Where the merged model goes; null when the recipe does not say.</summary>
    public PublishSettings? ReadPublish(YamlNode? node)
    {
        if (node is null || Block.Open(node, RecipeKeys.Publish, context) is not { } block)
        {
            return null;
        }

        if (block.Find("folder") is null == block.Find("hub") is null)
        {
            context.Refuse(Codes.KeysExclusive, "'publish' names exactly one target: 'folder' or 'hub'.", block.Span);
        }

        if (block.Find("hub") is null && OfHubAlone.Select(block.Find).OfType<YamlNode>().FirstOrDefault() is { } lost)
        {
            context.Refuse(Codes.KeysExclusive, "'visibility', 'branch' and 'pull_request' are for 'hub', and this is a folder.", context.Locate(0, lost).Span);
        }

        return new(LocalPath(block.Find("folder"), "folder"), Repository(block.Find("hub")), block.Span)
        {
            Branch = ValueReader.Line(block.Find("branch"), "branch", context),
            PullRequest = block.Find("pull_request") is { } flag && ValueReader.Flag(flag, "pull_request", context) is true,
            Visibility = Visibility(block.Find("visibility")),
        };
    }

    private Located<string>? Visibility(YamlNode? node)
    {
        var visibility = ValueReader.Line(node, "visibility", context);
        if (visibility is { Value: not ("private" or "public") } wrong)
        {
            context.Refuse(Codes.ValueMalformed, $"'visibility' is 'private' or 'public', not {TerminalText.Quoted(wrong.Value)}.", wrong.Span);
        }

        return visibility;
    }

    private Located<string>? Repository(YamlNode? node)
    {
        if (models.Read(node) is not { } hub)
        {
            return null;
        }

        if (hub.Value is not { Revision: null, Lora: null, IsExplicitPath: false } || !hub.Value.Path.Contains('/', StringComparison.Ordinal))
        {
            context.Refuse(Codes.ValueMalformed, "'hub' is a repository 'owner/name' without revision.", hub.Span);
        }

        return new(hub.Value.Path, hub.Span);
    }

    private TaskSettings? Task(Block block)
    {
        var name = ValueReader.Line(block.Require("name"), "name", context);
        var data = DataFile(block.Require("data"));
        var expert = models.Read(block.Find("expert"));
        var kind = ValueReader.Line(block.Find("kind"), "kind", context);
        return name is { } named && data is { } found ? new(named, found, expert, block.Span) { Kind = kind } : null;
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
        return name is { } named && metric is { } found ? new(named, task, found, block.Span) : null;
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
            }
            : null;
    }

    private Located<double>? Bound(YamlNode? node, string key) =>
        node is not null && ValueReader.Number(node, key, context) is { } number ? context.Locate(number, node) : null;

    private Located<string>? DataFile(YamlNode? node)
    {
        if (LocalPath(node, "data") is not { } path)
        {
            return null;
        }

        if (context.IsPublished || File.Exists(Path.GetFullPath(path.Value, context.Folder)))
        {
            return path;
        }

        var here = Path.GetFullPath(path.Value);
        context.Refuse(
            Codes.PathMissing,
            $"There is no file {TerminalText.Quoted(path.Value)} in the recipe's folder, where paths start."
                + (File.Exists(here) ? $" Write {TerminalText.Quoted(ModelLocation.Spelling(here, context.Folder))}." : NearestPath.Suggestion(path.Value, context.Folder)),
            path.Span);
        return null;
    }

    private Located<string>? LocalPath(YamlNode? node, string key)
    {
        if (ValueReader.Line(node, key, context) is not { } path)
        {
            return null;
        }

        if (!ModelLocation.IsNetworkPath(path.Value) && !path.Value.Contains("://", StringComparison.Ordinal))
        {
            return path;
        }

        context.Refuse(Codes.PolicyRefused, $"'{key}' is a local path; addresses and paths to other machines are not allowed in recipes.", path.Span);
        return null;
    }
}
