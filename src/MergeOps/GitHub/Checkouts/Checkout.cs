using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Checkouts;

/// <summary>A recipe of a checkout with its report.</summary>
/// <param name="Report">What people are told.</param>
/// <param name="Planned">The plan itself; null when there is none.</param>
/// <param name="Found">Every finding, its path from the repository's root.</param>
internal sealed record CheckedRecipe(RecipeReport Report, PlannedRecipe? Planned, ImmutableArray<Diagnostic> Found);

/// <summary>A folder into which git has checked out a commit of the repository.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="root">The folder.</param>
/// <param name="links">The links of the commit, where they were checked out as files; null where they are links.</param>
internal sealed class Checkout(HostEnvironment environment, string root, IReadOnlySet<string>? links = null)
{
    private const int LongestText = 2000;

    private static readonly EnumerationOptions EveryEntry = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8, AttributesToSkip = FileAttributes.None };

    /// <summary>The absolute folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The repository's git folder.</summary>
    public GitFolder Git => new(environment, Root);

    /// <summary>Where a path of the repository lies.</summary>
    public string this[string path] => Path.Combine(Root, path);

    /// <summary>The path from the repository's root, with forward slashes, of a file of this checkout.</summary>
    public string PathOf(string file) => Path.GetRelativePath(Root, Path.GetFullPath(file)).Replace('\\', '/');

    /// <summary>Whether a recipe is here as a file of its own; a link could show what lies elsewhere on this machine.</summary>
    public bool Has(string recipe) => File.Exists(this[FileOf(recipe)]) && LinkAt(FileOf(recipe)) is null;

    /// <summary>The file of a recipe, which may be a variant of it.</summary>
    /// <param name="recipe">The recipe, from the repository's root.</param>
    public string FileOf(string recipe) => RecipeAddress.FileOf(this[recipe]) is var file && file.Length < this[recipe].Length ? recipe[..^(this[recipe].Length - file.Length)] : recipe;

    /// <summary>Each recipe among files by itself, variants as <c>FILE#VARIANT</c>; files that are only there to be extended are none, and those that are not here stay.</summary>
    /// <param name="files">Paths from the repository's root.</param>
    public IReadOnlyList<string> RecipesIn(IReadOnlyCollection<string> files)
    {
        var here = files.Where(Has).ToDictionary(file => this[file], StringComparer.Ordinal);
        return
        [
            .. NamedRecipes.Each(here.Keys).Select(recipe => RecipeAddress.Of(recipe) is { Variant: { } variant } address ? new RecipeAddress(here[address.Path], variant).ToString() : here[recipe])
                .Concat(files.Where(file => !Has(file)))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Variants that another state of the repository has of files that have others here.</summary>
    /// <param name="recipes">Files, or variants of them.</param>
    /// <param name="before">The other state.</param>
    public IReadOnlyList<string> GoneOf(IEnumerable<string> recipes, Checkout before)
    {
        List<string> files = [.. recipes.Select(FileOf).Distinct(StringComparer.Ordinal).Where(file => Has(file) && before.Has(file))];
        var here = RecipesIn(files).Where(IsVariant).ToHashSet(StringComparer.Ordinal);
        return [.. before.RecipesIn([.. here.Select(FileOf).Distinct(StringComparer.Ordinal)]).Where(recipe => before.IsVariant(recipe) && !here.Contains(recipe))];
    }

    /// <summary>Whether a recipe is such a variant.</summary>
    public bool IsGone(string recipe, Checkout? before) => before is not null && IsVariant(recipe) && GoneOf([recipe], before).Contains(recipe);

    private bool IsVariant(string recipe) => FileOf(recipe) != recipe;

    /// <summary>The first link on the way to a path, or the path itself when it is one; null when there is none.</summary>
    /// <param name="path">From the repository's root, with forward slashes.</param>
    public string? LinkAt(string path)
    {
        var segments = path.Split('/');
        return Enumerable.Range(1, segments.Length).Select(count => string.Join('/', segments[..count])).FirstOrDefault(IsLink);
    }

    /// <summary>A link in a folder; null when there is none, or no such folder.</summary>
    /// <param name="folder">From the repository's root, with forward slashes.</param>
    public string? LinkBelow(string folder) => Directory.Exists(this[folder])
        ? new DirectoryInfo(this[folder]).EnumerateFileSystemInfos("*", EveryEntry).Select(entry => PathOf(entry.FullName)).Order(StringComparer.Ordinal).FirstOrDefault(IsLink)
        : null;

    /// <summary>Reads and plans a recipe; what is wrong with it, or with what it needs, is a finding.</summary>
    /// <param name="recipe">Its path from the repository's root.</param>
    /// <param name="settings">Say where a recipe may lead.</param>
    /// <param name="trusted">A checkout that the owners trust, where the command of their policy runs; null where there is none.</param>
    /// <param name="cancellation">Ends that command.</param>
    public async Task<CheckedRecipe> PlanAsync(string recipe, RepositorySettings settings, Checkout? trusted, CancellationToken cancellation)
    {
        DiagnosticBag found;
        PlannedRecipe? planned = null;
        var bounds = new RepositoryBounds(Root, settings);
        try
        {
            if (new LinkedInputs(this).RefusalOf(recipe) is { } refusal)
            {
                found = [refusal];
            }
            else
            {
                (planned, found) = PlanRecipe.Run(environment, this[recipe], bounds);
                if (planned is not null)
                {
                    await new PolicyCheck(environment, settings.Policy, _ => { }, cancellation).RunAsync(planned, recipe, trusted?.Root, found);
                    // a pull request may bring the command along
                    foreach (var objection in DerivedCommands.Objections(planned.Recipe, settings.OwnerCommands))
                    {
                        found.Add(objection with { Severity = Severity.Warning });
                    }

                    planned = found.HasErrors ? null : planned;
                }
            }
        }
        catch (MergeOpsException failure)
        {
            found = [failure.Diagnostic];
        }

        ImmutableArray<Diagnostic> here = [.. found.Select(Relative)];
        var report = new RecipeReport(recipe, planned is null ? RecipeVerdict.Invalid : RecipeVerdict.Planned)
        {
            Plan = planned is null ? null : Shortened(PlanOverview.Of(planned.Plan)),
            Target = planned?.Recipe.Publish is { } publish ? Cut(TargetOf(publish)) : null,
            Terms = planned is null ? null : RecipeTerms.DigestOf(planned.Recipe, planned.Data, planned.Lock?.Lock),
            Data = planned is null ? [] : DataReport.Of(planned.Data),
            Outside = planned is null ? [] : [.. bounds.Outside(planned.Recipe).Select(Cut)],
            Gates = planned is null ? [] : GatesOf(planned.Recipe),
            Findings =
            [
                .. here.OrderBy(finding => finding.Severity)
                    .Select(finding => new FindingReport(finding.Code.Id, finding.Severity.Word(), Cut(finding.Message()), finding.Span?.Line ?? 0)),
            ],
        };
        return new CheckedRecipe(report, planned, here);
    }

    private bool IsLink(string path) => links?.Contains(path) == true || new FileInfo(this[path]).LinkTarget is not null;

    private Diagnostic Relative(Diagnostic finding) =>
        finding.Span is { } span && Path.IsPathRooted(span.Path) ? finding with { Span = span with { Path = PathOf(span.Path) } } : finding;

    private static PlanOverview Shortened(PlanOverview plan) =>
        plan with { Groups = [.. plan.Groups.Select(group => group with { What = Cut(group.What) })] };

    private static string TargetOf(PublishSettings publish) => string.Join(
        ", ", [$"{publish.Kind}:{publish.Place.Value}", .. publish.Derived.Where(entry => entry.To is not null).Select(entry => $"{entry.Name} to {entry.To!.Value}")]);

    private static ImmutableArray<string> GatesOf(Recipe recipe)
    {
        var figures = new RecipeFigures(recipe.Evaluate, EvaluationCatalogue.Default);
        return
        [
            .. recipe.Gates.Select(gate => Cut(
                GateCondition.Of(gate, figures.TryFind(gate.Metric.Value, out var figure) ? figure : null) + (gate.IsOnModels ? " (not judged yet)" : ""))),
        ];
    }

    private static string Cut(string text) => text.Length > LongestText ? $"{text[..LongestText]}…" : text;
}
