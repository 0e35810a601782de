using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads what a parameter is set to: one value, a gradient over the layers, or a list of filtered values.</summary>
internal sealed class SettingReader(ReadingContext context)
{
    private readonly ParameterValueReader values = new(context);

    /// <summary>The setting; one that was refused is a <see cref="BrokenSetting"/>.</summary>
    public ParameterSetting Read(ParameterDeclaration declaration, YamlNode node) =>
        Setting(declaration, node) ?? new BrokenSetting(context.SpanOf(node));

    private ParameterSetting? Setting(ParameterDeclaration declaration, YamlNode node) => node switch
    {
        YamlSequence { Items: [] } => Refuse($"'{declaration.Name}' is an empty list. Give it {ParameterValueReader.Expected(declaration)}.", node),
        YamlSequence { Items: [YamlMapping, ..] } list => Filtered(declaration, list),
        YamlMapping mapping when mapping.Entries.Any(entry => RecipeKeys.Filter.Names.Contains(entry.Key.Text)) => Refuse(
            UnknownKeys.Corrected(
                "Filtered values must be in a list, even a single one:",
                [$"{declaration.Name}:", .. mapping.Entries.Select(AsItem)]),
            node),
        _ => Value(declaration, node),
    };

    private string AsItem(YamlEntry entry, int index) =>
        $"  {(index == 0 ? '-' : ' ')} {TerminalText.Escape(entry.Key.Text)}: {context.TextOf(entry.Value)}";

    private FilteredSetting Filtered(ParameterDeclaration declaration, YamlSequence list)
    {
        var entries = ImmutableArray.CreateBuilder<FilterEntry>();
        foreach (var item in list.Items)
        {
            if (Block.Open(item, RecipeKeys.Filter, context) is not { } block)
            {
                continue;
            }

            var filter = ValueReader.Line(block.Find("filter"), "filter", context);
            var value = block.Require("value") is { } node ? Value(declaration, node) : null;
            entries.Add(new(filter, value ?? new BrokenSetting(block.Span), block.Span));
        }

        return new(entries.ToImmutable(), context.SpanOf(list));
    }

    private ParameterSetting? Value(ParameterDeclaration declaration, YamlNode node) => declaration.Kind switch
    {
        ParameterKind.Number when node is YamlSequence { Items: not [] } list => Gradient(declaration, list),
        ParameterKind.Number => Scalar(values.Number(declaration, node, "a number or a list of numbers"), node),
        ParameterKind.Numbers when node is YamlSequence { Items: not [] } list =>
            Gradient(declaration, list) is { } numbers ? Scalar(ParameterValue.Of([.. numbers.Values.Select(value => value.Value)]), node) : null,
        ParameterKind.Numbers => Scalar(values.Number(declaration, node, "a list of numbers") is { } only ? ParameterValue.Of([only.Number]) : null, node),
        _ when node is YamlSequence => Refuse(
            $"'{declaration.Name}' takes a single value and cannot vary across layers. Give it {ParameterValueReader.Expected(declaration)}.", node),
        ParameterKind.Integer => Scalar(values.Whole(declaration, node), node),
        ParameterKind.Flag => Scalar(values.Flag(declaration, node), node),
        ParameterKind.Choice => Scalar(values.Choice(declaration, node), node),
        _ => throw new ArgumentOutOfRangeException(nameof(declaration), declaration.Kind, "not a kind of parameter"),
    };

    private ScalarSetting? Scalar(ParameterValue? value, YamlNode node) => value is null ? null : new(value, context.SpanOf(node));

    private GradientSetting? Gradient(ParameterDeclaration declaration, YamlSequence list)
    {
        var numbers = ImmutableArray.CreateBuilder<Located<double>>();
        foreach (var item in list.Items)
        {
            if (values.Number(declaration, item, "a list of numbers") is { } number)
            {
                numbers.Add(context.Locate(number.Number, item));
            }
        }

        return numbers.Count == list.Items.Length ? new(numbers.ToImmutable(), context.SpanOf(list)) : null;
    }

    private ParameterSetting? Refuse(string detail, YamlNode node)
    {
        context.Refuse(Codes.ValueMalformed, detail, node);
        return null;
    }
}
