using System.Collections.Frozen;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>A weight file of a plan, and the identity that it must keep.</summary>
internal sealed class InputFile
{
    private readonly IModelContent? elsewhere;

    private InputFile(string path, FileIdentity? identity, IModelContent? elsewhere = null) => (Path, Identity, this.elsewhere) = (path, identity, elsewhere);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>What it was when it was hashed, or else when the merge began; null where it lies elsewhere.</summary>
    public FileIdentity? Identity { get; }

    /// <summary>The digests of the tensors' blocks by the tensors' names; empty where they are not known.</summary>
    public FrozenDictionary<string, StoredBlocks> Blocks { get; private init; } = FrozenDictionary<string, StoredBlocks>.Empty;

    /// <summary>Whether what is read is compared with what was hashed.</summary>
    public bool IsCompared { get; private init; }

    /// <summary>The open file; null while it is closed.</summary>
    public IModelContent? Content { get; set; }

    /// <summary>How many threads read it now.</summary>
    public int Users { get; set; }

    /// <summary>When it was last read.</summary>
    public long LastUse { get; set; }

    /// <summary>A file as the plan and those who hashed it know it.</summary>
    /// <param name="checkpoint">The planned model.</param>
    /// <param name="file">The file's name there.</param>
    /// <param name="verified">What was hashed; null for a file that no lock knows.</param>
    /// <param name="elsewhere">Its bytes, where they do not lie here, which prove by themselves what they are of; else null.</param>
    /// <exception cref="MergeOpsException">It is gone, or is not the one that was planned or hashed.</exception>
    public static InputFile Planned(Checkpoint checkpoint, string file, VerifiedFile? verified, IModelContent? elsewhere)
    {
        var path = System.IO.Path.Combine(checkpoint.Folder, file);
        var planned = checkpoint.Files.First(known => known.Path == file);
        if (elsewhere is not null)
        {
            return HeaderDigestOf(elsewhere, checkpoint.Tensors.Values.Where(tensor => tensor.File == file).Min(tensor => tensor.Offset)) == planned.HeaderDigest
                ? new(path, null, elsewhere) { IsCompared = true }
                : throw Changed(path, "Its header is not the one that the merge was planned from.");
        }

        var identity = Now(path) ?? throw Changed(path, "It no longer exists.");
        if (identity.Size != planned.Size)
        {
            throw Changed(path, $"It has {identity.Size} bytes; it had {planned.Size} when the merge was planned.");
        }

        if (verified is not null && identity != verified.Identity)
        {
            throw Changed(path, "Another process changed or replaced it after it was hashed.");
        }

        var tensors = checkpoint.Tensors.Values.Where(tensor => tensor.File == file).ToList();
        if (verified?.Blocks is not { } blocks)
        {
            return HeaderDigestOf(path, tensors.Min(tensor => tensor.Offset)) == planned.HeaderDigest
                ? new(path, identity)
                : throw Changed(path, "It was replaced after the merge was planned: its header is different. Run again.");
        }

        return blocks.HeaderDigest == planned.HeaderDigest
            ? new(path, identity)
            {
                IsCompared = true,
                Blocks = blocks.Of(tensors).ToFrozenDictionary(
                    entry => entry.Key,
                    entry => new StoredBlocks(checkpoint.Tensors[entry.Key].Offset, checkpoint.Tensors[entry.Key].ByteLength, entry.Value),
                    StringComparer.Ordinal),
            }
            : throw Changed(path, "It was replaced between planning and hashing: its header is different. Run again.");
    }

    /// <summary>Opens it again.</summary>
    /// <exception cref="MergeOpsException">It is another file by now.</exception>
    public IModelContent Reopen()
    {
        if (elsewhere is not null)
        {
            return elsewhere;
        }

        var content = ModelFile.Open(Path);
        if (content.Identity == Identity)
        {
            return content;
        }

        content.Dispose();
        throw Changed();
    }

    /// <summary>Closes it; whoever gave what lies elsewhere closes that.</summary>
    public void Close()
    {
        if (elsewhere is null)
        {
            Content?.Dispose();
        }

        Content = null;
    }

    /// <summary>Makes sure that neither the file that was read nor the one under its name is another one.</summary>
    /// <exception cref="MergeOpsException">It changed, was replaced or is gone.</exception>
    public void RequireUnchanged()
    {
        if (elsewhere is null && (Now(Path) != Identity || (Content is ModelFile content && content.Identity != Identity)))
        {
            throw Changed();
        }
    }

    /// <summary>What to throw when it is not what it was.</summary>
    public static MergeOpsException Changed(string path, string detail) => new(Codes.InputChanged, detail, SourceSpan.File(path));

    private static string HeaderDigestOf(string path, long length)
    {
        using var content = ModelFile.Open(path);
        return HeaderDigestOf(content, length);
    }

    private static string HeaderDigestOf(IModelContent content, long length)
    {
        var header = new byte[length];
        content.Read(0, header);
        return Convert.ToHexStringLower(SHA256.HashData(header));
    }

    private MergeOpsException Changed() => Changed(Path, "Another process changed or replaced it during the merge.");

    private static FileIdentity? Now(string path) => File.Exists(path) ? FileIdentity.Of(path) : null;
}
