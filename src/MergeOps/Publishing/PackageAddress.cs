namespace MergeOps.Publishing;

/// <summary>The package URL of what lies on the Hub, as the specification of package URLs defines the type <c>huggingface</c>.</summary>
internal static class PackageAddress
{
    /// <summary>The address.</summary>
    /// <param name="location">As a recipe names it: <c>owner/name</c>, with a revision or without.</param>
    /// <param name="commit">40 hex digits; null where it is not known.</param>
    /// <param name="file">A file of it; null for all of it.</param>
    public static string Of(string location, string? commit, string? file = null) =>
        $"pkg:huggingface/{Escaped(location.Split('@')[0])}{(commit is null ? "" : $"@{commit}")}{(file is null ? "" : $"#{Escaped(file)}")}";

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
