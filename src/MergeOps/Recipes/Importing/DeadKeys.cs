using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>Takes out of a published recipe what mergekit ignores, so that the rest means here what it means there.</summary>
internal static class DeadKeys
{
    private static readonly DiagnosticCode[] Ignored =
    [
        Codes.KeyUnknown, Codes.KeyMisplaced, Codes.KeyWithoutEffect, Codes.ParameterUnknown, Codes.ParameterWithoutEffect, Codes.PolicyRefused,
    ];

    /// <summary>The text without them; a note says of each what it was, and an error that mergekit refuses the recipe for one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="check">Reads a text as a recipe.</param>
    /// <param name="found">Takes notes and errors.</param>
    public static ImportedText Remove(ImportedText text, Func<SourceText, DiagnosticBag> check, DiagnosticBag found)
    {
        while (YamlTreeReader.ReadAll(text.Now, new DiagnosticBag()) is [_, ..] documents)
        {
            var now = text.Now;
            var reasons = check(now).Where(finding => Ignored.Contains(finding.Code)).ToLookup(finding => finding.Span);
            var dead = documents.SelectMany(root => Outermost(root, place => reasons.Contains(KeySpan(now, place)))).ToList();
            var refused = dead.Where(place => MergekitSchema.Refuses(place) is not null).ToList();
            foreach (var place in refused)
            {
                found.Error(
                    Codes.RefusedByMergekit,
                    $"{TerminalText.Quoted(place.Entry.Key.Text)}: {MergekitSchema.Refuses(place)} Remove it if it is not needed.",
                    text.PlaceOf(KeySpan(now, place)));
            }

            if (dead.Count == 0 || refused.Count > 0)
            {
                return text;
            }

            foreach (var place in dead)
            {
                var why = reasons[KeySpan(now, place)].First();
                found.Note(
                    Codes.ChangedByImport,
                    $"{TerminalText.Quoted(place.Entry.Key.Text)}: mergekit ignores it. {why.Code.Summary}. {why.Detail.Split('\n')[0].Split(UnknownKeys.KeyList)[0].TrimEnd(':')}",
                    text.PlaceOf(KeySpan(now, place)));
            }

            text = text.With(
                from place in dead
                group place.Index by place.Mapping into alike
                from edit in EntryPlace.Cut(alike.Key, alike.ToHashSet(), now.Text)
                select edit);
        }

        return text;
    }

    // what stands in a key that goes goes with it
    private static IEnumerable<EntryPlace> Outermost(YamlNode root, Func<EntryPlace, bool> isDead)
    {
        var end = -1;
        foreach (var place in EntryPlace.AllIn(root))
        {
            if (place.Entry.Key.Start >= end && isDead(place))
            {
                end = place.Entry.Value.End;
                yield return place;
            }
        }
    }

    private static SourceSpan KeySpan(SourceText source, EntryPlace place) => source.Span(place.Entry.Key.Start, place.Entry.Key.End);
}
