using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Planning.Licenses;
using MergeOps.Publishing.Signing;

namespace MergeOps.Publishing;

/// <summary>
/// The README of a published model. Made of the recipe, the manifest and the evaluation alone, so that two machines
/// write the same bytes; whatever comes from outside stays text.
/// </summary>
internal static class ModelCard
{
    private const string EvaluationHeading = "## Evaluation\n\n";
    private const string NotEvaluated = "Not evaluated.";
    private const string RecipeHeading = "## Recipe\n\n";

    /// <summary>The card's text.</summary>
    public static string Write(PublicationContent content, MergeManifest manifest, PublicationVersion version)
    {
        var parents = PublishedParent.Of(content.Recipe, content.Models);
        var text = new StringBuilder();
        text.Append('\n').Append("# ").Append(MarkdownText.Code(manifest.Name)).Append(' ').Append(version.Text).Append("\n\n");
        if (content.Recipe.Description is { } description)
        {
            text.Append(MarkdownText.Prose(description.Value)).Append("\n\n");
        }

        AppendParents(text, content, parents);
        AppendConflict(text, parents);
        text.Append(EvaluationHeading);
        foreach (var image in content.EvaluationImages)
        {
            text.Append(ImageLine(image));
        }

        text.Append(content.EvaluationMarkdown?.TrimEnd('\n') ?? NotEvaluated).Append("\n\n");
        text.Append(RecipeHeading).Append(MarkdownText.Block(content.Recipe.Text, "yaml")).Append('\n');
        AppendDerived(text, content);
        AppendReproduction(text, manifest, parents, content.Signer is not null);
        return CardMetadata.Block(CardMetadata.Of(content, manifest.Name, parents)) + SecretText.Redact(text.ToString());
    }

    /// <summary>The evaluation's tables as a card that was written shows them; null when it shows none.</summary>
    /// <param name="card">The card.</param>
    /// <param name="images">The images that it shows.</param>
    public static string? EvaluationIn(string card, ImmutableArray<EvaluationImage> images)
    {
        var begin = card.IndexOf($"\n{EvaluationHeading}", StringComparison.Ordinal);
        var end = begin < 0 ? -1 : card.IndexOf($"\n{RecipeHeading}", begin, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var text = card[(begin + 1 + EvaluationHeading.Length)..end];
        foreach (var line in images.Select(ImageLine).Where(line => text.StartsWith(line, StringComparison.Ordinal)))
        {
            text = text[line.Length..];
        }

        return text.TrimEnd('\n') is { Length: > 0 } tables && tables != NotEvaluated ? tables : null;
    }

    private static string ImageLine(EvaluationImage image) => $"![{image.Title}]({image.FileName})\n\n";

    private static void AppendParents(StringBuilder text, PublicationContent content, ImmutableArray<PublishedParent> parents)
    {
        text.Append("Merged by ").Append(MarkdownText.Code(content.Recipe.MergeMethod.Value.Name)).Append(" from:\n\n");
        text.Append("| model | revision | license | |\n| --- | --- | --- | --- |\n");
        foreach (var parent in parents)
        {
            text.Append("| ").Append(MarkdownText.Code(parent.Name))
                .Append(" | ").Append(parent.Revision is { } revision ? MarkdownText.Code(revision) : "")
                .Append(" | ").Append(parent.Card.License is { } license ? MarkdownText.Code(license) : "")
                .Append(" | ").Append(parent.IsBase ? "base" : "").Append(" |\n");
        }

        text.Append('\n');
    }

    private static void AppendConflict(StringBuilder text, ImmutableArray<PublishedParent> parents)
    {
        if (MergedLicense.Of(parents.Select(parent => parent.Card.License)).Conflict is not null)
        {
            text.Append("**The licenses of these models contradict each other.** Ask the rights holders before you use or share this model.\n\n");
        }
    }

    private static void AppendDerived(StringBuilder text, PublicationContent content)
    {
        if (content.Derived.IsEmpty)
        {
            return;
        }

        text.Append("## Derived files\n\nMade from this model after it passed its gates; they are not reproduced by a rebuild.\n\n");
        DerivedCard.AppendFiles(text, content.Derived);
        text.Append('\n');
    }

    private static void AppendReproduction(StringBuilder text, MergeManifest manifest, ImmutableArray<PublishedParent> parents, bool isSigned)
    {
        text.Append("## How to reproduce\n\n");
        text.Append(manifest.Files.ContainsKey(PublicationFiles.Lock)
            ? $"`{PublicationFiles.Recipe}` is the recipe and `{PublicationFiles.Lock}` pins every input file by its SHA-256.\n"
            : $"`{PublicationFiles.Recipe}` is the recipe. Its inputs were not locked: nothing here proves which files they were.\n");
        text.Append($"`{BuildProvenance.FileName}` says what it was made from, and `{BillOfMaterials.FileName}` lists the parents and their licenses{(isSigned ? $"; `{ModelSignature.FileName}` signs all files" : "")}.\n");
        if (parents.Any(parent => !parent.IsOnHub))
        {
            text.Append("Models that the recipe names by a path are looked up from the recipe's folder.\n");
        }

        text.Append('\n').Append(MarkdownText.Block("mergeops verify . --rebuild", "sh"));
        text.Append("\n| | |\n| --- | --- |\n");
        AppendRow(text, "plan digest", manifest.PlanDigest);
        AppendRow(text, "model digest", manifest.ModelDigest);
        AppendRow(text, "numeric class", manifest.NumericClass);
        AppendRow(text, "mergeops", manifest.PackageVersion);
        text.Append("\nMachines of the same numeric class make the same bytes.\n");
    }

    private static void AppendRow(StringBuilder text, string name, string value) =>
        text.Append("| ").Append(name).Append(" | ").Append(MarkdownText.Code(value)).Append(" |\n");
}
