using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Checks;

namespace MergeOps.Planning;

/// <summary>What a method doubts of values that depend on the tensor; of all others the recipe's own checks have spoken.</summary>
internal static class DoubtCheck
{
    /// <summary>A warning for each doubt, with the number of tensors that it concerns and the first of them.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="jobs">The output tensors.</param>
    /// <param name="diagnostics">Has the findings about the recipe, and takes the warnings.</param>
    public static void Run(Recipe recipe, IEnumerable<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        var method = recipe.MergeMethod.Value;
        if (InputGroup.Of(recipe).All(group => CombinationCheck.IsConstant(group, method)))
        {
            return;
        }

        var said = diagnostics.Where(finding => finding.Code == Codes.ParametersDoubted).Select(finding => finding.Detail).ToHashSet(StringComparer.Ordinal);
        var doubted =
            from job in jobs
            where job.Kind == JobKind.Merge
            let doubt = method.Doubts(job.Parameters, [.. job.Inputs.Select(input => input.Parameters)])
            where doubt is not null && !said.Contains(doubt)
            group job by doubt;
        foreach (var alike in doubted)
        {
            var tensors = alike.Count() == 1 ? "" : $" and {alike.Count() - 1} more";
            diagnostics.Warning(Codes.TensorsDoubted, $"{alike.Key} This is the case in tensor {TerminalText.Quoted(alike.First().Name)}{tensors}.", recipe.MergeMethod.Span);
        }
    }
}
