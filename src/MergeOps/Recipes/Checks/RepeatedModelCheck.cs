using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Checks;

/// <summary>A model that is listed twice counts twice, unless it is the base; mergekit keeps one entry silently.</summary>
internal static class RepeatedModelCheck
{
    public static void Run(IEnumerable<InputGroup> groups, MergeMethod? method, DiagnosticBag diagnostics)
    {
        // of the base alone the number of models speaks
        foreach (var group in groups.Where(group => method is null || !BaseAlone.Is(group, method)))
        {
            foreach (var input in group.Inputs)
            {
                var first = group.Inputs.First(other => other.Model.Value == input.Model.Value && other.LayerRange?.Value == input.LayerRange?.Value);
                if (!ReferenceEquals(first, input))
                {
                    diagnostics.Warning(
                        Codes.ModelRepeated,
                        $"{TerminalText.Quoted(input.Model.Value.ToString())} is listed on line {first.Model.Span.Line} already; "
                        + (method is not null && group.IsBase(input, method) ? "as the base it counts once." : "both entries count."),
                        input.Model.Span);
                }
            }
        }
    }
}
