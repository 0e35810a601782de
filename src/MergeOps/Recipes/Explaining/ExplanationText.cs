using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Recipes.Explaining;

/// <summary>An explanation for people: a block for each tensor, a line for each value.</summary>
internal static class ExplanationText
{
    // the experts of a layer are many, and all alike
    private const int MostParts = 6;

    /// <summary>Writes the explanations in their order.</summary>
    public static void Write(IEnumerable<RecipeExplanation> explanations, TextWriter output)
    {
        foreach (var explanation in explanations)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{TerminalText.Name(explanation.Tensor)}  ({explanation.Method}, t = {explanation.Position:0.####})"));
            Write(explanation.Parameters, "  ", output);
            foreach (var post in explanation.Post)
            {
                output.WriteLine($"  post {post.Name}{string.Concat(post.Parameters.Select(parameter => $"  {parameter.Name} {TerminalText.Escape(parameter.Value)}"))}");
            }

            foreach (var statistic in explanation.Statistics)
            {
                var place = statistic.File is { } file ? $"{TerminalText.Escape(file)}, {string.Join(", ", statistic.Tensors.Take(MostParts).Select(TerminalText.Name))}" : "no token reached it";
                output.WriteLine($"  {statistic.Kind} of {TerminalText.Escape(statistic.Model)}  {place}");
            }

            foreach (var input in explanation.Inputs)
            {
                var role = input.IsBase ? " (base)" : "";
                var renamed = input.Tensor == explanation.Tensor ? "" : $"  {TerminalText.Name(input.Tensor)}";
                var share = input.Share is { } part ? string.Create(CultureInfo.InvariantCulture, $"  share {part:0.####}") : "";
                output.WriteLine($"  {TerminalText.Escape(input.Model)}{role}{renamed}{share}");
                if (input.Elements is { } elements)
                {
                    Write(elements, "    from ", input.Model, output);
                }

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

    // the parts of an expression stand below it, each beside what it is for
    private static void Write(ExplainedElements elements, string lead, string model, TextWriter output)
    {
        var what = elements.Tensor is { } tensor ? TerminalText.Name(tensor) + (elements.Model == model ? "" : $" of {TerminalText.Escape(elements.Model!)}") : elements.Operation;
        var settings = string.Join(", ", elements.Settings.Select(setting => $"{setting.Key} {TextOf(setting.Value!)}"));
        output.WriteLine($"{lead}{what}{(settings.Length == 0 ? "" : $" ({settings})")}  {elements.DType} [{string.Join(", ", elements.Shape)}]");
        var indent = new string(' ', lead.Length);
        var isLong = elements.Parts.Length > MostParts;
        for (var i = 0; i < elements.Parts.Length; i++)
        {
            if (isLong && i == 1)
            {
                output.WriteLine($"{indent}… {elements.Parts.Length - 2} more");
                i = elements.Parts.Length - 1;
            }

            var part = elements.Parts[i];
            Write(part.Elements, indent + (part.Role is null ? "" : part.Role + " "), model, output);
        }
    }

    private static string TextOf(JsonNode value) => value is JsonArray list ? $"[{string.Join(", ", list)}]" : value.ToString();

    private static void Write(IReadOnlyCollection<ResolvedParameter> parameters, string indent, TextWriter output)
    {
        var nameWidth = parameters.Select(parameter => parameter.Declaration.Name.Length).DefaultIfEmpty().Max();
        var valueWidth = parameters.Select(parameter => ValueOf(parameter).Length).DefaultIfEmpty().Max();
        foreach (var parameter in parameters)
        {
            output.WriteLine(
                $"{indent}{parameter.Declaration.Name.PadRight(nameWidth)}  {ValueOf(parameter).PadRight(valueWidth)}  {PlaceOf(parameter)}".TrimEnd());
        }
    }

    private static string PlaceOf(ResolvedParameter parameter) => parameter switch
    {
        { Span: { } span } => $"{TerminalText.Escape(span.Path)}({span.Line},{span.Column})",
        { Value: null } => "",
        _ => "default",
    };
}
