using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MergeOps.Planning;

namespace MergeOps.GitHub.Reports;

/// <summary>What became of a recipe in a pull request.</summary>
internal enum RecipeVerdict
{
    /// <summary>It is valid, and this is what it would make.</summary>
    Planned,

    /// <summary>It cannot be merged as it is.</summary>
    Invalid,

    /// <summary>It is not there any more.</summary>
    Removed,
}

/// <summary>One finding about a recipe.</summary>
/// <param name="Code">Such as <c>MOPS104</c>.</param>
/// <param name="Severity"><c>error</c>, <c>warning</c>, <c>note</c> or <c>accepted</c>.</param>
/// <param name="Message">What was found and what to do.</param>
/// <param name="Line">The line, from 1; 0 for the file as a whole.</param>
internal sealed record FindingReport(string Code, string Severity, string Message, int Line);

/// <summary>What a plan changes against the base branch's, in tensors.</summary>
/// <param name="Changed">Tensors that become others.</param>
/// <param name="Added">Tensors that the base branch's plan does not have.</param>
/// <param name="Removed">Tensors that only the base branch's plan has.</param>
/// <param name="Unchanged">Tensors that stay as they are.</param>
/// <param name="BytesToMake">Bytes of the changed and added ones.</param>
internal sealed record PlanChange(int Changed, int Added, int Removed, int Unchanged, long BytesToMake)
{
    /// <summary>The weight files of the output; null in reports that older versions wrote.</summary>
    public int? Files { get; init; }

    /// <summary>Those of them that become others; null in reports that older versions wrote.</summary>
    public int? FilesToMake { get; init; }

    /// <summary>What a plan changes against that of the base branch.</summary>
    public static PlanChange Of(MergePlan plan, MergePlan before)
    {
        var (diff, files) = (PlanDiff.Against(plan, before.JobDigests), PlanDiff.FilesOf(plan, before));
        return new(diff.Changed.Length, diff.Added.Length, diff.Removed.Length, diff.Unchanged.Length, diff.BytesToMake) { Files = files.All, FilesToMake = files.Changed };
    }
}

/// <summary>How a recipe stands to the base branch.</summary>
internal enum BaseComparison
{
    /// <summary>The base branch has no such recipe, or none that can be planned.</summary>
    New,

    /// <summary>The plan is the same.</summary>
    Same,

    /// <summary>The plan is another.</summary>
    Changed,

    /// <summary>The base branch was not there to be compared with.</summary>
    NotCompared,
}

/// <summary>One recipe of a pull request.</summary>
/// <param name="Path">Its path from the repository's root, with forward slashes.</param>
/// <param name="Verdict">What became of it.</param>
internal sealed record RecipeReport(string Path, RecipeVerdict Verdict)
{
    /// <summary>What it would make; null unless it is planned.</summary>
    public PlanOverview? Plan { get; init; }

    /// <summary>How it stands to the base branch.</summary>
    public BaseComparison Comparison { get; init; } = BaseComparison.NotCompared;

    /// <summary>What changes tensor by tensor; null unless <see cref="Comparison"/> says that it changed.</summary>
    public PlanChange? Change { get; init; }

    /// <summary>Where its model is published, such as <c>hub:acme/small</c>; null when nowhere.</summary>
    public string? Target { get; init; }

    /// <summary>The digest of all that is approved beside the plan: name, target, measurements with their data, and gates; null unless it is planned.</summary>
    public string? Terms { get; init; }

    /// <summary>Whether name, target, measurements or gates are others than on the base branch; what the data hold is told by <see cref="Data"/>.</summary>
    public bool ChangesTerms { get; init; }

    /// <summary>What its models are measured on, those that only the base branch measures on too; nothing in reports that older versions wrote.</summary>
    public ImmutableArray<DataReport> Data { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What it names outside of the repository, as the settings allow.</summary>
    public ImmutableArray<string> Outside { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether approving it changes anything against the base branch, as far as that is known.</summary>
    public bool HasChanges =>
        Verdict == RecipeVerdict.Removed
        || (Plan is not null && (Comparison is not BaseComparison.Same || ChangesTerms || Data.Any(data => data.Now?.Digest != data.Before?.Digest)));

    /// <summary>What its gates ask for.</summary>
    public ImmutableArray<string> Gates { get; init; } = [];

    /// <summary>What was read of its models for gates on them, drawn in letters; empty where nothing was. Verdicts are taken from nobody, so no report carries it.</summary>
    [JsonIgnore]
    public string Geometry { get; init; } = "";

    /// <summary>What was found, errors first.</summary>
    public ImmutableArray<FindingReport> Findings { get; init; } = [];
}
