using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Checks;

/// <summary>
/// Required parameters are given. One that stands nowhere in a recipe with other errors is not reported: the misspelled
/// or misplaced key is the likelier cause, and the next run tells.
/// </summary>
internal static class RequiredParameterCheck
{
    public static void Run(IReadOnlyCollection<InputGroup> groups, MergeMethod method, DiagnosticBag diagnostics)
    {
        var othersAreWrong = diagnostics.HasErrors;
        foreach (var declaration in method.Parameters.Where(declaration => declaration.IsRequired))
        {
            var missing = Places(groups, method, declaration).Where(place => !place.IsGiven).ToList();
            if (missing.Count == 0 || (othersAreWrong && missing.Count == Places(groups, method, declaration).Count()))
            {
                continue;
            }

            foreach (var place in missing.DistinctBy(place => place.Span))
            {
                diagnostics.Error(
                    Codes.ParameterMissing,
                    $"'{method.Name}' needs '{declaration.Name}'{(place.Model is { } model ? $" for {TerminalText.Quoted(model)}" : "")}: {declaration.Help}.",
                    place.Span);
            }
        }
    }

    private static IEnumerable<Place> Places(
        IEnumerable<InputGroup> groups, MergeMethod method, ParameterDeclaration declaration) =>
        declaration.Scope is ParameterScope.Model
            ? from g in groups
              from input in g.ModelsFor(method)
              select new Place(input.Model.Value.ToString(), g.Levels(input).SettingsOf(declaration).Any(), input.Model.Span)
            : from g in groups
              select new Place(null, g.Levels().SettingsOf(declaration).Any(), g.Recipe.MergeMethod.Span);

    private sealed record Place(string? Model, bool IsGiven, SourceSpan Span);
}
