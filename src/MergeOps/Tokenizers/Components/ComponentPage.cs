using System.Text;

namespace MergeOps.Tokenizers.Components;

/// <summary>The table of the page on tokenizers: which components are exact and which are refused.</summary>
internal static class ComponentPage
{
    /// <summary>The table in Markdown, with the line ends of Unix.</summary>
    public static string Table()
    {
        var table = new StringBuilder("| part of `tokenizer.json` | exact | refused |\n|---|---|---|\n");
        foreach (var kind in ComponentKind.All)
        {
            var refused = kind.Refused.Select(type => $"`{type.Type}`: {type.Why}").DefaultIfEmpty("none").Append("unknown types and settings");
            table.Append($"| `{kind.Key}` | {string.Join(", ", kind.Exact.Keys.Select(type => $"`{type}`"))} | {string.Join("; ", refused)} |\n");
        }

        return table.ToString();
    }
}
