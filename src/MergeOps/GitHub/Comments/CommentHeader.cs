using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Comments;

/// <summary>What an apply or a preview led to for one recipe.</summary>
/// <param name="State">A word of <see cref="States"/>.</param>
internal sealed record RecipeOutcome(string State)
{
    /// <summary>The published version, without <c>v</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The page of the published model, or its folder.</summary>
    public string? Place { get; init; }

    /// <summary>What was measured, in a line.</summary>
    public string? Scores { get; init; }

    /// <summary>The addresses of images of the scores, separated by spaces; null where there are none that everybody can see.</summary>
    public string? Figures { get; init; }

    /// <summary>The page of the run that did it.</summary>
    public string? Run { get; init; }

    /// <summary>The plan that was merged.</summary>
    public string? Plan { get; init; }

    /// <summary>What its preview laid down; null where there is none.</summary>
    public PreviewMark? Preview { get; init; }
}

/// <summary>The words for how an apply ended.</summary>
internal static class States
{
    /// <summary>A new version is there.</summary>
    public const string Published = "published";

    /// <summary>The version that is there is this plan's.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>It was merged and measured, and has no publish target.</summary>
    public const string Merged = "merged";

    /// <summary>It lies on a branch for people to try.</summary>
    public const string Previewed = "previewed";

    /// <summary>The version before is the current one again.</summary>
    public const string RolledBack = "rolled back";

    /// <summary>A gate says no; nothing was published.</summary>
    public const string GateFailed = "gate failed";

    /// <summary>The plan is not the approved one; nothing was done.</summary>
    public const string PlanChanged = "plan changed";

    /// <summary>Something broke; nothing was published.</summary>
    public const string Failed = "failed";

    /// <summary>Whether a recipe's plan has been carried out.</summary>
    public static bool IsApplied(string state) => state is Published or Unchanged or Merged or RolledBack;
}

/// <summary>
/// The first line of the comment, hidden from people: which plans were shown for which head, and what became of them.
/// It is believed only in a comment of our own, and only below the pull request that it names.
/// </summary>
/// <param name="Pull">The pull request as <c>owner/name#number</c>.</param>
/// <param name="Head">The commit that was planned.</param>
/// <param name="Plans">What was shown, by the recipes' paths.</param>
internal sealed record CommentHeader(string Pull, string Head, ImmutableSortedDictionary<string, ShownPlan> Plans)
{
    private const string Opening = "<!-- mergeops:v1 ";
    private const string Closing = " -->";

    /// <summary>What became of the plans, by the recipes' paths.</summary>
    public ImmutableSortedDictionary<string, RecipeOutcome> Outcomes { get; init; } = ImmutableSortedDictionary<string, RecipeOutcome>.Empty;

    /// <summary>The header of a report.</summary>
    public static CommentHeader Of(PlanReport report) => new(
        PullOf(report.Repository, report.Number),
        report.Head,
        report.Recipes.Where(recipe => recipe.Plan is not null).ToImmutableSortedDictionary(recipe => recipe.Path, recipe => new ShownPlan(recipe.Plan!.Digest, recipe.Terms)));

    /// <summary>What previews laid down, by the recipes' paths.</summary>
    [JsonIgnore]
    public IEnumerable<KeyValuePair<string, PreviewMark>> Previews => Outcomes.Where(outcome => outcome.Value.Preview is not null).Select(outcome => KeyValuePair.Create(outcome.Key, outcome.Value.Preview!));

    /// <summary>The header after more became of its plans. What a preview laid down stays known: of several recipes each is promoted by a run of its own, and one that broke may be run again.</summary>
    /// <param name="outcomes">What became of them.</param>
    public CommentHeader With(ImmutableSortedDictionary<string, RecipeOutcome> outcomes) => this with
    {
        Outcomes = Outcomes.SetItems(outcomes.Select(outcome => KeyValuePair.Create(
            outcome.Key,
            outcome.Value.State == States.GateFailed ? outcome.Value : outcome.Value with { Preview = outcome.Value.Preview ?? Outcomes.GetValueOrDefault(outcome.Key)?.Preview }))),
    };

    /// <summary>How a header names a pull request.</summary>
    public static string PullOf(string repository, int number) => $"{repository}#{number}";

    /// <summary>Whether a comment says of itself that it is ours; its author decides whether it is.</summary>
    public static bool Opens(string body) => body.StartsWith(Opening, StringComparison.Ordinal);

    /// <summary>The header of a comment below a pull request; null when it has none, or that of another one.</summary>
    public static CommentHeader? Find(string body, string pull)
    {
        var end = Opens(body) ? body.IndexOf(Closing, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return null;
        }

        try
        {
            var line = body.AsSpan(Opening.Length, end - Opening.Length);
            var text = line.StartsWith("{") ? line.ToString() : PackedText.Unpack(line);
            var header = text is null ? null : JsonSerializer.Deserialize(text, HeaderFormat.Default.CommentHeader);
            return header?.Pull == pull && header.IsWhole ? header : null;
        }
        catch (JsonException)
        {
            // somebody with the right to edit our comment has broken it: what it said is not known any more
            return null;
        }
    }

    // who may edit our comment may have written anything into it
    private bool IsWhole =>
        Plans.Values.All(plan => plan is not null) && Outcomes is not null && Outcomes.Values.All(outcome => outcome is not null);

    /// <summary>The line. JSON writes every <c>&gt;</c> as an escape, so nothing in it can end the line early.</summary>
    public string Write() => Opening + Json() + Closing;

    /// <summary>The line in a few dozen characters for each recipe, for comments that have no room. Scores, images and pages of runs, which the runs themselves keep, are left out, and what previews laid down: it is merged anew then.</summary>
    public string WriteShort() => Opening + PackedText.Pack((this with { Outcomes = Outcomes.ToImmutableSortedDictionary(outcome => outcome.Key, outcome => outcome.Value with { Scores = null, Figures = null, Run = null, Preview = null }) }).Json()) + Closing;

    private string Json() => JsonSerializer.Serialize(this, HeaderFormat.Default.CommentHeader);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CommentHeader))]
internal sealed partial class HeaderFormat : JsonSerializerContext;
