using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>What stands in the place of an output.</summary>
/// <param name="Finished">The manifest of the finished merge of this plan; null when there is something to merge.</param>
/// <param name="Evidence">By what its weights are known to be right.</param>
/// <param name="Manifest">The identity of the manifest's file, by which a merge that another process finishes meanwhile is noticed; null without one.</param>
/// <param name="Notes">Why what stands there is made again.</param>
internal sealed record FoundOutput(MergeManifest? Finished, MergeEvidence Evidence, FileIdentity? Manifest, ImmutableArray<Diagnostic> Notes);

/// <summary>Recognizes a model that an earlier run of the same plan has finished and that is still what that run wrote.</summary>
/// <param name="folder">The place.</param>
/// <param name="plan">The plan.</param>
/// <param name="options">How to merge.</param>
/// <param name="cancellation">Stops between two pieces that are read.</param>
internal sealed class StandingOutput(OutputFolder folder, MergePlan plan, OutputOptions options, CancellationToken cancellation)
{
    private static readonly MergeEvidence None = new(0, 0, 0);

    /// <summary>Looks, and reads what nobody has read since it was written or changed.</summary>
    /// <exception cref="MergeOpsException">Something else stands there that may not go; it is never touched.</exception>
    public FoundOutput Find()
    {
        var manifestFile = ManifestIn(folder);
        if (!folder.IsTaken)
        {
            return new(null, None, manifestFile, []);
        }

        var content = new OutputContent(folder.Target, options.Digests, cancellation);
        var (manifest, objection) = Judge(content);
        return objection switch
        {
            null => new(manifest, content.Evidence, manifestFile, [.. Foreign(content.Foreign(manifest!))]),
            { IsDamage: true } => Again(objection, manifestFile),
            _ when options.OwnsOutput => Again(objection, manifestFile),
            { MayBeReplaced: true } when options.Replace => new(null, None, manifestFile, []),
            _ => throw Taken(objection),
        };
    }

    /// <summary>The identity of the manifest's file in a place; null without one.</summary>
    public static FileIdentity? ManifestIn(OutputFolder folder) =>
        Path.Combine(folder.Target, MergeManifest.FileName) is var path && File.Exists(path) ? FileIdentity.Of(path) : null;

    private (MergeManifest? Manifest, Objection? Objection) Judge(OutputContent content)
    {
        if (File.Exists(folder.Target))
        {
            return (null, new("A file of that name is there."));
        }

        MergeManifest? manifest;
        try
        {
            manifest = MergeManifest.Find(folder.Target);
        }
        catch (MergeOpsException unreadable) when (options.OwnsOutput)
        {
            return (null, new($"Its {MergeManifest.FileName} cannot be read: {unreadable.Diagnostic.Detail}"));
        }

        return manifest is null
            ? (null, new($"It holds no {MergeManifest.FileName}, so no merge wrote it."))
            : (manifest, OtherMerge(manifest) ?? content.Damage(manifest, options.LayoutOf(plan)));
    }

    // without a lock nothing but the files' own identities says that the weights are still the same
    private Objection? OtherMerge(MergeManifest manifest) =>
        manifest.PlanDigest != plan.Digest
            ? new($"It holds the merge of plan {manifest.PlanDigest[..12]}; this is plan {plan.Digest[..12]}.") { MayBeReplaced = true }
        : manifest.UnlockedInputs != UnlockedInputs.Now(plan)
            ? new("It was made from other files, or they have changed since; without a lock it is unknown whether the weights are the same. 'mergeops lock' settles that.") { MayBeReplaced = true }
        : null;

    // it is the merge still; but loaders take files by their names, and these are of somebody else
    private IEnumerable<Diagnostic> Foreign(ImmutableArray<string> files) => files.IsEmpty ? [] :
    [
        Diagnostic.Warning(
            Codes.ContentUnknown,
            $"{NameList.Of(files)} {(files.Length == 1 ? "is" : "are")} not part of this merge, and loaders may mistake {(files.Length == 1 ? "it" : "them")} for part of the model.",
            SourceSpan.File(folder.Target)),
    ];

    private FoundOutput Again(Objection objection, FileIdentity? manifestFile) => new(
        null, None, manifestFile, [Diagnostic.Warning(Codes.OutputExists, $"{objection.Detail} It is made again.", SourceSpan.File(folder.Target))]);

    private MergeOpsException Taken(Objection objection) => new(
        Codes.OutputExists,
        $"{objection.Detail} {(objection.MayBeReplaced ? "Choose another --out, or run again with --replace, which puts the new merge in its place." : "Choose another --out: --replace replaces only what a merge wrote.")}",
        SourceSpan.File(folder.Target));
}

/// <summary>Why what stands in an output's place is not the finished merge.</summary>
/// <param name="Detail">A sentence.</param>
internal sealed record Objection(string Detail)
{
    /// <summary>Whether it is another merge, which goes when the user says so.</summary>
    public bool MayBeReplaced { get; init; }

    /// <summary>Whether it is this merge with weights that no longer are what was written, of which nothing is lost when they are made again.</summary>
    public bool IsDamage { get; init; }
}
