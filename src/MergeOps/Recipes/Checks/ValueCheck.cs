using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Checks;

/// <summary>Values that are allowed and seldom meant: each is a warning that says what it does.</summary>
internal static class ValueCheck
{
    public static void Run(Recipe recipe, DiagnosticBag diagnostics)
    {
        foreach (var named in RecipeSettings.Of(recipe))
        {
            if (named.Parameter.Value.Doubt is not { } doubt)
            {
                continue;
            }

            foreach (var value in NumbersOf(named.Setting).DistinctBy(value => value.Value))
            {
                if (doubt(value.Value) is { } reason)
                {
                    diagnostics.Warning(
                        Codes.ValueUnusual, string.Create(CultureInfo.InvariantCulture, $"'{named.Parameter.Value.Name}' is {value.Value}: {reason}"), value.Span);
                }
            }
        }
    }

    // a zero for some tensors or layers switches something off there, which is what filters and gradients are for
    private static IEnumerable<Located<double>> NumbersOf(ParameterSetting setting) => setting switch
    {
        ScalarSetting scalar => [new(scalar.Value.Number, scalar.Span)],
        GradientSetting gradient => gradient.Values.Where(value => value.Value != 0),
        FilteredSetting filtered => filtered.Entries.SelectMany(entry => NumbersOf(entry.Value)).Where(value => value.Value != 0),
        _ => [],
    };
}
