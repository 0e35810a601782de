namespace MergeOps.Tensors;

/// <summary>
/// Names of tensors that lie in a component, a folder of the model with weights of its own: the folder, a slash, and the
/// name that the tensor has in its file. The model's own folder is called by an empty text.
/// </summary>
internal static class ComponentName
{
    /// <summary>The model's own folder.</summary>
    public const string Own = "";

    /// <summary>A tensor or file of a component as the model calls it.</summary>
    public static string In(string component, string name) => component == Own ? name : $"{component}/{name}";

    /// <summary>The folder of a file.</summary>
    /// <param name="path">Relative to the model, with forward slashes.</param>
    public static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : Own;

    /// <summary>The component that a tensor lies in, the innermost one.</summary>
    /// <param name="name">The tensor or file as the model calls it.</param>
    /// <param name="components">The components.</param>
    public static string ComponentOf(string name, IEnumerable<string> components) =>
        components.Where(component => IsIn(component, name)).MaxBy(component => component.Length) ?? Own;

    /// <summary>The names of the files that lie in a folder itself.</summary>
    /// <param name="component">The folder.</param>
    /// <param name="paths">Files of the model.</param>
    public static IEnumerable<string> FilesIn(string component, IEnumerable<string> paths) =>
        paths.Where(path => FolderOf(path) == component).Select(path => path[(component.Length == 0 ? 0 : component.Length + 1)..]);

    private static bool IsIn(string component, string name) =>
        name.Length > component.Length && name[component.Length] == '/' && name.StartsWith(component, StringComparison.Ordinal);
}
