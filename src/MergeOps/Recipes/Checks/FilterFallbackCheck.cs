using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Checks;

/// <summary>A required parameter that only filters give leaves the other tensors without a value.</summary>
internal static class FilterFallbackCheck
{
    public static void Run(IEnumerable<InputGroup> groups, MergeMethod method, DiagnosticBag diagnostics)
    {
        var reported = new HashSet<SourceSpan>();
        foreach (var group in groups)
        {
            foreach (var declaration in method.Parameters.Where(declaration => declaration.IsRequired))
            {
                var all = declaration.Scope is ParameterScope.Model ? group.ModelsFor(method).Select(group.Levels) : [group.Levels()];
                foreach (var levels in all)
                {
                    ParameterSetting[] settings = [.. levels.SettingsOf(declaration)];
                    if (settings.Length > 0 && !settings.Any(TakesEveryTensor)
                        && ((FilteredSetting)settings[0]).Entries is [.., { Filter.Span: var place }] && reported.Add(place))
                    {
                        diagnostics.Warning(
                            Codes.FilterWithoutFallback,
                            $"Tensors that match no filter get no '{declaration.Name}', which '{method.Name}' needs. Add an entry without 'filter' at the end.",
                            place);
                    }
                }
            }
        }
    }

    private static bool TakesEveryTensor(ParameterSetting setting) =>
        setting is not FilteredSetting filtered || filtered.Entries.IsEmpty || filtered.Entries.Any(entry => entry.Filter is null or { Value: FilterText.Everything });
}
