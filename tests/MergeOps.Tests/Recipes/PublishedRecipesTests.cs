using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>
/// What people really publish: each file is accepted, accepted with a warning for what has no effect, or refused by
/// name. The verdicts of mergekit stand in the collection's <c>index.tsv</c>.
/// </summary>
public sealed partial class PublishedRecipesTests
{
    private static readonly string Articles = Path.Combine(Repository.Shared, "recipes");
    private static readonly string Published = Path.Combine(Articles, "published");

    /// <summary>Files that mergekit takes and we refuse, with what we name.</summary>
    private static readonly Dictionary<string, string> RefusedOnPurpose = new()
    {
        ["009.yml"] = "'filter'",
        ["017.yml"] = "'dtype'",
        ["029.yml"] = "revision",
        ["051.yml"] = "'select_topk'",
        ["052.yml"] = "'smooth'",
        ["062.yml"] = "models into the base",
        ["069.yml"] = "':'",
        ["072.yml"] = "'pad_to_multiple_of'",
        ["085.yml"] = "'merge_method'",
        ["088.yml"] = "'lambda'",
    };

    /// <summary>Files that mergekit takes and this version cannot do yet, with all that is named for it; each line goes when it can.</summary>
    private static readonly Dictionary<string, string[]> RefusedForNow = new()
    {
    };

    /// <summary>Files that mergekit refuses and we take: the base joins the slices when the method needs one, and a mixture may name its method.</summary>
    private static readonly string[] TakenOnPurpose = ["001.yml", "031.yml"];

    [Fact]
    public void The_recipes_of_articles_run_unmodified()
    {
        Assert.SkipUnless(Directory.Exists(Articles), "the shared test data is not here");

        Assert.All(Directory.EnumerateFiles(Articles, "*.yml"), file =>
        {
            var (recipe, found) = RecipeReader.Read(file, RecipeText.Catalogue);
            Assert.NotNull(recipe);
            Assert.Equal(Path.GetFileName(file) switch { "sce.yml" => 2, "dare_linear.yml" => 1, _ => 0 }, found.Count());
        });
    }

    [Fact]
    public void What_mergekit_accepts_is_accepted_or_refused_by_name_and_what_it_refuses_is_refused()
    {
        Assert.SkipUnless(Directory.Exists(Published), "the shared test data is not here");

        Assert.All(Index(), entry =>
        {
            var found = Findings(entry.File);
            var isRefused = found.Any(diagnostic => diagnostic.Severity is Severity.Error);
            if (RefusedOnPurpose.TryGetValue(entry.File, out var named))
            {
                Assert.Contains(found, diagnostic => diagnostic.Detail.Contains(named, StringComparison.Ordinal));
            }
            else if (RefusedForNow.TryGetValue(entry.File, out var missing))
            {
                var refusals = found.Where(diagnostic => diagnostic.Severity is Severity.Error).ToList();
                Assert.All(refusals, refusal => Assert.Equal(Codes.NotImplemented, refusal.Code));
                Assert.Equal(missing.Length, refusals.Count);
                Assert.All(missing.Zip(refusals), pair => Assert.Contains(pair.First, pair.Second.Detail, StringComparison.Ordinal));
            }
            else
            {
                Assert.Equal(entry.Verdict.StartsWith("rejects", StringComparison.Ordinal) && !TakenOnPurpose.Contains(entry.File), isRefused);
            }
        });
    }

    [Fact]
    public void Each_key_that_mergekit_ignores_is_named()
    {
        Assert.SkipUnless(Directory.Exists(Published), "the shared test data is not here");

        Assert.All(
            from entry in Index()
            where entry.UnknownKeys is not "-" and not "name" && !entry.UnknownKeys.Contains("experts", StringComparison.Ordinal)
            from key in Keys(entry.UnknownKeys)
            select (entry.File, key),
            ignored => Assert.Contains(
                Findings(ignored.File),
                diagnostic => diagnostic.Code == Codes.MethodUnknown || diagnostic.Detail.Contains(ignored.key, StringComparison.Ordinal)));
    }

    // local paths of other people's machines exist nowhere; that they do not is not what these files are about
    private static List<Diagnostic> Findings(string file) =>
        [.. RecipeReader.Read(Path.Combine(Published, file), RecipeText.Catalogue).Diagnostics.Where(d => d.Code != Codes.PathMissing)];

    private static IEnumerable<string> Keys(string cell) =>
        from part in Remark().Replace(cell, "").Split(", ")
        where part != "name"
        from key in part.StartsWith("parameters ", StringComparison.Ordinal) ? part.Split(' ')[1].Split('/') : [part.Split(' ')[0].Split('.')[^1]]
        select key;

    private static IEnumerable<(string File, string UnknownKeys, string Verdict)> Index() =>
        from row in File.ReadLines(Path.Combine(Published, "index.tsv")).Skip(1)
        let cells = row.Split('\t')
        select (cells[0], cells[4], cells[5]);

    [GeneratedRegex(@" \([^)]*\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Remark();
}
