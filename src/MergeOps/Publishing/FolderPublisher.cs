using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>
/// Publishes merged models to a folder: <c>ROOT/VERSION/</c> for each version, whole or not at all and never changed
/// again, and <c>ROOT/latest</c>, a text file with the highest version.
/// </summary>
/// <param name="root">The folder of one model's versions; made when absent.</param>
/// <param name="digests">What is known of files, so that a published version is read once.</param>
/// <param name="clock">Says how old an abandoned version is.</param>
internal sealed class FolderPublisher(string root, KnownDigests digests, TimeProvider clock) : IPublisher
{
    private readonly PublishedVersions versions = new(Path.GetFullPath(root), clock);

    /// <summary>What <see cref="Publish"/> would do; changes nothing.</summary>
    /// <exception cref="MergeOpsException">The version is taken by other content or damaged, or there is no merged model.</exception>
    public Publication Plan(PublicationContent content, CancellationToken cancellation = default)
    {
        var manifest = content.ReadManifest();
        versions.RequireModel(manifest.Name);
        var choice = new VersionChoice(content.Recipe, versions.Highest);
        var there = versions.All.FirstOrDefault(known => choice.Decisive?.CompareTo(known) == 0);
        var decisive = there is null ? versions.Root : versions.FolderOf(there);
        // of a damaged version nobody can say whether it holds the same
        var evidence = there is null ? null : PublishedFiles.RequireWhole(decisive, digests, cancellation);
        bool? isSame = there is null ? null : PublishedContent.In(decisive)?.IsThat(content, manifest) ?? false;
        var (version, wasThere) = choice.Decide(isSame, decisive);
        var folder = versions.FolderOf(version);
        var unsigned = wasThere ? ClosingFiles.NotesOn(content.Signer, SignatureIn(folder)) : [];
        return new Publication(folder, version.Text, manifest.ModelDigest, wasThere, [.. PublishedPaths.In(content.Recipe), .. unsigned])
        {
            Evidence = wasThere ? evidence : null,
            Steps = wasThere ? [] : [$"write version {version.Text} to {folder}", $"point {PublishedVersions.Pointer} at the highest version"],
        };
    }

    /// <summary>Publishes, or finds that the same content is published already.</summary>
    /// <param name="content">What to publish.</param>
    /// <param name="hashed">Told how many bytes were hashed, now and then; for progress: weights count twice.</param>
    /// <param name="cancellation">Stops between two files or tensors; nothing is published then.</param>
    /// <exception cref="MergeOpsException">The version is taken, the merged model is damaged, or the disk does not allow it.</exception>
    public Publication Publish(PublicationContent content, Action<long>? hashed = null, CancellationToken cancellation = default)
    {
        Publication publication;
        do
        {
            publication = Plan(content, cancellation);
        }
        while (!publication.WasThere && !TryAdd(publication, content, hashed, cancellation));

        versions.PointToHighest();
        return publication with { ListDigest = ListDigestOf(publication.Place, cancellation) };
    }

