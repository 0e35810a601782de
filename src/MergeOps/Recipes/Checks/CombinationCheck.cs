using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Recipes.Checks;

/// <summary>
/// What the method refuses or doubts of values that are the same for every tensor (such as weights that cancel); values
/// that depend on the tensor are checked by the plan.
/// </summary>
internal static class CombinationCheck
{
    public static void Run(IEnumerable<InputGroup> groups, MergeMethod method, DiagnosticBag diagnostics)
    {
        foreach (var group in groups)
        {
            RecipeInput[] models = [.. group.ModelsFor(method)];
            if (!IsConstant(group, models, method))
            {
                continue;
            }

            var unreported = new DiagnosticBag();
            var own = ParameterResolver.ForMethod(method, group.Levels(), "", ParameterResolver.OutsideLayers, group.Span, unreported);
            ImmutableArray<ResolvedParameters> each =
            [
                .. models.Select(input => ParameterResolver.ForModel(
                    method, group.Levels(input), input, "", ParameterResolver.OutsideLayers, unreported)),
            ];
            if (unreported.HasErrors)
            {
                continue;
            }

            if (method.Refuses(own, each) is { } reason)
            {
                diagnostics.Error(Codes.ParametersRefused, $"'{method.Name}': {reason}.", Place(group, models, method));
            }
            else if (method.Doubts(own, each) is { } doubt)
            {
                diagnostics.Warning(Codes.ParametersDoubted, doubt, Place(group, models, method));
            }

            if (models.Length > 0 && method.Becomes(own, each) is { } simpler)
            {
                diagnostics.Warning(Codes.MethodIsAnother, simpler, group.Recipe.MergeMethod.Span);
            }
        }
    }

    /// <summary>Whether every value of a group is the same for every tensor.</summary>
    public static bool IsConstant(InputGroup group, MergeMethod method) => IsConstant(group, [.. group.ModelsFor(method)], method);

    private static bool IsConstant(InputGroup group, RecipeInput[] models, MergeMethod method) =>
        method.Parameters.All(declaration =>
            (declaration.Scope is ParameterScope.Model ? models.Select(group.Levels) : [group.Levels()])
            .All(levels => levels.SettingsOf(declaration).FirstOrDefault() is ScalarSetting || IsDefault(declaration, levels)));

    private static bool IsDefault(ParameterDeclaration declaration, ParameterLevels levels) =>
        !declaration.IsRequired && !levels.SettingsOf(declaration).Any();

    // the last value that a model has is where a sum goes wrong
    private static SourceSpan Place(InputGroup inputs, RecipeInput[] models, MergeMethod method) =>
        (from input in models
         from declaration in method.Parameters
         where declaration.Scope is ParameterScope.Model
         from setting in inputs.Levels(input).SettingsOf(declaration).Take(1)
         orderby setting.Span.Line, setting.Span.Column
         select setting.Span)
        .DefaultIfEmpty(inputs.Recipe.MergeMethod.Span)
        .Last();
}
