using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Checks;

/// <summary>A model that is listed twice counts twice, which mergekit never does: it keeps one entry silently.</summary>
internal static class RepeatedModelCheck
{
    public static void Run(IEnumerable<InputGroup> groups, DiagnosticBag diagnostics)
    {
        foreach (var group in groups)
        {
            var lines = new Dictionary<(ModelReference, LayerRange?), int>();
            foreach (var input in group.Inputs)
            {
                var entry = (input.Model.Value, input.LayerRange?.Value);
                if (!lines.TryAdd(entry, input.Model.Span.Line))
                {
                    diagnostics.Warning(
                        Codes.ModelRepeated,
                        $"{TerminalText.Quoted(input.Model.Value.ToString())} is listed on line {lines[entry]} already; both entries count.",
                        input.Model.Span);
                }
            }
        }
    }
}
