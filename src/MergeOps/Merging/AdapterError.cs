using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;

namespace MergeOps.Merging;

/// <summary>Says how much of a change an adapter holds.</summary>
internal static class AdapterError
{
    private const int MostNamed = 4;

    /// <summary>A note about all, and a warning where tensors that the adapter does not hold have changed.</summary>
    /// <param name="adapter">What it holds.</param>
    /// <param name="target">Its folder.</param>
    public static ImmutableArray<Diagnostic> Report(ManifestAdapter adapter, string target)
    {
        var place = SourceSpan.File(target);
        var note = Diagnostic.Note(
            Codes.LoraError,
            $"The adapter differs from the change by {Share(adapter.RelativeError)} of its norm; the factors alone by {Share(ManifestChange.Of(adapter.Modules.Values).RelativeError)} of the changes that they approximate. {MergeManifest.FileName} lists it for each module.",
            place);
        if (adapter.LeftOut.IsEmpty)
        {
            return [note];
        }

        List<string> names = [.. adapter.LeftOut.OrderByDescending(one => one.Value.Change).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Key)];
        var lost = ManifestChange.Of(adapter.LeftOut.Values);
        return
        [
            note,
            Diagnostic.Warning(
                Codes.LoraChangesLost,
                $"{(names.Count == 1 ? "1 tensor" : $"{names.Count:N0} tensors")} changed and {(names.Count == 1 ? "is" : "are")} not in the adapter: {NameList.Of(names.Take(MostNamed), names.Count)}. "
                + $"With {(names.Count == 1 ? "it" : "them")} {Share(adapter.Change > 0 ? lost.Change / adapter.Change : 0)} of the change's norm is lost. Name {(names.Count == 1 ? "its module" : "their modules")} in 'modules_to_save' of 'output: {{lora: …}}', or matrices in 'target_modules'.",
                place),
        ];
    }

    private static string Share(double share) => share.ToString("0.###%", CultureInfo.InvariantCulture);
}
