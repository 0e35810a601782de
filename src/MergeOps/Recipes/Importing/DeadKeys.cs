using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>Takes out of a published recipe what mergekit ignores, so that the rest means here what it means there.</summary>
internal static class DeadKeys
{
    private static readonly DiagnosticCode[] Ignored =
    [
        Codes.KeyUnknown, Codes.KeyMisplaced, Codes.KeyWithoutEffect, Codes.ParameterUnknown, Codes.ParameterWithoutEffect, Codes.PolicyRefused,
    ];

    /// <summary>The text without them; a note says of each what it was.</summary>
    /// <param name="source">The text.</param>
    /// <param name="check">Reads a text as a recipe.</param>
    /// <param name="notes">Takes the notes.</param>
    public static SourceText Remove(SourceText source, Func<SourceText, DiagnosticBag> check, DiagnosticBag notes)
    {
        while (YamlTreeReader.Read(source, new DiagnosticBag()) is { } root)
        {
            var reasons = check(source).Where(finding => Ignored.Contains(finding.Code)).ToLookup(finding => finding.Span);
            var dead = EntryPlace.AllIn(root).Where(place => reasons.Contains(KeySpan(place))).Take(1).ToList();
            if (dead is not [var place])
            {
                return source;
            }

            var why = reasons[KeySpan(place)].First();
            notes.Note(Codes.ChangedByImport, $"{TerminalText.Quoted(place.Entry.Key.Text)}: mergekit ignores it. {why.Code.Summary}. {why.Detail.Split('\n')[0].TrimEnd(':')}");
            source = new SourceText(source.Path, place.CutFrom(source.Text));
        }

        return source;

        SourceSpan? KeySpan(EntryPlace place) => source.Span(place.Entry.Key.Start, place.Entry.Key.End);
    }
}
