using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// The folder of a model: its files may be links only to other places in the folder, or, in a snapshot of a Hugging
/// Face cache, to the blobs of the same repository. Anything else could make a model show foreign files.
/// </summary>
internal sealed class ModelFolder
{
    private readonly string[] allowed;

    /// <summary>A folder that exists.</summary>
    public ModelFolder(string path)
    {
        Folder = path;
        var real = RealPath.Of(path) ?? path;
        allowed = Path.GetDirectoryName(real) is { } parent && Path.GetFileName(parent) == "snapshots"
            ? [Inside(real), Inside(Path.Combine(Path.GetDirectoryName(parent)!, "blobs"))]
            : [Inside(real)];
    }

    /// <summary>The folder, as it was named.</summary>
    public string Folder { get; }

    /// <summary>Whether a file is there, as a file or as a link to whatever.</summary>
    public bool Has(string name) => Path.Exists(Path.Combine(Folder, name)) || new FileInfo(Path.Combine(Folder, name)).LinkTarget is not null;

    /// <summary>Where a file of the model lies.</summary>
    /// <param name="file">Relative, with forward slashes, free of <c>..</c>.</param>
    /// <exception cref="MergeOpsException">A link leads out of the folder or nowhere.</exception>
    public string Locate(string file)
    {
        var located = Path.Combine(Folder, file);
        if (RealPath.Of(located) is not { } real)
        {
            throw new MergeOpsException(Codes.LinkRefused, "The link leads back to itself.", SourceSpan.File(located));
        }

        return allowed.Any(folder => real.StartsWith(folder, StringComparison.Ordinal))
            ? located
            : throw new MergeOpsException(Codes.LinkRefused,
                "It is a link that leaves the model's folder. Copy the file, or name the folder that contains it.", SourceSpan.File(located));
    }

    private static string Inside(string folder) => Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar;
}
