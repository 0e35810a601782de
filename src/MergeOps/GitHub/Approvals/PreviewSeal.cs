using System.Security.Cryptography;
using System.Text;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Approvals;

/// <summary>
/// What the status of a preview is bound to: the plans that were previewed and the terms on which, the digests of test data
/// among them. A plan or data of another kind has another seal.
/// </summary>
internal static class PreviewSeal
{
    private const int Length = 16;

    /// <summary>The seal, 16 hex digits.</summary>
    /// <param name="plans">The plans as the comment shows them, by the recipes' paths.</param>
    public static string Of(IEnumerable<KeyValuePair<string, ShownPlan>> plans)
    {
        var text = string.Concat(plans.OrderBy(plan => plan.Key, StringComparer.Ordinal).Select(plan => $"{plan.Key}\n{plan.Value.Digest}\n{plan.Value.Terms}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];
    }
}
