using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// One reading of the entries of a model's folder for everybody who uses them: whatever has the name of a weight file, of
/// settings or of a companion must be a plain file. Else one verb would read what another passes over.
/// </summary>
internal static class ModelEntries
{
    /// <summary>Refuses folders, pipes, devices and links that lead nowhere where a file of the model should be.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="component">One of its components, or <see cref="ComponentName.Own"/>.</param>
    /// <exception cref="MergeOpsException">There is one, or a link leaves the folder.</exception>
    public static void Require(string folder, string component)
    {
        var links = new ModelFolder(folder);
        foreach (var entry in new DirectoryInfo(Path.Combine(folder, component)).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (IsUsed(entry.Name) && !IsPlainFolder(entry))
            {
                Require(links, ComponentName.In(component, entry.Name));
            }
        }
    }

    /// <summary>Refuses the same of the settings beside a model that is a single file.</summary>
    /// <exception cref="MergeOpsException">They are no plain file.</exception>
    public static void RequireSettings(string folder)
    {
        var links = new ModelFolder(folder);
        if (links.Has(ModelFileNames.Config))
        {
            Require(links, ModelFileNames.Config);
        }
    }

    private static void Require(ModelFolder links, string file)
    {
        var path = links.Locate(file);
        var objection = PlainFile.Objection(path) ?? (RealPath.Of(path) is { } real && Path.Exists(real) ? null : "It is a link that leads nowhere.");
        if (objection is not null)
        {
            throw new MergeOpsException(Codes.NotAPlainFile, objection, SourceSpan.File(path));
        }
    }

    private static bool IsUsed(string name) =>
        CheckpointLayout.IsWeights(name) || name == ModelFileNames.Config || CheckpointLayout.IsIndex(name) || CompanionFiles.CanBe(name);

    // a folder of licenses or of Python modules is no file by mistake
    private static bool IsPlainFolder(FileSystemInfo entry) =>
        entry is DirectoryInfo && (!Path.HasExtension(entry.Name) || Path.GetExtension(entry.Name) == RemoteCode.Ending);
}
