using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Merging.Output;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>A model under its version.</summary>
/// <param name="Folder">The absolute folder of the version.</param>
/// <param name="Version">The version.</param>
/// <param name="ModelDigest">The digest of its tensors.</param>
/// <param name="WasThere">Whether it was published already, so that nothing was done.</param>
/// <param name="Notes">What people should know.</param>
internal sealed record Publication(string Folder, string Version, string ModelDigest, bool WasThere, ImmutableArray<Diagnostic> Notes);

/// <summary>
/// Publishes merged models to a folder: <c>ROOT/VERSION/</c> for each version, whole or not at all and never changed
/// again, and <c>ROOT/latest</c>, a text file with the highest version.
/// </summary>
/// <param name="root">The folder of one model's versions; made when absent.</param>
internal sealed class FolderPublisher(string root)
{
    private readonly PublishedVersions versions = new(Path.GetFullPath(root));

    /// <summary>What <see cref="Publish"/> would do; reads no weights and changes nothing.</summary>
    /// <exception cref="MergeOpsException">The version is taken by other content, or there is no merged model.</exception>
    public Publication Plan(PublicationContent content)
    {
        var manifest = MergeManifest.Find(content.MergedFolder)
            ?? throw new MergeOpsException(Codes.NotAMergedModel, $"It holds no {MergeManifest.FileName}. Run 'mergeops merge' first.", SourceSpan.File(content.MergedFolder));
        versions.RequireModel(manifest.Name);
        var version = content.Recipe.Version is { } written ? PublicationVersion.Parse(written.Value)! : Free(content, manifest);
        var folder = versions.FolderOf(version);
        var isThere = Directory.Exists(folder);
        if (isThere && !PublishedVersions.IsSame(folder, content, manifest))
        {
            throw new MergeOpsException(Codes.PublishConflict,
                $"{version.Text} holds other tensors, files, recipe or scores. Give the recipe a new version such as {versions.Highest!.Next.Text}.",
                SourceSpan.File(folder));
        }

        return new Publication(folder, version.Text, manifest.ModelDigest, isThere, [.. PathsOf(content.Recipe)]);
    }

    /// <summary>Publishes, or finds that the same content is published already.</summary>
    /// <param name="content">What to publish.</param>
    /// <param name="hashed">Told how many bytes were hashed, now and then; for progress: weights count twice.</param>
    /// <param name="cancellation">Stops between two files or tensors; nothing is published then.</param>
    /// <exception cref="MergeOpsException">The version is taken, the merged model is damaged, or the disk does not allow it.</exception>
    public Publication Publish(PublicationContent content, Action<long>? hashed = null, CancellationToken cancellation = default)
    {
        var publication = Plan(content);
        if (!publication.WasThere)
        {
            DurableFolder.Create(versions.Root);
            var staged = versions.NewStage(publication.Version);
            try
            {
                Stage(staged, content, PublicationVersion.Parse(publication.Version)!, hashed, cancellation);
                DurableFolder.Rename(staged, publication.Folder);
            }
            catch
            {
                PublishedVersions.Discard(staged);
                throw;
            }
        }

        versions.PointToHighest();
        return publication;
    }

    private static void Stage(
        string staged, PublicationContent content, PublicationVersion version, Action<long>? hashed, CancellationToken cancellation)
    {
        var manifest = MergeManifest.Find(content.MergedFolder)!;
        DurableFolder.Create(staged);
        var added = AddedFiles(content, manifest, version);
        CopyMerged(content.MergedFolder, staged, manifest);
        foreach (var (name, bytes) in added)
        {
            DurableFile.WriteAllBytesAtomically(Path.Combine(staged, name), bytes);
        }

        RequireIntact(staged, manifest, hashed, cancellation);
        var files = Record(staged, hashed, cancellation);
        var publication = new PublicationManifest(manifest.Name, version.Text, manifest.PlanDigest, manifest.ModelDigest, files);
        DurableFile.WriteAllBytesAtomically(Path.Combine(staged, PublicationManifest.FileName), Encoding.UTF8.GetBytes(publication.ToJson()));
        foreach (var subfolder in Directory.EnumerateDirectories(staged, "*", SearchOption.AllDirectories))
        {
            DurableFolder.Flush(subfolder);
        }
    }

