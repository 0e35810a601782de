using System.Globalization;
using MergeOps.Analysis.Audits;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Analysis.Reports;

/// <summary>An audit in sentences.</summary>
internal static class AuditText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>The verdict in one line, which ends with a full stop.</summary>
    public static string Verdict(AuditReport report)
    {
        var model = TerminalText.Escape(report.Model);
        return report.Finding is null && !report.Layers.IsEmpty
            ? $"{model} {(report.Layers.All(layer => layer.Candidate is not null) ? "puts" : "has some")} layers of {NameList.Of([.. report.Layers.Where(layer => layer.Candidate is not null).Select(layer => report.Candidates[layer.Candidate!.Value]).Distinct()])}{(report.Layers.All(layer => layer.Candidate is not null) ? " together" : "")}: a passthrough of slices."
            : report.Finding is not { } found
            ? $"{model} could not be compared with any of the candidates."
            : found.Making switch
            {
                Making.Unexplained => $"{model} is not explained by any of the candidates.",
                Making.Relative => string.Create(Culture, $"{model} is not a merge of the candidates; it descends from {Name(report, found.Parents[0])} or shares an ancestor with it (median cosine {found.Parents[0].Coefficient:0.00})."),
                Making.Copy => $"{model} is a copy of {Name(report, found.Parents[0])}.",
                Making.Passthrough => $"{model} takes whole tensors of {Parents(report, found)}: a passthrough.",
                Making.Partly => string.Create(Culture, $"{model} is made of {Parents(report, found)} in part, but is not a weighted sum of them: {found.Unexplained:P1} of its distance to the nearest candidate is not explained. Another parent may be missing among the candidates, and then these coefficients are wrong; or weights were trimmed, dropped, weighed one by one or by matrices (as by fisher, regmean or spectral methods), or it was trained further."),
                Making.Slerp => $"{model} is a spherical interpolation (slerp) of {Parents(report, found)}.",
                Making.TaskArithmetic => $"{model} is task arithmetic of {Parents(report, found)}.",
                Making.Linear => $"{model} is a linear merge of {Parents(report, found)}.",
                _ => $"{model} is a weighted sum of {Parents(report, found)}; the weights do not add up to 1.",
            };
    }

    /// <summary>What else is to be said, a sentence in each line.</summary>
    public static IEnumerable<string> Details(AuditReport report)
    {
        foreach (var line in Layers(report))
        {
            yield return line;
        }

        if (!report.Layers.IsEmpty)
        {
            yield break;
        }

        yield return string.Create(Culture, $"{report.Tensors:N0} tensors were sampled, {report.Share:P1} of their entries.");
        foreach (var (model, reason) in report.Excluded)
        {
            yield return $"{TerminalText.Escape(model)} was left out: {reason}";
        }

        if (report.WhyNoRecipe is { } whyNot)
        {
            yield return $"Its recipe could not be compared with it: {whyNot}";
        }

        if (report.Recipe is { } recipe)
        {
            yield return Recipe(recipe);
            foreach (var (names, words) in new[]
            {
                (recipe.Tensors.Where(tensor => tensor.Likeness is Likeness.Differs).Select(tensor => tensor.Tensor).ToList(), "These are not what the recipe makes"),
                ([.. recipe.Missing], "The recipe makes these, but the model does not have them in this shape"),
                ([.. recipe.Extra], "The model has these, but the recipe does not make them in this shape"),
            })
            {
                if (names.Count > 0)
                {
                    yield return $"{words}: {NameList.Of(names)}.";
                }
            }
        }

        if (report.LicenseConflict is { } conflict)
        {
            yield return $"Licenses: {conflict}";
        }

        if (report.Finding is not { } found)
        {
            yield break;
        }

        if (found.Making is Making.Unexplained)
        {
            yield break;
        }

        yield return string.Create(Culture, $"{found.Exact:N0} of {report.Tensors - found.Untouched.Length:N0} merged tensors follow from this up to rounding; {found.Unexplained:P1} of the distance to the nearest candidate is not explained.");
        if (found.LeastSeen is { } least)
        {
            yield return string.Create(Culture, $"A candidate that is not named may still have contributed: coefficients below about {least:0.000} are not seen.");
        }

        if (!found.IsUniform)
        {
            foreach (var parent in found.Parents.Where(parent => !parent.Layers.IsEmpty))
            {
                yield return $"{Name(report, parent)} by layer: {string.Join(", ", parent.Layers.Select(layer => layer.Coefficient.ToString("0.000", Culture)))}.";
            }
        }

        foreach (var group in found.Untouched.GroupBy(tensor => tensor.Candidate))
        {
            yield return $"As in {TerminalText.Escape(report.Candidates[group.Key])}: {NameList.Of([.. group.Select(tensor => tensor.Tensor)])}.";
        }

        if (!found.Foreign.IsEmpty)
        {
            yield return $"These do not follow from the parents; they were exchanged or trained further: {NameList.Of(found.Foreign)}.";
        }
    }

    // runs of layers that follow each other in one candidate
    private static IEnumerable<string> Layers(AuditReport report)
    {
        for (var first = 0; first < report.Layers.Length;)
        {
            var (begin, last) = (report.Layers[first], first);
            while (last + 1 < report.Layers.Length && report.Layers[last + 1] is var next && next.Candidate == begin.Candidate && (begin.Candidate is null || next.Of - begin.Of == last + 1 - first))
            {
                last++;
            }

            var own = Range(begin.Layer, report.Layers[last].Layer);
            yield return begin.Candidate is { } candidate ? $"{own} {(last == first ? "is" : "are")} {Range(begin.Of, report.Layers[last].Of).ToLowerInvariant()} of {TerminalText.Escape(report.Candidates[candidate])}." : $"{own} {(last == first ? "is" : "are")} none of theirs.";
            first = last + 1;
        }

        static string Range(int from, int to) => from == to ? string.Create(Culture, $"Layer {from}") : string.Create(Culture, $"Layers {from} to {to}");
    }

    /// <summary>What was found, in a word or two.</summary>
    public static string Method(AuditFinding finding) => finding.Making switch
    {
        Making.TaskArithmetic => "task_arithmetic",
        Making.WeightedSum => "weighted_sum",
        _ => finding.Making.ToString().ToLowerInvariant(),
    };

    /// <summary>How a model stands to its recipe, in a sentence.</summary>
    public static string Recipe(RecipeAudit recipe) => recipe.Judged == 0
        ? string.Create(Culture, $"Its recipe ({recipe.Label}, {recipe.Method}) cannot be judged from a sample: the method needs whole matrices.")
        : string.Create(Culture, $"It {(recipe.IsTrue == true ? "matches" : "does not match")} its recipe ({recipe.Label}, {recipe.Method}): equal up to rounding in {recipe.Matched:N0} of {recipe.Judged:N0} sampled tensors.")
            + (recipe.Judged < recipe.Tensors.Count ? string.Create(Culture, $" {recipe.Tensors.Count - recipe.Judged:N0} more need to be read whole.") : "");

    private static string Parents(AuditReport report, AuditFinding found) =>
        string.Join(" and ", found.Parents.Select(parent => string.Create(Culture, $"{Name(report, parent)} ({parent.Coefficient:0.000}{(parent.Error is > 0 and var error ? string.Create(Culture, $" ± {Power.Z * error:0.000}") : "")})")));

    private static string Name(AuditReport report, AuditedParent parent) => TerminalText.Escape(report.Candidates[parent.Candidate]);
}
