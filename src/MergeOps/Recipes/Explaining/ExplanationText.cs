using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Recipes.Explaining;

/// <summary>An explanation for people: a block for each tensor, a line for each value.</summary>
internal static class ExplanationText
{
    /// <summary>Writes the explanations in their order.</summary>
    public static void Write(IEnumerable<RecipeExplanation> explanations, TextWriter output)
    {
        foreach (var explanation in explanations)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{TerminalText.Name(explanation.Tensor)}  ({explanation.Method}, t = {explanation.Position:0.####})"));
            Write(explanation.Parameters, "  ", output);
            foreach (var input in explanation.Inputs)
            {
                var role = input.IsBase ? " (base)" : "";
                var renamed = input.Tensor == explanation.Tensor ? "" : $"  {TerminalText.Name(input.Tensor)}";
                var share = input.Share is { } part ? string.Create(CultureInfo.InvariantCulture, $"  share {part:0.####}") : "";
                output.WriteLine($"  {TerminalText.Escape(input.Model.ToString())}{role}{renamed}{share}");
                Write(input.Parameters, "    ", output);
            }
        }
    }

    /// <summary>A value as people write it: flags as true and false.</summary>
    public static string ValueOf(ResolvedParameter parameter) => parameter switch
    {
        { Value: null } => "not given",
        { Declaration.Kind: ParameterKind.Flag } => parameter.Value.Flag ? "true" : "false",
        { Declaration.Kind: ParameterKind.Choice, Value.Choice: null } => parameter.Value.Flag ? "true" : "false",
        _ => parameter.Value.ToString(),
    };

    private static void Write(IReadOnlyCollection<ResolvedParameter> parameters, string indent, TextWriter output)
    {
        var nameWidth = parameters.Select(parameter => parameter.Declaration.Name.Length).DefaultIfEmpty().Max();
        var valueWidth = parameters.Select(parameter => ValueOf(parameter).Length).DefaultIfEmpty().Max();
        foreach (var parameter in parameters)
        {
            output.WriteLine(
                $"{indent}{parameter.Declaration.Name.PadRight(nameWidth)}  {ValueOf(parameter).PadRight(valueWidth)}  {PlaceOf(parameter)}");
        }
    }

    private static string PlaceOf(ResolvedParameter parameter) => parameter switch
    {
        { Span: { } span } => $"{TerminalText.Escape(span.Path)}({span.Line},{span.Column})",
        { Value: null } => "",
        _ => "default",
    };
}