    private static SortedDictionary<string, byte[]> AddedFiles(PublicationContent content, MergeManifest manifest, PublicationVersion version)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [PublicationFiles.Card] = Encoding.UTF8.GetBytes(ModelCard.Write(content, manifest, version)),
            [PublicationFiles.Recipe] = Encoding.UTF8.GetBytes(content.Recipe.Text),
        };
        if (MergekitConfig.Of(content.Recipe) is { } config)
        {
            files.Add(PublicationFiles.MergekitConfig, Encoding.UTF8.GetBytes(config));
        }

        if (content.EvaluationJson is { } evaluation)
        {
            files.Add(PublicationFiles.Evaluation, Encoding.UTF8.GetBytes(evaluation));
        }

        return files;
    }

    // Shards are never changed in place, so a second name will do; small files are, so they are copied.
    private static void CopyMerged(string merged, string staged, MergeManifest manifest)
    {
        var links = new ModelFolder(merged);
        foreach (var shard in CheckpointReader.Open(merged, []).Files)
        {
            DurableFile.LinkOrCopy(links.Locate(shard.Path), Place(staged, shard.Path));
        }

        string[] index = File.Exists(Path.Combine(merged, CheckpointReader.IndexFile)) ? [CheckpointReader.IndexFile] : [];
        foreach (var file in Companions(manifest).Select(file => file.Key).Append(MergeManifest.FileName).Concat(index))
        {
            DurableFile.Copy(links.Locate(file), Place(staged, file));
        }
    }

    // A parent that was published itself may have brought such names along; the publication writes them anew.
    private static IEnumerable<KeyValuePair<string, string>> Companions(MergeManifest manifest) =>
        manifest.Files.Where(file => !PublicationFiles.Own.Contains(file.Key));

    private static string Place(string staged, string file)
    {
        if (PortablePath.Objection(file) is { } objection)
        {
            throw new MergeOpsException(Codes.NotAMergedModel, $"Its {MergeManifest.FileName} names {TerminalText.Quoted(file)}: {objection}");
        }

        var place = Path.Combine(staged, file);
        DurableFolder.Create(Path.GetDirectoryName(place)!);
        return place;
    }

    private static void RequireIntact(string staged, MergeManifest manifest, Action<long>? hashed, CancellationToken cancellation)
    {
        var damaged = TensorDigests.Compare(CheckpointReader.Open(staged, []), manifest, hashed, cancellation)
            .Concat(Companions(manifest)
                .Where(file => FileDigests.Sha256(Path.Combine(staged, file.Key), cancellation) != file.Value)
                .Select(file => Diagnostic.Error(Codes.ContentChanged, $"{TerminalText.Quoted(file.Key)} is not the file that the merge wrote.")))
            .FirstOrDefault();
        if (damaged is not null)
        {
            throw new MergeOpsException(damaged.Code, $"{damaged.Detail} The merged model was changed after the merge; merge again.");
        }
    }

    private static ImmutableSortedDictionary<string, PublishedFile> Record(string staged, Action<long>? hashed, CancellationToken cancellation)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, PublishedFile>(StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(staged).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            files.Add(
                Path.GetRelativePath(staged, file.FullName).Replace('\\', '/'),
                new PublishedFile(file.Length, FileDigests.Sha256(file.FullName, cancellation)));
            hashed?.Invoke(file.Length);
        }

        return files.ToImmutable();
    }

    private PublicationVersion Free(PublicationContent content, MergeManifest manifest) => versions.Highest switch
    {
        null => PublicationVersion.First,
        var highest when PublishedVersions.IsSame(versions.FolderOf(highest), content, manifest) => highest,
        var highest => highest.Next,
    };

    private static IEnumerable<Diagnostic> PathsOf(Recipe recipe) =>
        from model in ReferencedModels.Of(recipe)
        where Path.IsPathRooted(model.Value.Path)
        select Diagnostic.Warning(
            Codes.PathPublished,
            $"{TerminalText.Quoted(model.Value.Path)} is published with the recipe. A path relative to the recipe tells less.",
            model.Span);
}
