using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Checks;

/// <summary>All sources of a slice give the same number of layers.</summary>
internal static class LayerCheck
{
    public static void Run(IEnumerable<InputGroup> groups, DiagnosticBag diagnostics)
    {
        foreach (var group in groups)
        {
            var ranges = group.Inputs.Select(input => input.LayerRange).OfType<Located<LayerRange>>().ToList();
            foreach (var range in ranges.Skip(1).Where(range => range.Value.Length != ranges[0].Value.Length))
            {
                diagnostics.Error(
                    Codes.LayerRangeInvalid,
                    "All sources of a slice need the same number of layers: "
                    + $"{ranges[0].Value.Length} on line {ranges[0].Span.Line}, {range.Value.Length} here.",
                    range.Span);
            }
        }
    }
}
