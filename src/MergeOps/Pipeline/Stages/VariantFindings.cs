using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Stages;

/// <summary>The findings about the variants of a recipe as one list, in which each stands once.</summary>
internal static class VariantFindings
{
    /// <summary>What was found of all variants as it is; of the rest, of which variants it was found.</summary>
    /// <param name="variants">Each variant with its findings; a recipe without variants stands alone, without a name.</param>
    public static IEnumerable<Diagnostic> Of(IEnumerable<(string? Name, DiagnosticBag Found)> variants)
    {
        var all = variants.ToList();
        if (all is [var only])
        {
            return only.Found;
        }

        var byFinding = all.SelectMany(variant => variant.Found.Select(finding => (finding, variant.Name))).GroupBy(found => found.finding, found => found.Name).ToList();
        DiagnosticBag found = [];
        foreach (var finding in byFinding)
        {
            var names = finding.OfType<string>().ToList();
            found.Add(finding.Count() == all.Count || names.Count == 0
                ? finding.Key
                : finding.Key with { Detail = $"{finding.Key.Detail} ({(names.Count == 1 ? "variant" : "variants")} {string.Join(", ", names)})" });
        }

        return found;
    }
}
