using System.Text;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>The files by which one publication is told from another.</summary>
/// <param name="Manifest">What its merge recorded.</param>
/// <param name="Recipe">The recipe's text, or null.</param>
/// <param name="Evaluation">The scores, or null.</param>
internal sealed record PublishedContent(MergeManifest Manifest, string? Recipe, string? Evaluation)
{
    /// <summary>Reads them; null when nothing of ours is published there.</summary>
    /// <param name="read">Gives a file's bytes by its name, or null when it is not there.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The manifest is damaged, or a newer version wrote it.</exception>
    public static async Task<PublishedContent?> ReadAsync(Func<string, Task<byte[]?>> read) =>
        await read(MergeManifest.FileName) is { } manifest
            ? new(
                MergeManifest.Read(manifest, MergeManifest.FileName),
                await TextAsync(read, PublicationFiles.Recipe),
                await TextAsync(read, PublicationFiles.Evaluation))
            : null;

    /// <summary>The publication in a folder; null when there is none.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The manifest is damaged, or a newer version wrote it.</exception>
    public static PublishedContent? In(string folder) =>
        MergeManifest.Find(folder) is { } manifest
            ? new(manifest, TextOf(folder, PublicationFiles.Recipe), TextOf(folder, PublicationFiles.Evaluation))
            : null;

    /// <summary>
    /// Whether this is what would be published: the same tensors and companions from the same plan, the same recipe
    /// and scores. Shards, the card, the machine, the version of the program and what a lock of the same plan says of
    /// places may differ.
    /// </summary>
    public bool IsThat(PublicationContent content, MergeManifest manifest) =>
        Decisive(Manifest, manifest).Write() == Decisive(manifest, manifest).Write()
        && Recipe == content.Recipe.Text
        && Evaluation == content.EvaluationJson;

    private static MergeManifest Decisive(MergeManifest manifest, MergeManifest now) => manifest with
    {
        PackageVersion = now.PackageVersion,
        NumericClass = now.NumericClass,
        UnlockedInputs = null,
        Files = manifest.Files.RemoveRange(manifest.Files.Keys.Where(PublicationFiles.IsOfLock)),
    };

    private static async Task<string?> TextAsync(Func<string, Task<byte[]?>> read, string file) =>
        await read(file) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static string? TextOf(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? PlainFile.ReadText(path) : null;
    }
}
