namespace MergeOps.Methods.Contract;

/// <summary>The page of a merge method: the Markdown file that lies beside its code, carried in the library.</summary>
internal static class MethodPage
{
    private const string Prefix = "methods/";
    private const string Extension = ".md";
    private const string TableStart = "<!-- parameters, generated from the declarations -->\n";
    private const string TableEnd = "<!-- /parameters -->\n";

    /// <summary>The full names of the types that have a page.</summary>
    internal static IEnumerable<string> TypeNames =>
        from page in typeof(MethodPage).Assembly.GetManifestResourceNames()
        where page.StartsWith(Prefix, StringComparison.Ordinal)
        select $"{nameof(MergeOps)}.{nameof(Methods)}.{page[Prefix.Length..^Extension.Length]}";

    /// <summary>The page of a method in Markdown, its table of parameters made from the declarations.</summary>
    /// <exception cref="InvalidOperationException">The method has no page, or the page has no place for its parameters.</exception>
    public static string Of(MergeMethod method) => Renewed(method)
        .Replace(TableStart + "\n", "", StringComparison.Ordinal)
        .Replace("\n" + TableEnd, "", StringComparison.Ordinal);

    /// <summary>What the page's file should hold: its text, with the table between the markers made anew.</summary>
    internal static string Renewed(MergeMethod method)
    {
        var source = Source(method);
        var start = source.IndexOf(TableStart, StringComparison.Ordinal) + TableStart.Length;
        var end = source.IndexOf(TableEnd, StringComparison.Ordinal);
        return start < TableStart.Length || end < start
            ? throw new InvalidOperationException($"the page of {method.Name} has no place for its parameters")
            : source[..start] + "\n" + ParameterTable.Of(method) + "\n" + source[end..];
    }

    /// <summary>The page's file as it is.</summary>
    internal static string Source(MergeMethod method)
    {
        var type = method.GetType();
        using var stream = type.Assembly.GetManifestResourceStream(Prefix + type.Name + Extension)
            ?? throw new InvalidOperationException($"{method.Name} has no page {type.Name}{Extension}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
