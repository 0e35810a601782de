using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>Reads the YAML block at the top of a local model's card.</summary>
internal static class CardFrontMatter
{
    private const string Ruler = "---";

    /// <summary>The metadata; a card that is absent, or whose block cannot be read, says nothing.</summary>
    /// <exception cref="MergeOpsException">The card is there and the system does not let us read it, or it is a link that leaves the folder.</exception>
    public static CardFields In(string folder)
    {
        if (!File.Exists(Path.Combine(folder, ModelFileNames.Card)))
        {
            return CardFields.None;
        }

        var path = new ModelFolder(folder).Locate(ModelFileNames.Card);
        using var file = ModelFile.Open(path);
        var text = Encoding.UTF8.GetString(file.Read(0, (int)Math.Min(file.Length, YamlLimits.FileBytes)));
        return BlockOf(text) is { } block && YamlTreeReader.Read(new SourceText(path, block), new DiagnosticBag()) is YamlMapping card
            ? new(
                Texts(card, "license").FirstOrDefault(),
                Texts(card, "license_name").FirstOrDefault(),
                Texts(card, "license_link").FirstOrDefault(),
                Texts(card, "language"),
                Texts(card, "datasets"),
                Texts(card, "tags"))
            { BaseModels = Texts(card, "base_model") }
            : CardFields.None;
    }

    private static string? BlockOf(string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n');
        var end = lines[0].TrimEnd() == Ruler ? Array.FindIndex(lines, 1, line => line.TrimEnd() == Ruler) : -1;
        return end < 0 ? null : string.Join('\n', lines[1..end]) + "\n";
    }

    private static ImmutableArray<string> Texts(YamlMapping card, string key) =>
        card.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value switch
        {
            YamlScalar text when text.Text.Length > 0 => [text.Text],
            YamlSequence list => [.. list.Items.OfType<YamlScalar>().Select(text => text.Text)],
            _ => [],
        };
}
