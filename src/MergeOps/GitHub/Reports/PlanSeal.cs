using System.Security.Cryptography;
using System.Text;

namespace MergeOps.GitHub.Reports;

/// <summary>
/// What a status is bound to: plans and the terms on which they were shown, the digests of test data among them. Comments can
/// be edited by anybody who may write; a status keeps who set it.
/// </summary>
internal static class PlanSeal
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
