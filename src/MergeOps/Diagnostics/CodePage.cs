using System.Reflection;

namespace MergeOps.Diagnostics;

/// <summary>What the pages beside the codes say of one: Markdown files, one for each hundred, which the library carries.</summary>
/// <param name="Code">The code.</param>
/// <param name="When">When it appears.</param>
/// <param name="Why">Why it is reported.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Example">A message, or with <paramref name="IsRecipe"/> a line of a recipe that gives it.</param>
/// <param name="IsRecipe">Whether the example is a line of a recipe.</param>
internal sealed record CodePage(DiagnosticCode Code, string When, string Why, string Advice, string Example, bool IsRecipe)
{
    private const string ResourceFolder = "diagnostics/codes/";
    private const string PagesOnTheWeb = "MergeOpsPagesUrl";
    private const string Heading = "## ";
    private const string OfWhen = "- **When:** ";
    private const string OfWhy = "- **Why:** ";
    private const string OfAdvice = "- **What to do:** ";
    private const string Fence = "```";
    private const string OfRecipe = "yaml";

    /// <summary>What the page of a code says of it; null when it says nothing.</summary>
    public static CodePage? Find(DiagnosticCode code)
    {
        using var stream = typeof(CodePage).Assembly.GetManifestResourceStream(ResourceFolder + FileNameOf(code));
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        var page = reader.ReadToEnd().ReplaceLineEndings("\n");
        var start = page.IndexOf($"{Heading}{code.Id}\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var end = page.IndexOf("\n" + Heading, start, StringComparison.Ordinal);
        var lines = page[start..(end < 0 ? page.Length : end)].Split('\n');
        var opening = Array.FindIndex(lines, line => line.StartsWith(Fence, StringComparison.Ordinal));
        var closing = Array.FindIndex(lines, opening + 1, line => line == Fence);
        return new(code, Line(lines, OfWhen), Line(lines, OfWhy), Line(lines, OfAdvice), string.Join('\n', lines[(opening + 1)..closing]), lines[opening] == Fence + OfRecipe);
    }

    /// <summary>The name of the page on which a code stands.</summary>
    public static string FileNameOf(DiagnosticCode code) => $"{code.Id[..^2]}xx.md";

    /// <summary>The address of a code's entry on the web; null where this build does not know where its pages are.</summary>
    public static string? AddressOf(DiagnosticCode code) => Pages is { } pages ? AddressOf(code, pages) : null;

    /// <summary>The address of a code's entry below that of the library's folder.</summary>
    internal static string AddressOf(DiagnosticCode code, string pages) =>
        $"{pages.TrimEnd('/')}/{nameof(Diagnostics)}/{nameof(Codes)}/{FileNameOf(code)}#{code.Id.ToLowerInvariant()}";

    /// <summary>The entry in Markdown.</summary>
    public string Text => string.Join(
        '\n', Heading + Code.Id, "", $"**{Code.Summary}.**", "", OfWhen + When, OfWhy + Why, OfAdvice + Advice, "", Fence + (IsRecipe ? OfRecipe : "text"), Example, Fence, "");

    private static string? Pages { get; } = typeof(CodePage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(entry => entry.Key == PagesOnTheWeb)?.Value;

    private static string Line(string[] lines, string label) => Array.Find(lines, line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..] ?? "";
}
