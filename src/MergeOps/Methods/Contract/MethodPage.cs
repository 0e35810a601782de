using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>The page of a merge method or a post-processor: the Markdown file that lies beside its code, carried in the library.</summary>
internal static class MethodPage
{
    private const string TableStart = "<!-- parameters, generated from the declarations -->\n";
    private const string TableEnd = "<!-- /parameters -->\n";

    /// <summary>The folder of the methods.</summary>
    internal static PlugInFolder Folder { get; } = new(nameof(Methods));

    /// <summary>The folder of the post-processors.</summary>
    internal static PlugInFolder OfPostProcessors { get; } = new($"{nameof(Methods)}/PostProcessors");

    /// <summary>The page of a method in Markdown, its table of parameters made from the declarations.</summary>
    /// <exception cref="InvalidOperationException">The method has no page, or the page has no place for its parameters.</exception>
    public static string Of(MergeMethod method) => Shown(Renewed(method));

    /// <summary>The page of a post-processor in Markdown, its table of parameters made from the declarations.</summary>
    /// <exception cref="InvalidOperationException">It has no page, or the page has no place for its parameters.</exception>
    public static string Of(PostProcessor processor) => Shown(Renewed(processor));

    /// <summary>What the page's file should hold: its text, with the table between the markers made anew.</summary>
    internal static string Renewed(MergeMethod method) => Renewed(Folder.PageOf(method), method.Name, method.Parameters);

    /// <summary>What the page's file should hold: its text, with the table between the markers made anew.</summary>
    internal static string Renewed(PostProcessor processor) => Renewed(OfPostProcessors.PageOf(processor), processor.Name, processor.Parameters);

    private static string Shown(string page) => page
        .Replace(TableStart + "\n", "", StringComparison.Ordinal)
        .Replace("\n" + TableEnd, "", StringComparison.Ordinal);

    private static string Renewed(string source, string name, ImmutableArray<ParameterDeclaration> parameters)
    {
        var start = source.IndexOf(TableStart, StringComparison.Ordinal) + TableStart.Length;
        var end = source.IndexOf(TableEnd, StringComparison.Ordinal);
        return start < TableStart.Length || end < start
            ? throw new InvalidOperationException($"the page of {name} has no place for its parameters")
            : source[..start] + "\n" + ParameterTable.Of(parameters) + "\n" + source[end..];
    }
}
