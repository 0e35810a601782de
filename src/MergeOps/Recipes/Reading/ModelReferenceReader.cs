using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>path[@revision][+lora[@revision]…]</c> or the long form of a model.</summary>
internal sealed class ModelReferenceReader(ReadingContext context)
{
    private readonly ModelNames names = new(context);

    /// <summary>The model; null when the node is absent, or, with an error, when it is none.</summary>
    public Located<ModelReference>? Read(YamlNode? node)
    {
        var model = node switch
        {
            null => null,
            YamlScalar scalar => ReadShort(scalar),
            YamlMapping => ReadLong(node),
            _ => Refuse($"A model is text such as 'owner/name', found {ValueReader.Describe(node)}.", node),
        };

        if (node is null || model is null)
        {
            return null;
        }

        if (model.Adapters.FirstOrDefault(adapter => adapter.IsStage) is { } stage)
        {
            Refuse($"{TerminalText.Quoted(stage.Path)} is a recipe of this file, which makes a model, not an adapter.", node);
            return null;
        }

        return context.Locate(model, node);
    }

    /// <summary>The model under <c>base_model</c>; null when the key is absent, or, with an error, when it names none.</summary>
    /// <param name="block">The block that may have the key.</param>
    public Located<ModelReference>? ReadBase(Block block)
    {
        var node = block.Find("base_model");
        var model = Read(node);
        context.BaseModelWasRefused |= model is null && node is not null;
        return model;
    }

    private ModelReference? ReadShort(YamlScalar scalar)
    {
        var text = scalar.Text;
        if (CoreSchema.Flag(scalar) is not null || CoreSchema.IsOldFlag(scalar) || (scalar.IsPlain && CoreSchema.Number(text) is not null))
        {
            return Refuse(
                $"A model is text such as 'owner/name', but some YAML readers read {TerminalText.Quoted(text)} as something else. Quote it if it is a name.",
                scalar);
        }

        if (!names.IsHarmless(scalar))
        {
            return null;
        }

        if (text.Contains('+', StringComparison.Ordinal) && ModelLocation.FindLocal(text, context.ModelsFolder) is not null)
        {
            return Refuse(
                $"There is a local path {TerminalText.Quoted(text)}, and '+' begins the name of an adapter. Write it in the long form: '{{model: {{path: {text}}}}}'.", scalar);
        }

        return ReadParts(scalar);
    }

    private ModelReference? ReadParts(YamlScalar scalar)
    {
        var parts = new List<ModelReference>();
        for (var start = 0; start <= scalar.Text.Length;)
        {
            var end = scalar.Text.IndexOf('+', start) is >= 0 and var plus ? plus : scalar.Text.Length;
            if (end == start)
            {
                context.Refuse(Codes.ModelReferenceInvalid, "A '+' separates a model from an adapter, or two adapters.", context.SpanOf(scalar, Math.Max(0, start - 1), 1));
                return null;
            }

            if (ReadPart(scalar, start, end) is not { } part)
            {
                return null;
            }

            if (parts.Skip(1).Contains(part))
            {
                context.Refuse(Codes.ModelReferenceInvalid, "An adapter is applied once.", context.SpanOf(scalar, start, end - start));
                return null;
            }

            parts.Add(part);
            start = end + 1;
        }

        return parts.AsEnumerable().Reverse().Aggregate((above, part) => part with { Lora = above });
    }

    private ModelReference? ReadPart(YamlScalar scalar, int start, int end)
    {
        var part = scalar.Text[start..end];
        var at = part.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0 && part.IndexOf('@', at + 1) is var second and >= 0)
        {
            context.Refuse(Codes.ModelReferenceInvalid, "A model may have only one '@revision'.", context.SpanOf(scalar, start + second, 1));
            return null;
        }

        var model = at < 0 ? new ModelReference(part) : new ModelReference(part[..at], part[(at + 1)..]);
        return names.Check(model, scalar, start) ? Known(model) : null;
    }

    private ModelReference Known(ModelReference model) => model with { IsStage = context.Stages.Contains(model.Path) };

    private ModelReference? ReadLong(YamlNode node)
    {
        if (Block.Open(node, RecipeKeys.LongModel, context) is not { } block
            || block.Require("model") is not { } pathNode
            || ReadLongPart(pathNode) is not { } model)
        {
            return null;
        }

        return model with
        {
            Lora = block.Find("lora") is { } lora ? ReadLongPart(lora) : null,
            OverrideArchitecture = ValueReader.Line(block.Find("override_architecture"), "override_architecture", context)?.Value,
        };
    }

    private ModelReference? ReadLongPart(YamlNode node)
    {
        if (node is YamlScalar shortForm)
        {
            return names.IsHarmless(shortForm) ? ReadPart(shortForm, 0, shortForm.Text.Length) : null;
        }

        if (Block.Open(node, RecipeKeys.ModelPath, context) is not { } block || block.Require("path") is not { } pathNode)
        {
            return null;
        }

        if (pathNode is not YamlScalar path)
        {
            return Refuse($"'path' must be text, found {ValueReader.Describe(pathNode)}.", pathNode);
        }

        var model = new ModelReference(path.Text, ValueReader.Line(block.Find("revision"), "revision", context)?.Value);
        return names.IsHarmless(path) && names.Check(model, path, 0) ? Known(model) : null;
    }

    private ModelReference? Refuse(string detail, YamlNode node)
    {
        context.Refuse(Codes.ModelReferenceInvalid, detail, node);
        return null;
    }
}
