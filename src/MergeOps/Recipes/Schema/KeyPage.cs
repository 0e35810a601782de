using System.Text;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes.Schema;

/// <summary>The page of a recipe's keys, made from their declarations.</summary>
internal static class KeyPage
{
    private const string Head = """
        # The keys of a recipe

        Generated from the declarations in `Declarations/RecipeKeys.cs` and from those of the plug-ins; a test compares
        them. *Affects* says what a different value changes: `bytes` are covered by the plan's digest, `approval` by what people
        approve in addition to the plan, and `nothing` needs no new approval.

        """;

    /// <summary>The page in Markdown.</summary>
    public static string Write(RecipeCatalogue catalogue)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var block in catalogue.Blocks)
        {
            page.Append("\n## ").Append(char.ToUpperInvariant(block.Place[0])).Append(block.Place, 1, block.Place.Length - 1).Append("\n\n");
            page.Append("| key | affects | what it says |\n|---|---|---|\n");
            foreach (var key in block.Keys)
            {
                page.Append("| `").Append(key.Name).Append("` | ").Append(key.Affects switch { Affects.Bytes => "bytes", Affects.Approval => "approval", _ => "nothing" })
                    .Append(" | ").Append(key.Owner is { } owner && owner != key.Name ? $"with `{owner.Replace(", ", "`, `", StringComparison.Ordinal)}`: " : "")
                    .Append(key.Help.Replace("|", "\\|", StringComparison.Ordinal)).Append(key.IsRequired ? "; required" : "").Append(" |\n");
            }
        }

        return page.ToString();
    }
}
