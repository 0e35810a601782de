using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>Parameters that change nothing: other methods know them, or they stand on the base, which the others are compared with.</summary>
internal static class ParameterEffectCheck
{
    /// <summary>Reports parameters of other methods.</summary>
    public static void RunOnNames(MergeMethod method, ReadingContext context)
    {
        foreach (var places in context.OfOtherMethods.GroupBy(named => named.Value, StringComparer.Ordinal))
        {
            context.Diagnostics.Warning(
                Codes.ParameterWithoutEffect,
                $"'{method.Name}' does not use '{places.Key}', which belongs to other methods.{AlsoOn(places.Skip(1).Select(place => place.Span.Line))}",
                places.First().Span);
        }
    }

    /// <summary>Reports parameters on the base.</summary>
    public static void RunOnBase(IEnumerable<InputGroup> groups, MergeMethod method, ReadingContext context)
    {
        foreach (var group in groups)
        {
            foreach (var input in group.Inputs.Where(input => !input.Parameters.IsEmpty && group.IsBase(input, method)))
            {
                var parameters = input.Parameters;
                var names = string.Join(" and ", parameters.Select(named => $"'{named.Parameter.Value.Name}'"));
                context.Diagnostics.Warning(
                    Codes.ParameterWithoutEffect,
                    $"{names} {(parameters.Length == 1 ? "has" : "have")} no effect on the base model, from which '{method.Name}' takes differences.",
                    parameters[0].Parameter.Span);
            }
        }
    }

    private static string AlsoOn(IEnumerable<int> lines) =>
        lines.Distinct().ToList() is { Count: > 0 } others ? $" It is on {(others.Count == 1 ? "line" : "lines")} {string.Join(", ", others)} too." : "";
}
