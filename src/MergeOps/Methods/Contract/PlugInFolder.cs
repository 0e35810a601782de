namespace MergeOps.Methods.Contract;

/// <summary>
/// The plug-ins of one folder of this library: each class that has a page beside it, a Markdown file of its name that the
/// library carries. They are found by their pages: to look at every type of the library would load every one of them.
/// </summary>
/// <param name="folder">The folder from the library's root, such as <c>Evaluation/Tasks</c>.</param>
internal sealed class PlugInFolder(string folder)
{
    private const string Extension = ".md";

    private string Prefix { get; } = $"{folder.ToLowerInvariant()}/";

    /// <summary>One of each class.</summary>
    public IEnumerable<T> Instances<T>() =>
        from page in typeof(PlugInFolder).Assembly.GetManifestResourceNames()
        where page.StartsWith(Prefix, StringComparison.Ordinal) && page.IndexOf('/', Prefix.Length) < 0
        let type = $"{nameof(MergeOps)}.{folder.Replace('/', '.')}.{page[Prefix.Length..^Extension.Length]}"
        select (T)Activator.CreateInstance(typeof(PlugInFolder).Assembly.GetType(type, throwOnError: true)!)!;

    /// <summary>The file of a plug-in's page as it is; those of callers' own assemblies are looked for there.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public string PageOf(object plugIn)
    {
        var type = plugIn.GetType();
        using var stream = type.Assembly.GetManifestResourceStream(Prefix + type.Name + Extension)
            ?? throw new InvalidOperationException($"{type.Name} has no page {type.Name}{Extension}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
