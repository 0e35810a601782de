namespace MergeOps.TestHub.Storage;

/// <summary>Which folders below a root are models.</summary>
internal static class ModelFolders
{
    /// <summary>A folder with files in it is one by its own name; the folders of one without are <c>owner/name</c>.</summary>
    public static IEnumerable<(string Id, string Folder)> Below(string root) =>
        from folder in Visible(root)
        let name = Path.GetFileName(folder)
        from model in Directory.EnumerateFiles(folder).Any() ? [(name, folder)] : Visible(folder).Select(child => ($"{name}/{Path.GetFileName(child)}", child))
        select model;

    private static IEnumerable<string> Visible(string folder) =>
        Directory.EnumerateDirectories(folder).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal);
}
