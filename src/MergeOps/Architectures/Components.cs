using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// The components of a model, folders with weights of their own that its libraries load together with it: modules of
/// sentence-transformers, parts of a pipeline of diffusers. Their tensors are tensors of the model; see <see cref="ComponentName"/>.
/// </summary>
internal static class Components
{
    /// <summary>The folders that hold a model's weights; <see cref="ComponentName.Own"/> is the model's own.</summary>
    /// <param name="paths">The model's files.</param>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    /// <exception cref="MergeOpsException">A file that names components is no such file.</exception>
    public static ImmutableArray<string> FoldersWithWeights(IReadOnlyCollection<string> paths, Func<string, string?> textOf)
    {
        var own = CheckpointLayout.Of(paths);
        // a whole model in one file that lies beside the folders of a pipeline is another form of it
        var parts = own is null or { IsOnlyFile: true } ? Pipelines.WithWeights(paths, textOf) : [];
        if (!parts.IsEmpty)
        {
            return parts;
        }

        var modules = SubModules.WithWeights(paths, textOf);
        return own is null && !modules.IsEmpty ? modules : [ComponentName.Own, .. modules];
    }

    /// <summary>Every folder that belongs to a model beside its own, with or without weights.</summary>
    /// <exception cref="MergeOpsException">A file that names them is no such file.</exception>
    public static ImmutableArray<string> Folders(Func<string, string?> textOf) => [.. SubModules.In(textOf), .. Pipelines.In(textOf)];

    /// <summary>Reads every header of a folder with one model, or of one weight file, whatever it is; whoever reads what a recipe names uses <see cref="ModelWeights"/>.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="findings">Takes the warnings.</param>
    /// <exception cref="MergeOpsException">There is no such model, it cannot be read, or it breaks a rule of the format.</exception>
    public static Checkpoint Open(string path, DiagnosticBag findings) => CheckpointReader.Open(
        path,
        Directory.Exists(path) ? FoldersWithWeights(LocalFolder.PathsIn(path), file => LocalFolder.TextOf(path, file, DescriptionFiles.LargestFile)) : [ComponentName.Own],
        findings,
        null);
}
