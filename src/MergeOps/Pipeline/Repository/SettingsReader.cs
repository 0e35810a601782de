using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Pipeline.Repository;

/// <summary>Maps the text of a repository's settings to <see cref="RepositorySettings"/>; finds all mistakes in one run.</summary>
internal sealed class SettingsReader
{
    private const int MostApprovals = 100;

    private static readonly string[] PushWords = ["refuse", "apply"];

    private static readonly SortedDictionary<string, Requirement> RequirementWords = new(StringComparer.Ordinal)
    {
        ["approved"] = Requirement.Approved,
        ["code_owners"] = Requirement.CodeOwners,
        ["mergeable"] = Requirement.Mergeable,
        ["preview"] = Requirement.Preview,
        ["up_to_date"] = Requirement.UpToDate,
    };

    private readonly ReadingContext context;

    private SettingsReader(SourceText source, DiagnosticBag found) =>
        context = new ReadingContext(source, "", new MethodCatalogue([]), isLocked: false, found) { Blocks = SettingsKeys.All };

    /// <summary>The settings, or null when any of the text is an error.</summary>
    public static RepositorySettings? Read(SourceText source, DiagnosticBag found)
    {
        var mistakes = new DiagnosticBag();
        var settings = new SettingsReader(source, mistakes).Read(mistakes);
        foreach (var mistake in mistakes)
        {
            found.Add(mistake);
        }

        return mistakes.HasErrors ? null : settings;
    }

    private RepositorySettings? Read(DiagnosticBag mistakes)
    {
        SecretScan.Run(context.Source, mistakes);
        if (ConflictMarker.Find(context.Source) is { } marker)
        {
            mistakes.Error(Codes.NotYaml, "There is an unresolved git conflict in the settings. Choose one of the two sides.", marker);
            return null;
        }

        var root = YamlTreeReader.Read(context.Source, mistakes);
        if (root is null || CoreSchema.IsNull(root))
        {
            return RepositorySettings.Default;
        }

        if (Block.Open(root, SettingsKeys.Top, context) is not { } top)
        {
            return null;
        }

        var defaults = RepositorySettings.Default;
        var reader = new CommandsReader(context);
        var commands = reader.OwnerCommands(top.Find("commands"));
        var evaluate = top.Find("evaluate") is { } scoring ? Block.Open(scoring, SettingsKeys.Evaluate, context) : null;
        return defaults with
        {
            Recipes = Patterns(top.Find("recipes")) ?? defaults.Recipes,
            Approvals = ValueReader.Whole(top.FindFilled("approvals"), "approvals", 0, MostApprovals, context)?.Value ?? defaults.Approvals,
            Requires = top.FindFilled("requires") is { } requires ? Requirements(requires) : defaults.Requires,
            DirectPushes = Pushes(top.Find("direct_pushes")),
            OutsideFolders = Outside(top.Find("outside_folders")) ?? defaults.OutsideFolders,
            Analyze = top.Find("analyze") is { } analyze && ValueReader.Flag(analyze, "analyze", context) == true,
            MergesLocks = top.Find("merge_locks") is { } locks && ValueReader.Flag(locks, "merge_locks", context) == true,
            Command = reader.Scoring(evaluate?.Find("command"), "command"),
            Commands = reader.ScoringCommands(evaluate?.Find("commands")),
            OwnerCommands = commands,
            Policy = top.FindFilled("policy") is { } policy && Block.Open(policy, SettingsKeys.Policy, context) is { } block ? new PolicyReader(context, commands).Read(block) : defaults.Policy,
            Sign = top.FindFilled("sign") is { } sign && Block.Open(sign, SettingsKeys.Sign, context) is { } signing ? reader.Signing(signing) : null,
            Runners = top.FindFilled("runners") is { } runners && Block.Open(runners, SettingsKeys.Runners, context) is { } machines
                ? new(Labels(machines, "merge"), Labels(machines, "evaluate"), Labels(machines, "publish"))
                : null,
        };
    }

    private ImmutableArray<string> Labels(Block runners, string stage)
    {
        if (runners.FindFilled(stage) is not { } node)
        {
            context.Refuse(Codes.KeyMissing, $"'runners' does not say which machine runs '{stage}'. Name all three, or leave 'runners' out.", runners.Span);
            return [];
        }

        return [.. Lines(OneOrMore(node), stage, "a label or a list of labels").Select(label => label.Value)];
    }

    private ImmutableArray<string>? Patterns(YamlNode? node)
    {
        var patterns = Lines(OneOrMore(node), "recipes", "a pattern or a list of patterns");
        foreach (var pattern in patterns.Where(pattern => !IsInside(pattern.Value)))
        {
            context.Refuse(
                Codes.ValueMalformed,
                $"{TerminalText.Quoted(pattern.Value)} is not a path in the repository. Write it relative to the repository, with '/' and without '..'.",
                pattern.Span);
        }

        return patterns.IsEmpty ? null : [.. patterns.Select(pattern => pattern.Value)];
    }

    private ImmutableArray<string>? Outside(YamlNode? node)
    {
        var folders = Lines(OneOrMore(node), "outside_folders", "a folder or a list of folders");
        foreach (var folder in folders.Where(folder => !Path.IsPathFullyQualified(folder.Value) || ModelLocation.IsNetworkPath(folder.Value)))
        {
            context.Refuse(
                Codes.ValueMalformed,
                $"{TerminalText.Quoted(folder.Value)} is not an absolute path. Checkouts have no fixed location, so write the absolute path on the machine that merges.",
                folder.Span);
        }

        return folders.IsEmpty ? null : [.. folders.Select(folder => folder.Value)];
    }

    private static YamlNode? OneOrMore(YamlNode? node) =>
        node is YamlScalar scalar && !CoreSchema.IsNull(scalar) ? new YamlSequence([scalar], scalar.Start, scalar.End) : node;

    private ImmutableArray<Requirement> Requirements(YamlNode node)
    {
        var words = RequirementWords.Keys.ToList();
        var required = Lines(OneOrMore(node), "requires", "a list of requirements");
        foreach (var word in required.Where(word => !RequirementWords.ContainsKey(word.Value)))
        {
            context.Refuse(
                Codes.NameUnknown,
                $"There is no requirement {TerminalText.Quoted(word.Value)}; there are {string.Join(", ", words)}.{NearestName.Suggestion(word.Value, words)}",
                word.Span);
        }

        return [.. required.Where(word => RequirementWords.ContainsKey(word.Value)).Select(word => RequirementWords[word.Value]).Distinct()];
    }

    private DirectPushes Pushes(YamlNode? node)
    {
        if (ValueReader.Line(node, "direct_pushes", context) is not { } word)
        {
            return DirectPushes.Refuse;
        }

        if (!PushWords.Contains(word.Value, StringComparer.Ordinal))
        {
            context.Refuse(
                Codes.ValueMalformed,
                $"'direct_pushes' is 'refuse' or 'apply', not {TerminalText.Quoted(word.Value)}.{NearestName.Suggestion(word.Value, PushWords)}",
                word.Span);
        }

        return word.Value == "apply" ? DirectPushes.Apply : DirectPushes.Refuse;
    }

    private ImmutableArray<Located<string>> Lines(YamlNode? node, string key, string form) => ListReader.Lines(node, key, form, context);

    private static bool IsInside(string pattern) =>
        !pattern.AsSpan().ContainsAny('\\', ':') && pattern.Split('/').All(part => part is not ("" or "." or ".."));
}
