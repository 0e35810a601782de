using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Folds the warnings that a recipe accepts into one finding for each code, which gives the author's reason.</summary>
internal static class Acceptance
{
    private const int DigestLength = 8;

    // the hundreds of codes that a stage has looked for when it is over
    private static readonly string[] OfReading = ["MOPS1"];
    private static readonly string[] OfPlanning = ["MOPS2", "MOPS3", "MOPS4"];

    /// <summary>After the recipe was read.</summary>
    public static void AfterReading(Recipe recipe, DiagnosticBag found) => Apply(recipe.Accept, OfReading, found);

    /// <summary>After it was planned.</summary>
    public static void AfterPlanning(Recipe recipe, DiagnosticBag found) => Apply(recipe.Accept, OfPlanning, found);

    /// <summary>At any later time; what is not found then may have been found by an earlier run.</summary>
    public static void Later(Recipe recipe, DiagnosticBag found) => Apply(recipe.Accept, [], found);

    /// <summary>8 hexadecimal digits of what warnings say, whatever their order and places.</summary>
    public static string DigestOf(IEnumerable<Diagnostic> warnings)
    {
        var lines = warnings.Select(warning => $"{warning.Code.Id} {warning.Detail}\n").Order(StringComparer.Ordinal);
        return TextDigest.Of(string.Concat(lines))[..DigestLength];
    }

    private static void Apply(ImmutableArray<AcceptedWarning> accepted, string[] complete, DiagnosticBag found)
    {
        foreach (var (code, reason, digest) in accepted)
        {
            var ofCode = found.Where(finding => finding.Code.Id == code.Value).ToList();
            var warnings = ofCode.FindAll(finding => finding.Severity is Severity.Warning);
            if (ofCode.Exists(finding => finding.Severity is Severity.Error))
            {
                AddOnce(Diagnostic.Error(
                    Codes.ErrorAccepted, $"{code.Value} is an error here: the merge would go wrong. Fix it, and remove this line.", code.Span));
            }

            if (warnings.Count == 0)
            {
                if (ofCode.Count == 0 && complete.Any(hundred => code.Value.StartsWith(hundred, StringComparison.Ordinal)))
                {
                    AddOnce(Diagnostic.Note(Codes.NothingAccepted, $"This recipe has no warning {code.Value}. Remove this line.", code.Span));
                }

                continue;
            }

            var now = DigestOf(warnings);
            if (digest is not null && digest.Value != now)
            {
                AddOnce(Diagnostic.Warning(
                    Codes.AcceptedChanged,
                    $"{code.Value} was accepted as {digest.Value}, but its content is now {now}. Read it again, and write 'digest: {now}' if it is still acceptable.",
                    digest.Span));
                continue;
            }

            found.RemoveAll(warnings.Contains);
            found.Add(new(warnings[0].Code, Severity.Accepted, $"({warnings.Count}): {reason} [{now}]", code.Span));
        }

        void AddOnce(Diagnostic diagnostic)
        {
            if (!found.Contains(diagnostic))
            {
                found.Add(diagnostic);
            }
        }
    }
}
