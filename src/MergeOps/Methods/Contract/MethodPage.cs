namespace MergeOps.Methods.Contract;

/// <summary>The page of a merge method: the Markdown file that lies beside its code, carried in the library.</summary>
internal static class MethodPage
{
    private const string TableStart = "<!-- parameters, generated from the declarations -->\n";
    private const string TableEnd = "<!-- /parameters -->\n";

    /// <summary>The folder of the methods.</summary>
    internal static PlugInFolder Folder { get; } = new(nameof(Methods));

    /// <summary>The page of a method in Markdown, its table of parameters made from the declarations.</summary>
    /// <exception cref="InvalidOperationException">The method has no page, or the page has no place for its parameters.</exception>
    public static string Of(MergeMethod method) => Renewed(method)
        .Replace(TableStart + "\n", "", StringComparison.Ordinal)
        .Replace("\n" + TableEnd, "", StringComparison.Ordinal);

    /// <summary>What the page's file should hold: its text, with the table between the markers made anew.</summary>
    internal static string Renewed(MergeMethod method)
    {
        var source = Folder.PageOf(method);
        var start = source.IndexOf(TableStart, StringComparison.Ordinal) + TableStart.Length;
        var end = source.IndexOf(TableEnd, StringComparison.Ordinal);
        return start < TableStart.Length || end < start
            ? throw new InvalidOperationException($"the page of {method.Name} has no place for its parameters")
            : source[..start] + "\n" + ParameterTable.Of(method) + "\n" + source[end..];
    }
}
