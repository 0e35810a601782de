using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Publishing.Signing;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Holds the models and adapters of a plan against their own signatures (OpenSSF Model Signing, method <c>files</c>, a key), by the digests of the
/// lock: what a merge then reads is what was locked. Files that were signed and that no merge uses are only looked for.
/// </summary>
/// <param name="policy">Whose signatures count.</param>
/// <param name="folder">A checkout that the owners trust, where paths of keys start; null where there is none.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class SignedParents(SignedPolicy policy, string? folder, CancellationToken cancellation)
{
    private const int MostFindings = 5;

    /// <summary>Finds every reason against the plan's models.</summary>
    /// <param name="planned">The plan.</param>
    /// <param name="refuse">Takes a reason, and where the model stands.</param>
    /// <param name="found">Takes what is not judged.</param>
    /// <exception cref="MergeOpsException">A key or a signature cannot be read.</exception>
    public void Judge(PlannedRecipe planned, Action<string, SourceSpan> refuse, DiagnosticBag found)
    {
        if (folder is null && policy.Keys.Any(key => key.IsPath))
        {
            found.Warning(Codes.PolicyNotJudged, "There is no checkout of the main branch here with the keys of 'policy.signed'. Write their PEM texts into the settings to judge signatures on pull requests, too.", planned.Recipe.MergeMethod.Span);
            return;
        }

        var keys = new List<EllipticKey>();
        try
        {
            keys.AddRange(policy.Keys.Select(key => key.Open(folder ?? "")));
            foreach (var model in ModelsOf(planned).DistinctBy(model => model.Name))
            {
                foreach (var objection in Objections(model, keys, found))
                {
                    refuse(objection, model.Span);
                }
            }
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    }

    private IEnumerable<SignedModel> ModelsOf(PlannedRecipe planned) =>
        from model in planned.AllModels
        from part in model.Adapters.Select(adapter => SignedModel.Of(adapter, model.Model.Span, planned.Digests, cancellation)).Prepend(SignedModel.Of(model, planned.Digests, cancellation))
        select part;

    private ImmutableArray<string> Objections(SignedModel model, List<EllipticKey> keys, DiagnosticBag found)
    {
        if (model.Bundle is not { } bundle)
        {
            return policy.AllowsUnsigned ? [] : [$"Nobody signed {model.Name}: there is no {ModelSignature.FileName} beside its files. Where its lock is older than its signature, run `mergeops lock` again."];
        }

        var (signed, flaw) = ModelSignature.Read(bundle);
        if (signed is null)
        {
            if (!policy.AllowsUnsigned || flaw != ModelSignature.Keyless)
            {
                return [$"The signature of {model.Name} is not checked: {flaw}"];
            }

            found.Warning(Codes.PolicyNotJudged, $"The signature of {model.Name} is not checked, and {model.Name} counts as unsigned: {flaw}", model.Span);
            return [];
        }

        return keys.Exists(key => key.Verifies(signed.Envelope, signed.Signature))
            ? Shortened([.. Differences(model, signed)])
            : [$"None of the policy's keys signed {model.Name}; its signature names the key {(signed.Hint is { Length: > 0 } hint ? TerminalText.Quoted(TerminalText.Shortened(hint, 64)) : "nowhere")}."];
    }

    private static IEnumerable<string> Differences(SignedModel model, SignedFiles signed)
    {
        foreach (var path in model.Used.Order(StringComparer.Ordinal))
        {
            if (!signed.Files.TryGetValue(path, out var sha256))
            {
                yield return $"{TerminalText.Quoted(path)} of {model.Name} was not signed.";
            }
            else if (model.DigestOf(path) is not { } actual)
            {
                yield return $"The SHA-256 of {TerminalText.Quoted(path)} of {model.Name}, which its signature covers, is not in the lock. Run `mergeops lock` again.";
            }
            else if (actual != sha256)
            {
                yield return $"{TerminalText.Quoted(path)} of {model.Name} was changed after it was signed: its SHA-256 is {actual}; {sha256} was signed.";
            }
        }

        foreach (var path in signed.Files.Keys.Where(path => !model.Used.Contains(path, StringComparer.Ordinal) && model.Lacks(path)))
        {
            yield return $"{TerminalText.Quoted(path)} of {model.Name} was signed, and is missing.";
        }
    }

    private static ImmutableArray<string> Shortened(ImmutableArray<string> reasons) =>
        reasons.Length <= MostFindings ? reasons : [.. reasons.Take(MostFindings), $"{reasons.Length - MostFindings:N0} more files differ from what was signed."];
}
