using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Reports;

/// <summary>
/// A report as JSON. It is written by a job over anybody's files and read by one that may post, so reading trusts nothing:
/// the file's size, every name, every number and the form of every digest are checked before anything is done with them.
/// </summary>
internal static partial class PlanReportJson
{
    /// <summary>The version that is written. Version 2 lists no files beside the weights, version 3 no data to measure on; both are read.</summary>
    public const int CurrentVersion = 4;

    private const int OldestVersion = 2;

    private const int MaxLength = 8 * 1024 * 1024;
    private const int MostRecipes = 256;
    private const int MostEntries = 4096;
    private const int LongestName = 512;
    private const int LongestText = 8192;

    /// <summary>The text.</summary>
    public static string Write(PlanReport report) =>
        CanonicalJson.Write(JsonSerializer.SerializeToNode(report, PlanReportFormat.Default.PlanReport));

    /// <summary>Reads a report that anybody may have written.</summary>
    /// <exception cref="MergeOpsException">It is not a report, in whatever way.</exception>
    public static PlanReport Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null || file.Length > MaxLength)
            {
                throw Refused(path, $"It must be a plain file of at most {MaxLength:N0} bytes.");
            }

            return Parse(PlainFile.Read(path), path) is var report && Objection(report) is { } objection ? throw Refused(path, objection) : report;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, failure.Message, failure);
        }
    }

    private static PlanReport Parse(byte[] text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(text, PlanReportFormat.Default.PlanReport) ?? throw Refused(path, JsonFlaw.Of(text));
        }
        catch (JsonException failure)
        {
            // a newer layout has keys that this one does not know, and its version says more than that
            throw Refused(path, FormatVersion.Of(text) is > CurrentVersion and var newer ? FormatVersion.Refusal(newer, CurrentVersion, OldestVersion) : JsonFlaw.Of(text, failure), failure);
        }
    }

    private static string? Objection(PlanReport report) =>
        report.Version is < OldestVersion or > CurrentVersion ? FormatVersion.Refusal(report.Version, CurrentVersion, OldestVersion)
        : !RepositoryForm().IsMatch(report.Repository) ? "'repository' is not OWNER/NAME."
        : report.Number <= 0 ? "'number' is not positive."
        : !CommitForm().IsMatch(report.Head) ? "'head' is not a commit."
        : !IsName(report.BaseBranch) ? "'baseBranch' is too long or empty."
        : report.Recipes.IsDefault || report.Recipes.Length > MostRecipes ? $"It has more than {MostRecipes} recipes, or none are listed."
        : report.Recipes.Any(recipe => recipe is null) ? "A recipe is null."
        : report.Recipes.Select(recipe => recipe.Path).Distinct(StringComparer.Ordinal).Count() != report.Recipes.Length ? "A recipe is listed twice."
        : report.Recipes.Select(Objection).FirstOrDefault(objection => objection is not null);

    private static string? Objection(RecipeReport recipe) =>
        !IsPath(recipe.Path) ? "A recipe's path leaves the repository, or is too long."
        : !Enum.IsDefined(recipe.Verdict) || !Enum.IsDefined(recipe.Comparison) ? "A verdict is unknown."
        : (recipe.Verdict == RecipeVerdict.Planned) != (recipe.Plan is not null) ? "A plan is missing, or is given for a recipe that has none."
        : (recipe.Comparison == BaseComparison.Changed) != (recipe.Change is not null) ? "A comparison is missing, or is given where nothing was compared."
        : (recipe.Terms is not null) != (recipe.Plan is not null) || recipe.Terms is { } terms && !DigestForm().IsMatch(terms) ? "The digest of a recipe's terms is invalid, or there is one without a plan."
        : recipe.Target is { } target && !IsName(target) ? "A target is too long or empty."
        : recipe.Gates.IsDefault || recipe.Gates.Length > MostEntries || !recipe.Gates.All(IsText) ? "The gates are too many or too long."
        : recipe.Data.Length > MostEntries || !recipe.Data.All(IsData) ? "The data to measure on are too many, or one is malformed."
        : recipe.Outside.Length > MostEntries || !recipe.Outside.All(IsText) ? "The paths outside of the repository are too many or too long."
        : recipe.Findings.IsDefault || recipe.Findings.Length > MostEntries || !recipe.Findings.All(IsFinding) ? "The findings are too many, or one is malformed."
        : recipe.Change is { } change && !new[] { change.Changed, change.Added, change.Removed, change.Unchanged, change.BytesToMake, change.Files ?? 0, change.FilesToMake ?? 0 }.All(IsCount) ? "A comparison has a negative number."
        : recipe.Plan is { } plan ? Objection(plan) : null;

    private static string? Objection(Planning.PlanOverview plan) =>
        !IsName(plan.Name) ? "A model's name is too long or empty."
        : !DigestForm().IsMatch(plan.Digest) ? "A plan's digest is invalid."
        : plan.Inputs.IsDefaultOrEmpty || plan.Inputs.Length > MostEntries || !plan.Inputs.All(input => input is not null && IsName(input.Model) && IsCount(input.Tensors) && IsCount(input.Bytes)) ? "A plan's inputs are malformed."
        : plan.Groups.IsDefault || plan.Groups.Length > MostEntries || !plan.Groups.All(group => group is not null && IsText(group.What) && IsCount(group.Tensors) && IsCount(group.Bytes)) ? "A plan's tensors are malformed."
        : plan.Files.Length > MostEntries || !plan.Files.All(files => files is not null && IsName(files.Model) && !files.Paths.IsDefault && files.Paths.Length <= MostEntries && files.Paths.All(IsPath)) ? "A plan's files are malformed."
        : plan.DTypes.IsDefault || plan.DTypes.Length > MostEntries || !plan.DTypes.All(dtype => dtype is not null && DTypeForm().IsMatch(dtype)) ? "A plan's number types are malformed."
        : !new[] { plan.Tensors, plan.Estimate.BytesToRead, plan.Estimate.BytesToWrite, plan.Estimate.Merged, plan.Estimate.Copied, plan.Estimate.Parameters, plan.Estimate.BufferBytes, plan.Estimate.DecompositionGigaflops }.All(IsCount) ? "A plan has a negative number."
        : null;

    private static bool IsFinding(FindingReport finding) =>
        finding is not null && CodeForm().IsMatch(finding.Code) && finding.Severity is "error" or "warning" or "note" or "accepted" && IsText(finding.Message) && IsCount(finding.Line);

    private static bool IsData(DataReport data) =>
        data is { Unit: DataReport.Items or DataReport.Lines } && IsName(data.Name) && (data.Now ?? data.Before) is not null && IsSize(data.Now) && IsSize(data.Before);

    private static bool IsSize(DataSize? size) => size is null || (DigestForm().IsMatch(size.Digest) && IsCount(size.Count) && IsCount(size.Groups));

    private static bool IsName(string text) => text.Length is > 0 and <= LongestName;

    // it is shown and never opened here, so it need not be a name that every system allows
    private static bool IsPath(string path) =>
        IsName(path) && !path.Any(char.IsControl) && !path.Split('/').Any(segment => segment is "" or "." or "..");

    private static bool IsText(string? text) => text is not null && Encoding.UTF8.GetByteCount(text) <= LongestText;

    private static bool IsCount(long number) => number >= 0;

    private static MergeOpsException Refused(string path, string detail, Exception? cause = null) =>
        new(Codes.ReportUnreadable, detail, SourceSpan.File(path), cause);

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RepositoryForm();

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommitForm();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DigestForm();

    [GeneratedRegex(@"\AMOPS[0-9]{3}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeForm();

    [GeneratedRegex(@"\A[A-Za-z0-9_]{1,32}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DTypeForm();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PlanReport))]
internal sealed partial class PlanReportFormat : JsonSerializerContext;
