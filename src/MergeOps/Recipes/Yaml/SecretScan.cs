using System.Text.RegularExpressions;
using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Yaml;

/// <summary>Finds tokens that were pasted into a recipe, in comments too; they are never repeated in a message.</summary>
internal static partial class SecretScan
{
    /// <summary>Reports each token.</summary>
    public static void Run(SourceText source, DiagnosticBag diagnostics)
    {
        foreach (var token in Tokens().EnumerateMatches(source.Text))
        {
            var issuer = source.Text[token.Index] == 'h' ? "Hugging Face" : "GitHub";
            diagnostics.Error(
                Codes.SecretFound,
                $"A token of {issuer}, by its form. Remove it, and revoke it: what stands in a recipe stands in the history of git.",
                source.Span(token.Index, token.Index + token.Length));
        }
    }

    [GeneratedRegex(@"\b(hf_[A-Za-z0-9]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();
}
