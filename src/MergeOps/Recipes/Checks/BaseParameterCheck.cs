using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Checks;

/// <summary>Parameters on the base's own entry change nothing, because the base is what the others are compared with.</summary>
internal static class BaseParameterCheck
{
    public static void Run(IEnumerable<InputGroup> groups, MergeMethod method, DiagnosticBag diagnostics)
    {
        foreach (var group in groups)
        {
            foreach (var named in group.Inputs.Where(input => group.IsBase(input, method)).SelectMany(input => input.Parameters))
            {
                diagnostics.Warning(
                    Codes.ParameterWithoutEffect,
                    $"'{named.Name.Value}' stands on the base model, from which '{method.Name}' takes differences; it has no '{named.Name.Value}'.",
                    named.Name.Span);
            }
        }
    }
}
