using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Output;

namespace MergeOps.Publishing;

/// <summary>
/// The README of a published model. Made of the recipe, the manifest and the evaluation alone, so that two machines
/// write the same bytes; whatever comes from outside stays text.
/// </summary>
internal static class ModelCard
{
    /// <summary>The card's text.</summary>
    public static string Write(PublicationContent content, MergeManifest manifest, PublicationVersion version)
    {
        var parents = PublishedParent.Of(content.Recipe);
        var text = new StringBuilder(Front(content, parents).ToString());
        text.Append('\n').Append("# ").Append(MarkdownText.Code(manifest.Name)).Append(' ').Append(version.Text).Append("\n\n");
        if (content.Recipe.Description is { } description)
        {
            text.Append(MarkdownText.Prose(description.Value)).Append("\n\n");
        }

        AppendParents(text, content, parents);
        text.Append("## Evaluation\n\n").Append(content.EvaluationMarkdown?.TrimEnd('\n') ?? "Not evaluated.").Append("\n\n");
        text.Append("## Recipe\n\n").Append(MarkdownText.Block(content.Recipe.Text, "yaml")).Append('\n');
        AppendReproduction(text, manifest, parents);
        return text.ToString();
    }

    private static FrontMatter Front(PublicationContent content, ImmutableArray<PublishedParent> parents)
    {
        string[] tags = MergekitConfig.Of(content.Recipe) is null ? ["merge", "mergeops"] : ["merge", "mergeops", "mergekit"];
        return new FrontMatter()
            .Add("base_model", [.. parents.Where(parent => parent.IsOnHub).Select(parent => parent.Name).Distinct(StringComparer.Ordinal)])
            .Add("base_model_relation", "merge")
            .Add("library_name", "transformers")
            .Add("tags", tags);
    }

    private static void AppendParents(StringBuilder text, PublicationContent content, ImmutableArray<PublishedParent> parents)
    {
        text.Append("Merged by ").Append(MarkdownText.Code(content.Recipe.MergeMethod.Value)).Append(" from:\n\n");
        text.Append("| model | revision | |\n| --- | --- | --- |\n");
        foreach (var parent in parents)
        {
            text.Append("| ").Append(MarkdownText.Code(parent.Name))
                .Append(" | ").Append(parent.Revision is { } revision ? MarkdownText.Code(revision) : "")
                .Append(" | ").Append(parent.IsBase ? "base" : "").Append(" |\n");
        }

        text.Append('\n');
    }

    private static void AppendReproduction(StringBuilder text, MergeManifest manifest, ImmutableArray<PublishedParent> parents)
    {
        text.Append("## How to reproduce\n\n");
        text.Append(manifest.Files.ContainsKey(PublicationFiles.Lock)
            ? $"`{PublicationFiles.Recipe}` is the recipe and `{PublicationFiles.Lock}` pins every input file by its SHA-256.\n"
            : $"`{PublicationFiles.Recipe}` is the recipe. Its inputs were not locked: nothing here proves which files they were.\n");
        if (parents.Any(parent => !parent.IsOnHub))
        {
            text.Append("Models that the recipe names by a path are looked up from the recipe's folder.\n");
        }

        text.Append('\n').Append(MarkdownText.Block($"mergeops merge {PublicationFiles.Recipe} --out merged\nmergeops diff merged .", "sh"));
        text.Append("\n| | |\n| --- | --- |\n");
        AppendRow(text, "plan digest", manifest.PlanDigest);
        AppendRow(text, "model digest", manifest.ModelDigest);
        AppendRow(text, "numeric class", manifest.NumericClass);
        AppendRow(text, "mergeops", manifest.PackageVersion);
        text.Append("\nMachines of one numeric class make the same bytes.\n");
    }

    private static void AppendRow(StringBuilder text, string name, string value) =>
        text.Append("| ").Append(name).Append(" | ").Append(MarkdownText.Code(value)).Append(" |\n");
}
