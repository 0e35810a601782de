using MergeOps.Diagnostics;

namespace MergeOps.Cli.Rendering;

/// <summary>The page of a code, for machines.</summary>
internal static class CodeJson
{
    private const int Version = 1;

    /// <summary>Writes the object.</summary>
    public static void Write(CodePage page, TextWriter output) => JsonOutput.Write(output, Version, json =>
    {
        json.WriteString("code", page.Code.Id);
        json.WriteString("summary", page.Code.Summary);
        json.WriteString("when", page.When);
        json.WriteString("why", page.Why);
        json.WriteString("advice", page.Advice);
        json.WriteString("example", page.Example);
        json.WriteString("address", CodePage.AddressOf(page.Code));
    });
}
