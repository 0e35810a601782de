using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Secrets;

namespace MergeOps.Recipes.Yaml;

/// <summary>Finds tokens and keys that were pasted into a recipe, in comments too; they are never repeated in a message.</summary>
internal static class SecretScan
{
    /// <summary>Reports each of them.</summary>
    public static void Run(SourceText source, DiagnosticBag diagnostics)
    {
        var byForm = TokenForms.In(source.Text);
        foreach (var (start, length) in SecretText.KnownIn(source.Text))
        {
            if (!byForm.Any(form => form.Index < start + length && start < form.Index + form.Length))
            {
                diagnostics.Error(
                    Codes.SecretFound,
                    "It is the value of a secret that this process knows. Remove it, and revoke it: git keeps it in its history.",
                    source.Span(start, start + length));
            }
        }

        foreach (var secret in byForm)
        {
            var kind = TokenForms.IssuerOf(secret.Value);
            diagnostics.Error(
                Codes.SecretFound,
                $"{char.ToUpperInvariant(kind[0])}{kind[1..]}, judging by its form. Remove it, and revoke it: git keeps it in its history.",
                source.Span(secret.Index, secret.Index + secret.Length));
        }
    }
}
