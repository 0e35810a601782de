using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Says what the files beside the weights mean for the output: what stays behind, what differs, which weights are not read.</summary>
/// <param name="models">The models in the plan's order.</param>
/// <param name="donor">The one that gives config and companion files.</param>
/// <param name="tokenizerDonor">The one that gives the tokenizer's files.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class CompanionCheck(ImmutableArray<ModelFacts> models, ModelFacts donor, ModelFacts tokenizerDonor, DiagnosticBag diagnostics)
{
    private const string AutoMap = "auto_map";

    /// <summary>Looks at all of it.</summary>
    public void Run()
    {
        TellWhatStaysBehind();
        TellDifferences();
        WarnOfWeights();
    }

    private static IEnumerable<string> UnusedOf(ModelFacts facts)
    {
        var used = facts.Checkpoint.Files.Select(file => file.Path)
            .Concat(UsedFiles.OfEveryModel(facts.Paths))
            .Concat(facts.CompanionContents.Keys)
            .Concat(CheckpointLayout.Of(facts.Paths)?.Unread ?? [])
            .ToHashSet(StringComparer.Ordinal);
        return facts.Paths.Where(path => !used.Contains(path) && !CompanionFiles.IsVocabulary(path));
    }

    private void TellWhatStaysBehind()
    {
        var groups = LeftBehind.Among(UnusedOf(donor).Except(LeftBehind.Weights(UnusedOf(donor))));
        if (!groups.IsEmpty)
        {
            diagnostics.Note(
                Codes.FilesStayBehind,
                $"{donor.Model.Value} has {string.Join("; ", groups.Select(group => $"{NameList.Of(group.Names)} ({group.Kind})"))}.",
                donor.Model.Span);
        }
    }

    private void TellDifferences()
    {
        var files = models.SelectMany(facts => facts.CompanionContents.Keys.Select(name => (Name: name, Facts: facts)))
            .Where(file => file.Facts != GiverOf(file.Name))
            .GroupBy(file => file.Name, file => file.Facts, StringComparer.Ordinal)
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => (Name: file.Key, Given: GiverOf(file.Key).CompanionContents.GetValueOrDefault(file.Key), Owners: file.ToList()))
            .ToList();
        var different = files
            .Where(file => !IsComparedByMeaning(file.Name))
            .Select(file => (file.Name, Owners: file.Owners.Where(facts => file.Given?.Differs(facts.CompanionContents[file.Name]) == true)))
            .Append((Name: AutoMap, Owners: models.Where(facts => CodeOf(facts) != CodeOf(donor))))
            .Where(file => file.Owners.Any());
        foreach (var (name, given, owners) in files.Where(file => file.Given is not null))
        {
            if (owners.Where(facts => given!.IsWrittenOtherwise(facts.CompanionContents[name])).Select(facts => facts.Model.Value.ToString()).ToList() is { Count: > 0 } others)
            {
                diagnostics.Detail(
                    Codes.MinorDifference, $"{TerminalText.Quoted(name)} of {string.Join(", ", others)}: the same settings in other bytes than in {GiverOf(name).Model.Value}.", donor.Model.Span);
            }
        }

        var alone = files.Where(file => file.Given is null).Select(file => (file.Name, Owners: (IEnumerable<ModelFacts>)file.Owners));
        var text = Sentence("Other than what travels", different) + Sentence("Without a counterpart that travels", alone);
        if (text.Length > 0)
        {
            diagnostics.Note(Codes.CompanionsDiffer, text.TrimStart(), donor.Model.Span);
        }
    }

    private static string Sentence(string what, IEnumerable<(string Name, IEnumerable<ModelFacts> Owners)> files) =>
        string.Join("; ", files.Select(file => $"{TerminalText.Quoted(file.Name)} of {string.Join(", ", file.Owners.Select(facts => facts.Model.Value))}")) is { Length: > 0 } list
            ? $" {what}: {list}."
            : "";

    // the check of the configs shows what is different in them
    private static bool IsComparedByMeaning(string file) =>
        file is DescriptionFiles.Modules or DescriptionFiles.SentenceTransformers || file.EndsWith("/" + ModelConfig.FileName, StringComparison.Ordinal);

    private ModelFacts GiverOf(string file) => CompanionFiles.IsTokenizer(file) ? tokenizerDonor : donor;

    private void WarnOfWeights()
    {
        var unread = models
            .Select(facts => (facts.Model, Files: LeftBehind.Weights(UnusedOf(facts))))
            .Where(found => !found.Files.IsEmpty)
            .ToList();
        if (unread.Count > 0)
        {
            diagnostics.Warning(
                Codes.WeightsUnread,
                $"{string.Join("; ", unread.Select(found => $"{NameList.Of(found.Files)} of {found.Model.Value}"))}: the output will not have what is in there.",
                unread[0].Model.Span);
        }
    }

    private static string? CodeOf(ModelFacts facts) => facts.Config?.Root[AutoMap] is JsonObject map ? CanonicalJson.Write(map) : null;
}
