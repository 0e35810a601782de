using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Publishing;

/// <summary>The README of derived files in a place of their own; it names the version that they were made of.</summary>
internal static class DerivedCard
{
    /// <summary>The card's text; two machines write the same bytes.</summary>
    public static string Write(DerivedVersion version)
    {
        var origin = version.Origin;
        var model = origin.Repository ?? origin.Name;
        var text = new StringBuilder();
        text.Append($"\n# {MarkdownText.Code(origin.Name)} {origin.Version.Text}: {string.Join(", ", version.Files.Select(file => file.Name).Distinct(StringComparer.Ordinal).Select(MarkdownText.Code))}\n\n");
        text.Append($"Made from {MarkdownText.Code(model)} {origin.Version.Text} after it passed its gates; not reproduced by a rebuild.\n\n");
        AppendFiles(text, version.Files);
        text.Append($"\n`{PublicationManifest.FileName}` lists them with the version that they were made of:\n\n| | |\n| --- | --- |\n");
        AppendRow(text, "model", model);
        AppendRow(text, "version", origin.Version.Text);
        AppendRow(text, "revision", origin.Revision);
        AppendRow(text, "plan digest", origin.PlanDigest);
        AppendRow(text, "model digest", origin.ModelDigest);
        return CardMetadata.Block(CardMetadata.OfDerived(version)) + SecretText.Redact(text.ToString());
    }

    /// <summary>A table of derived files.</summary>
    public static void AppendFiles(StringBuilder text, IEnumerable<DerivedFile> files)
    {
        text.Append("| file | | size | SHA-256 |\n| --- | --- | --- | --- |\n");
        foreach (var file in files)
        {
            text.Append($"| {MarkdownText.Code(file.Path)} | {MarkdownText.Code(file.Name)} | {ByteText.Of(file.Size)} | `{file.Sha256}` |\n");
        }
    }

    private static void AppendRow(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append($"| {name} | {MarkdownText.Code(value)} |\n");
        }
    }
}
