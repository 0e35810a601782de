using System.Text;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>Writes a recipe that was put together as one text, which says all that its files said.</summary>
internal static class RecipeWriter
{
    /// <summary>The tree of a recipe as lines of YAML.</summary>
    public static string Write(YamlMapping root)
    {
        var text = new StringBuilder();
        WriteEntries(root, 0, text);
        return text.ToString();
    }

    /// <summary>A node as text, for comparisons.</summary>
    public static string Write(YamlNode node)
    {
        var text = new StringBuilder();
        WriteBehindKey(node, 0, text);
        return text.ToString();
    }

    // the first line stands where the text ends
    private static void WriteEntries(YamlMapping mapping, int indentation, StringBuilder text)
    {
        for (var i = 0; i < mapping.Entries.Length; i++)
        {
            text.Append(' ', i == 0 ? 0 : indentation).Append(Scalar(mapping.Entries[i].Key)).Append(':');
            WriteBehindKey(mapping.Entries[i].Value, indentation + 2, text);
        }
    }

    private static void WriteBehindKey(YamlNode node, int indentation, StringBuilder text)
    {
        if (Line(node) is { } line)
        {
            text.Append(' ').Append(line).Append('\n');
            return;
        }

        text.Append('\n').Append(' ', indentation);
        WriteLines(node, indentation, text);
    }

    private static void WriteLines(YamlNode node, int indentation, StringBuilder text)
    {
        if (node is YamlMapping mapping)
        {
            WriteEntries(mapping, indentation, text);
            return;
        }

        var items = ((YamlSequence)node).Items;
        for (var i = 0; i < items.Length; i++)
        {
            text.Append(' ', i == 0 ? 0 : indentation).Append("- ");
            if (Line(items[i]) is { } line)
            {
                text.Append(line).Append('\n');
            }
            else
            {
                WriteLines(items[i], indentation + 2, text);
            }
        }
    }

    // a short list of values reads best in one line
    private static string? Line(YamlNode node) => node switch
    {
        YamlScalar scalar => Scalar(scalar),
        YamlMapping { Entries: [] } => "{}",
        YamlSequence list when list.Items.All(item => item is YamlScalar) => $"[{string.Join(", ", list.Items.Cast<YamlScalar>().Select(Scalar))}]",
        _ => null,
    };

    private static string Scalar(YamlScalar scalar) =>
        CoreSchema.IsNull(scalar) ? "null"
        : scalar.IsPlain && ScalarText.IsPlain(scalar.Text) ? scalar.Text
        : ScalarText.Quoted(scalar.Text);
}
