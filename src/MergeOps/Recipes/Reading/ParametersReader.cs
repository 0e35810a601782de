using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads the <c>parameters</c> of one level by the declarations of the recipe's method.</summary>
internal sealed class ParametersReader(ReadingContext context)
{
    private readonly SettingReader settings = new(context);

    /// <summary>The settings of a block that may have <c>parameters</c>; empty when it has none.</summary>
    /// <param name="block">The block.</param>
    /// <param name="ofModel">Whether it is a model's own block, where parameters of the method have no place.</param>
    public ImmutableArray<NamedSetting> Read(Block block, bool ofModel)
    {
        var entries = block.MisplacedParameters.ToList();
        switch (block.Find("parameters"))
        {
            case YamlMapping mapping:
                entries.InsertRange(0, mapping.Entries);
                break;
            case { } other:
                context.Refuse(Codes.ValueMalformed, $"'parameters' holds 'name: value' lines, found {ValueReader.Describe(other)}.", other);
                break;
        }

        var read = ImmutableArray.CreateBuilder<NamedSetting>();
        foreach (var entry in entries)
        {
            if (NameOf(entry, entries, ofModel) is not { } declaration)
            {
                continue;
            }

            if (read.FirstOrDefault(named => named.Parameter.Value == declaration) is { } first)
            {
                context.Error(
                    Codes.KeyRepeated, $"'{declaration.Name}' is already on line {first.Parameter.Span.Line}. Keep one of the two.", entry.Key);
                continue;
            }

            read.Add(new(context.Locate(declaration, entry.Key), settings.Read(declaration, entry.Value)));
        }

        return read.ToImmutable();
    }

    /// <summary>The parameter of a name that stands as a value; null, with an error, when the method has none in that place.</summary>
    /// <param name="name">The name.</param>
    /// <param name="node">Where it stands.</param>
    /// <param name="ofModel">Whether it is to be a model's own.</param>
    public ParameterDeclaration? Searched(Located<string> name, YamlNode node, bool ofModel)
    {
        if (context.Method is not { } method)
        {
            return null;
        }

        var numbers = method.Parameters.Where(parameter => parameter.Kind is ParameterKind.Number && !parameter.HasNoEffect).Select(parameter => parameter.Name).ToList();
        if (method.Parameters.FirstOrDefault(parameter => parameter.Name == name.Value) is not { } declaration)
        {
            var hint = NearestName.Suggestion(name.Value, numbers);
            context.Refuse(
                Codes.ParameterUnknown,
                $"'{method.Name}' has no parameter {TerminalText.Quoted(name.Value)}.{(hint.Length > 0 ? hint : numbers.Count > 0 ? $" Its numbers are {string.Join(", ", numbers)}." : " It has no numbers.")}",
                node);
            return null;
        }

        if (ofModel && declaration.Scope is not ParameterScope.Model)
        {
            context.Refuse(Codes.KeyMisplaced, $"'{declaration.Name}' is a single value for the whole of '{method.Name}', not one for each model. Leave 'model' out.", node);
            return null;
        }

        return declaration;
    }

    private ParameterDeclaration? NameOf(YamlEntry entry, List<YamlEntry> siblings, bool ofModel)
    {
        if (context.Method is not { } method)
        {
            return null;
        }

        var name = entry.Key.Text;
        if (method.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } declaration)
        {
            return IsInPlace(entry, declaration, ofModel, method) ? declaration : null;
        }

        if (context.AnyMethodsParameters.Contains(name))
        {
            context.OfOtherMethods.Add(context.Locate(name, entry.Key));
            return null;
        }

        return Unknown(entry, siblings, method);
    }

    private bool IsInPlace(YamlEntry entry, ParameterDeclaration declaration, bool ofModel, MergeMethod method)
    {
        if (!ofModel || declaration.Scope is ParameterScope.Model || declaration.HasNoEffect)
        {
            return true;
        }

        context.Error(
            Codes.KeyMisplaced,
            UnknownKeys.Corrected(
                $"'{declaration.Name}' is a single value for the whole of '{method.Name}', not one for each model. Write it at the top level:",
                "parameters:",
                $"  {declaration.Name}: {context.TextOf(entry.Value)}"),
            entry.Key);
        return false;
    }

    private ParameterDeclaration? Unknown(YamlEntry entry, List<YamlEntry> siblings, MergeMethod method)
    {
        var name = entry.Key.Text;
        if (name == "filter")
        {
            var filtered = siblings.FirstOrDefault(sibling => method.Parameters.Any(parameter => parameter.Name == sibling.Key.Text));
            context.Error(
                Codes.KeyMisplaced,
                UnknownKeys.Corrected(
                    "'filter' belongs in an entry of a parameter's list:",
                    $"{filtered?.Key.Text ?? method.Parameters.Select(parameter => parameter.Name).FirstOrDefault("…")}:",
                    $"  - filter: {context.TextOf(entry.Value)}",
                    $"    value: {(filtered is null ? "…" : context.TextOf(filtered.Value))}"),
                entry.Key);
            return null;
        }

        if (context.Blocks.FirstOrDefault(block => block.Names.Contains(name)) is { } home)
        {
            context.Error(
                Codes.KeyMisplaced,
                UnknownKeys.Corrected($"'{name}' is not a parameter. It belongs {home.Place}:", $"{name}: {context.TextOf(entry.Value)}"),
                entry.Key);
            return null;
        }

        var own = method.Parameters.Select(parameter => parameter.Name).ToList();
        var nearest = NearestName.Of(name, own);
        var hint = nearest is not null ? $"Did you mean '{nearest}'?"
            : own.Count > 0 ? $"Its parameters are {string.Join(", ", own)}."
            : "It has none.";
        context.Error(Codes.ParameterUnknown, $"'{method.Name}' has no parameter {TerminalText.Quoted(name)}. {hint}", entry.Key);
        return method.Parameters.FirstOrDefault(parameter => parameter.Name == nearest);
    }
}
