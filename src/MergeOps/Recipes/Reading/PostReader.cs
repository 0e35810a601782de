using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>post</c>: post-processors by their names, each alone or with its parameters.</summary>
internal sealed class PostReader(ReadingContext context)
{
    private readonly SettingReader settings = new(context);

    private ImmutableArray<PostProcessor> Known => context.Catalogue.PostProcessors;

    /// <summary>The post-processors in their order.</summary>
    public ImmutableArray<PostSetting> Read(YamlNode? node)
    {
        var read = ImmutableArray.CreateBuilder<PostSetting>();
        foreach (var item in ListReader.Items(node, "post", "a list of '- ' entries", context))
        {
            if (One(item) is not { } setting)
            {
                continue;
            }

            if (read.FirstOrDefault(earlier => earlier.Processor.Value == setting.Processor.Value) is { } first)
            {
                context.Error(Codes.KeyRepeated, $"'{setting.Processor.Value.Name}' is already on line {first.Processor.Span.Line}. Keep one of the two.", setting.Processor.Span);
                continue;
            }

            read.Add(setting);
        }

        return read.ToImmutable();
    }

    private PostSetting? One(YamlNode item)
    {
        var (name, parameters) = item switch
        {
            YamlScalar scalar => (scalar, null),
            YamlMapping { Entries: [var entry] } => (entry.Key, CoreSchema.IsNull(entry.Value) ? null : entry.Value),
            _ => ((YamlScalar?)null, (YamlNode?)null),
        };
        if (name is null)
        {
            context.Refuse(Codes.ValueMalformed, $"An entry of 'post' is the name of a post-processor, or its name with its parameters such as 'name: {{parameter: value}}'; this is {ValueReader.Describe(item)}.", item);
            return null;
        }

        if (Known.FirstOrDefault(processor => processor.Name == name.Text) is not { } found)
        {
            var names = Known.Select(processor => processor.Name).ToList();
            var nearest = NearestName.Suggestion(name.Text, names);
            context.Refuse(
                Codes.NameUnknown, $"There is no post-processor {TerminalText.Quoted(name.Text)}.{(nearest.Length > 0 ? nearest : $" They are {string.Join(", ", names)}.")}", name);
            return null;
        }

        return new(context.Locate(found, name), Parameters(found, parameters));
    }

    private ImmutableArray<NamedSetting> Parameters(PostProcessor processor, YamlNode? node)
    {
        if (node is null)
        {
            return [];
        }

        if (node is not YamlMapping mapping)
        {
            context.Refuse(Codes.ValueMalformed, $"'{processor.Name}' takes 'name: value' lines, found {ValueReader.Describe(node)}.", node);
            return [];
        }

        var read = ImmutableArray.CreateBuilder<NamedSetting>();
        foreach (var entry in mapping.Entries)
        {
            if (processor.Parameters.FirstOrDefault(parameter => parameter.Name == entry.Key.Text) is not { } declaration)
            {
                var names = processor.Parameters.Select(parameter => parameter.Name).ToList();
                var nearest = NearestName.Suggestion(entry.Key.Text, names);
                context.Refuse(
                    Codes.ParameterUnknown,
                    $"'{processor.Name}' has no parameter {TerminalText.Quoted(entry.Key.Text)}.{(nearest.Length > 0 ? nearest : names.Count > 0 ? $" They are {string.Join(", ", names)}." : " It has none.")}",
                    entry.Key);
            }
            else if (read.FirstOrDefault(named => named.Parameter.Value == declaration) is { } first)
            {
                context.Error(Codes.KeyRepeated, $"'{declaration.Name}' is already on line {first.Parameter.Span.Line}. Keep one of the two.", entry.Key);
            }
            else
            {
                read.Add(new(context.Locate(declaration, entry.Key), settings.Read(declaration, entry.Value)));
            }
        }

        return read.ToImmutable();
    }
}
