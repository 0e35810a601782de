using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Publishing;

/// <summary>
/// Which version a content gets, the same rule for every target: the recipe's, which other content must not have; else
/// the highest one when it is this content, or the next patch after it.
/// </summary>
/// <param name="recipe">What is published.</param>
/// <param name="highest">The highest published version, or null.</param>
internal sealed class VersionChoice(Recipe recipe, PublicationVersion? highest)
{
    private readonly PublicationVersion? written = recipe.Version is { } version ? PublicationVersion.Parse(version.Value) : null;

    /// <summary>The published version whose content decides; it need not exist.</summary>
    public PublicationVersion? Decisive => written ?? highest;

    /// <summary>Decides.</summary>
    /// <param name="isSame">Whether <see cref="Decisive"/> is this content; null when it does not exist.</param>
    /// <param name="place">Where that version is, for the message.</param>
    /// <exception cref="MergeOpsException">The recipe's version is taken by other content.</exception>
    public (PublicationVersion Version, bool WasThere) Decide(bool? isSame, string place) => (written, isSame) switch
    {
        (_, true) => (Decisive!, true),
        (null, _) => (highest?.Next ?? PublicationVersion.First, false),
        (_, null) => (written, false),
        _ => throw new MergeOpsException(
            Codes.PublishConflict,
            $"{written.Text} has different tensors, files, recipe or scores. Give the recipe a new version, such as {highest!.Next.Text}.",
            SourceSpan.File(place)),
    };
}
