using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Single values of parameters, held against their declarations; each one that does not fit is reported and left out.</summary>
internal sealed class ParameterValueReader(ReadingContext context)
{
    /// <summary>A number in the parameter's range; true and false count as 1 and 0, with a warning.</summary>
    public ParameterValue? Number(ParameterDeclaration declaration, YamlNode node, string expected)
    {
        if (node is YamlScalar scalar && CoreSchema.Flag(scalar) is { } flag)
        {
            context.Diagnostics.Warning(
                Codes.ValueMalformed,
                $"'{declaration.Name}' is a number; {scalar.Text} counts as {(flag ? 1 : 0)}, as it does for mergekit.",
                context.SpanOf(node));
            return InRange(declaration, flag ? 1 : 0, node);
        }

        if (node is YamlScalar text && CoreSchema.Number(text.Text) is not null)
        {
            return ValueReader.Number(node, declaration.Name, context) is { } number ? InRange(declaration, number, node) : null;
        }

        context.Refuse(Codes.ValueMalformed, $"'{declaration.Name}' must be {expected}, found {ValueReader.Describe(node)}.", node);
        return null;
    }

    /// <summary>A whole number in the parameter's range.</summary>
    public ParameterValue? Whole(ParameterDeclaration declaration, YamlNode node) =>
        ValueReader.Whole(
            node,
            declaration.Name,
            long.CreateSaturating(declaration.Min),
            long.CreateSaturating(declaration.Max),
            context) is { } whole
            ? ParameterValue.Of((double)whole.Value)
            : null;

    /// <summary>true or false.</summary>
    public ParameterValue? Flag(ParameterDeclaration declaration, YamlNode node) =>
        ValueReader.Flag(node, declaration.Name, context) is { } flag ? ParameterValue.Of(flag) : null;

    /// <summary>One of the parameter's names.</summary>
    public ParameterValue? Choice(ParameterDeclaration declaration, YamlNode node)
    {
        if (node is YamlScalar scalar && declaration.Choices.Contains(scalar.Text) && CoreSchema.Flag(scalar) is null)
        {
            return ParameterValue.Of(scalar.Text);
        }

        if (declaration.Choices.Contains("true")
            && node is YamlScalar text
            && (CoreSchema.Flag(text) is not null || CoreSchema.Number(text.Text) is not null))
        {
            return Flag(declaration, node);
        }

        var suggestion = node is YamlScalar written ? NearestName.Suggestion(written.Text, declaration.Choices) : "";
        context.Refuse(
            Codes.ValueMalformed, $"'{declaration.Name}' must be {Expected(declaration)}, found {ValueReader.Describe(node)}.{suggestion}", node);
        return null;
    }

    private ParameterValue? InRange(ParameterDeclaration declaration, double number, YamlNode node)
    {
        if (number >= declaration.Min && number <= declaration.Max)
        {
            return ParameterValue.Of(number);
        }

        context.Refuse(
            Codes.ValueOutOfRange,
            string.Create(CultureInfo.InvariantCulture, $"'{declaration.Name}' must be {FormattableString.Invariant(Range(declaration))}, found {number}."),
            node);
        return null;
    }

    private static FormattableString Range(ParameterDeclaration declaration) =>
        (double.IsNegativeInfinity(declaration.Min), double.IsPositiveInfinity(declaration.Max)) switch
        {
            (false, false) => $"from {declaration.Min} to {declaration.Max}",
            (false, true) => $"at least {declaration.Min}",
            _ => $"at most {declaration.Max}",
        };

    /// <summary>What the parameter may be set to, for messages.</summary>
    public static string Expected(ParameterDeclaration declaration) => declaration.Kind switch
    {
        ParameterKind.Flag => "true or false",
        ParameterKind.Integer => "a whole number",
        ParameterKind.Choice => string.Join(" or ", declaration.Choices),
        ParameterKind.Numbers => "a list of numbers",
        _ => "a number, a list of numbers, or a list of entries with 'filter' and 'value'",
    };
}
