using System.Collections.Immutable;
using System.Globalization;

namespace MergeOps.Methods.Contract;

/// <summary>The table of the parameters of a method or post-processor, generated from their declarations.</summary>
internal static class ParameterTable
{
    /// <summary>The table in Markdown; each line ends with a line feed.</summary>
    public static string Of(ImmutableArray<ParameterDeclaration> parameters) => parameters.IsEmpty
        ? "None.\n"
        : "| parameter | whose | default | values | what it does |\n|---|---|---|---|---|\n"
            + string.Concat(parameters.Select(Row));

    private static string Row(ParameterDeclaration parameter) =>
        $"| `{parameter.Name}` | {Whose(parameter)} | {Default(parameter)} | {Values(parameter)} | {Effect(parameter)} |\n";

    private static string Whose(ParameterDeclaration parameter) =>
        parameter.Scope == ParameterScope.Model ? "each model" : "the method";

    private static string Default(ParameterDeclaration parameter) => parameter switch
    {
        { IsRequired: true } => "required",
        { Default: null } => "none",
        { Kind: ParameterKind.Flag } or { Kind: ParameterKind.Choice, Default.Choice: null } => parameter.Default.Flag ? "true" : "false",
        _ => parameter.Default.ToString(),
    };

    private static string Values(ParameterDeclaration parameter) => parameter.Kind switch
    {
        ParameterKind.Flag => "true, false",
        ParameterKind.Choice => string.Join(", ", parameter.Choices),
        ParameterKind.Numbers => "a list of numbers",
        ParameterKind.Integer => "whole numbers" + Range(parameter),
        _ => "numbers" + Range(parameter),
    };

    private static string Range(ParameterDeclaration parameter) =>
        (double.IsFinite(parameter.Min), double.IsFinite(parameter.Max)) switch
        {
            (true, true) => $" from {Text(parameter.Min)} to {Text(parameter.Max)}",
            (true, false) => $" from {Text(parameter.Min)}",
            (false, true) => $" up to {Text(parameter.Max)}",
            _ => "",
        };

    private static string Effect(ParameterDeclaration parameter) =>
        parameter.HasNoEffect ? $"No effect, accepted as in mergekit ({parameter.Help})" : parameter.Help;

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
