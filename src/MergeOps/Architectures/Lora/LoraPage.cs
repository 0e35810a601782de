using System.Text;

namespace MergeOps.Architectures.Lora;

/// <summary>The table of the page about adapters: every key of their settings and what happens. Every row comes from the code that decides it.</summary>
internal static class LoraPage
{
    /// <summary>Markdown, a row for each key.</summary>
    public static string Table()
    {
        var text = new StringBuilder("| key | what happens |\n|---|---|\n");
        foreach (var key in LoraKey.All)
        {
            text.Append("| `").Append(key.Name).Append("` | ").Append(key.Happens).Append(" |\n");
        }

        return text.ToString();
    }
}