    /// <summary>Adds a version; false when another process took its place meanwhile, so that it must be planned anew.</summary>
    private bool TryAdd(Publication publication, PublicationContent content, Action<long>? hashed, CancellationToken cancellation)
    {
        DurableFolder.Create(versions.Root);
        using var stage = versions.NewStage(publication.Version);
        try
        {
            Stage(stage.Folder, content, PublicationVersion.Parse(publication.Version)!, hashed, cancellation);
            DurableFolder.Rename(stage.Folder, publication.Place);
            return true;
        }
        catch (MergeOpsException) when (Directory.Exists(publication.Place))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task<PublishedModel?> CurrentAsync(CancellationToken cancellation) =>
        Task.FromResult(versions.Current is { } current ? Find(current) ?? throw Unknown(versions.FolderOf(current)) : null);

    /// <inheritdoc/>
    public Task<PublishedModel?> FindAsync(PublicationVersion version, CancellationToken cancellation) => Task.FromResult(Find(version));

    /// <inheritdoc/>
    public Task<PublishedModel?> FindListedAsync(string listDigest, CancellationToken cancellation) => Task.FromResult(
        versions.All.OrderDescending().FirstOrDefault(version => ListDigestOf(versions.FolderOf(version), cancellation) == listDigest) is { } version ? Find(version) : null);

    /// <inheritdoc/>
    public Task<RolledBack> RollBackAsync(PublicationVersion? wanted, bool dryRun, CancellationToken cancellation)
    {
        var to = RollbackChoice.Of(versions.All, wanted, versions.Root);
        _ = PublishedFiles.RequireWhole(versions.FolderOf(to), digests, cancellation);
        var from = versions.Current!;
        var isThere = from.CompareTo(to) == 0;
        if (!isThere && !dryRun)
        {
            versions.RollBackTo(to);
        }

        return Task.FromResult(new RolledBack(
            versions.Root, from.Text, to.Text, isThere, isThere ? [] : [$"point {PublishedVersions.Pointer} at version {to.Text}"]));
    }

    private static string? ListDigestOf(string folder, CancellationToken cancellation) =>
        Path.Combine(folder, PublicationManifest.FileName) is var list && File.Exists(list) ? FileDigests.Sha256(list, cancellation) : null;

    private PublishedModel? Find(PublicationVersion version)
    {
        var folder = versions.FolderOf(version);
        return PublicationManifest.Find(folder) is { } files && PublishedContent.In(folder) is { } content
            ? new(version, files, content, _ => Task.FromResult(folder))
            : null;
    }

    // what a gate compares with is known, or the gate does not pass
    private static MergeOpsException Unknown(string folder) => new(
        Codes.PublicationUnreadable,
        $"It lacks {PublicationManifest.FileName} or {MergeManifest.FileName}, so what was published is unknown. Restore it, or remove the folder.",
        SourceSpan.File(folder));

    Task<Publication> IPublisher.PlanAsync(PublicationContent content, CancellationToken cancellation) => Task.FromResult(Plan(content, cancellation));

    Task<Publication> IPublisher.PublishAsync(PublicationContent content, Action<long>? advanced, CancellationToken cancellation) =>
        Task.FromResult(Publish(content, advanced, cancellation));

    private static void Stage(
        string staged, PublicationContent content, PublicationVersion version, Action<long>? hashed, CancellationToken cancellation)
    {
        var manifest = content.ReadManifest();
        DurableFolder.Create(staged);
        var sources = PublicationSources.Of(content, manifest, version);
        Copy(sources, staged);
        foreach (var file in sources.Derived)
        {
            DurableFile.Copy(file.Source!, Place(staged, file.Path));
        }

        foreach (var (name, bytes) in sources.Written)
        {
            DurableFile.WriteAllBytesAtomically(Place(staged, name), bytes);
        }

        sources.RequireIntact(staged, hashed, cancellation);
        var files = Record(staged, hashed, cancellation);
        if (sources.Derived.FirstOrDefault(file => files[file.Path].Sha256 != file.Sha256) is { } changed)
        {
            throw new MergeOpsException(Codes.ContentChanged, $"{TerminalText.Quoted(changed.Path)} is not the file that was derived.");
        }

        foreach (var (name, bytes) in ClosingFiles.Of(content, sources.Manifest, version, files))
        {
            DurableFile.WriteAllBytesAtomically(Place(staged, name), bytes);
        }

        foreach (var subfolder in Directory.EnumerateDirectories(staged, "*", SearchOption.AllDirectories))
        {
            DurableFolder.Flush(subfolder);
        }
    }

    private static byte[]? SignatureIn(string folder) =>
        Path.Combine(folder, ModelSignature.FileName) is var path && File.Exists(path) ? PlainFile.Read(path, ModelSignature.MaxLength) : null;

    // never under a second name: what damages the merged model must not damage what is published
    private static void Copy(PublicationSources sources, string staged)
    {
        foreach (var file in sources.Shards.Concat(sources.Copied))
        {
            DurableFile.Copy(sources.Locate(file), Place(staged, file));
        }
    }

    private static string Place(string staged, string file)
    {
        var place = Path.Combine(staged, file);
        DurableFolder.Create(Path.GetDirectoryName(place)!);
        return place;
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
}
