using System.Reflection.Metadata;

namespace MergeOps.Methods.Contract;

/// <summary>
/// The plug-ins of one folder of this library. Those with pages beside them, Markdown files of their names that the library
/// carries, are found by these when it is built, others by their namespace: to look at every type would load every one of them.
/// </summary>
/// <param name="folder">The folder from the library's root, such as <c>Evaluation/Tasks</c>.</param>
internal sealed class PlugInFolder(string folder)
{
    private const string Extension = ".md";

    /// <summary>Makes the plug-in of a page. Code that the build writes sets it when the library is loaded: this room knows no plug-in.</summary>
    internal static Func<string, object> New { private get; set; } = page => throw new InvalidOperationException($"nothing makes the plug-in of {page}");

    private string Prefix { get; } = $"{folder.ToLowerInvariant()}/";

    /// <summary>One of each class that has a page.</summary>
    public IEnumerable<T> Instances<T>() => typeof(PlugInFolder).Assembly.GetManifestResourceNames()
        .Where(page => page.StartsWith(Prefix, StringComparison.Ordinal) && page.IndexOf('/', Prefix.Length) < 0)
        .Select(page => (T)New(page));

    /// <summary>Every class of the folder's namespace, whether or not it has a page.</summary>
    public unsafe IEnumerable<Type> Types()
    {
        var library = typeof(PlugInFolder).Assembly;
        var place = $"{nameof(MergeOps)}.{folder.Replace('/', '.')}";
        var names = new List<string>();
        if (!library.TryGetRawMetadata(out var bytes, out var length))
        {
            throw new InvalidOperationException("this library has no metadata in memory");
        }

        var metadata = new MetadataReader(bytes, length);
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            if (metadata.StringComparer.Equals(type.Namespace, place))
            {
                names.Add($"{place}.{metadata.GetString(type.Name)}");
            }
        }

        return names.Select(name => library.GetType(name, throwOnError: true)!);
    }

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
