using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Reports;

/// <summary>
/// What a status is bound to: plans and the terms on which they were shown, the digests of test data among them. Comments can
/// be edited by anybody who may write; a status keeps who set it.
/// </summary>
internal static class PlanSeal
{
    private const int Length = 16;

    // what it stands for is published without another look at it
    private const int LengthOfPreviews = 32;

    /// <summary>The seal, 16 hex digits.</summary>
    /// <param name="plans">The plans as the comment shows them, by the recipes' paths.</param>
    public static string Of(IEnumerable<KeyValuePair<string, ShownPlan>> plans)
    {
        var text = string.Concat(plans.OrderBy(plan => plan.Key, StringComparer.Ordinal).Select(plan => $"{plan.Key}\n{plan.Value.Digest}\n{plan.Value.Terms}\n"));
        return Of(text)[..Length];
    }

    /// <summary>The seal of what previews laid down, 32 hex digits.</summary>
    /// <param name="previews">Their marks, by the recipes' paths.</param>
    public static string OfPreviews(IEnumerable<KeyValuePair<string, PreviewMark>> previews) =>
        Of(string.Concat(previews.OrderBy(preview => preview.Key, StringComparer.Ordinal)
            .Select(preview => $"{preview.Key}\n{preview.Value.List}\n{preview.Value.Data}\n{preview.Value.Scoring}\n{preview.Value.Baseline}\n{preview.Value.Program}\n")))[..LengthOfPreviews];

    private static string Of(string text) => TextDigest.Of(text);
}
