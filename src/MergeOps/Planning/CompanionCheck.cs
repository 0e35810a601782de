using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Says what the files beside the weights mean for the output: what stays behind, what differs, which weights are not read.</summary>
/// <param name="models">The models in the plan's order.</param>
/// <param name="donor">The one that gives config and companion files.</param>
/// <param name="tokenizerDonor">The one that gives the tokenizer's files.</param>
/// <param name="diagnostics">Takes what is found.</param>
internal sealed class CompanionCheck(ImmutableArray<ModelMetadata> models, ModelMetadata donor, ModelMetadata tokenizerDonor, DiagnosticBag diagnostics)
{
    /// <summary>Looks at all of it.</summary>
    public void Run()
    {
        TellWhatStaysBehind();
        TellDifferences();
        WarnOfWeights();
    }

    private IEnumerable<string> UnusedOf(ModelMetadata metadata)
    {
        var used = metadata.Checkpoint.Files.Select(file => file.Path)
            .Concat(ModelFiles.OfEveryModel(metadata.Paths, metadata.Checkpoint.Components))
            .Concat(metadata.CompanionContents.Keys)
            .Concat(CheckpointLayout.Of(metadata.Paths)?.Unread ?? [])
            .ToHashSet(StringComparer.Ordinal);
        return metadata.Paths.Where(path => !used.Contains(path) && !CompanionFiles.IsVocabulary(path) && !IsStatistics(Path.Combine(metadata.Checkpoint.Folder, path)));
    }

    // beside the folders of a pipeline such a file is another form of the whole
    private ImmutableArray<string> UnreadWeightsOf(ModelMetadata metadata) =>
        metadata.Paths.Contains(ModelFileNames.Pipeline) && !metadata.Checkpoint.Components.IsEmpty ? [] : LeftBehind.Weights(UnusedOf(metadata));

    // a file that the merge reads, whatever it is called and beside whichever model it lies
    private bool IsStatistics(string path) => models.SelectMany(metadata => metadata.Statistics).Select(measured => measured.File.Checkpoint)
        .Any(file => file.Files.Any(part => Path.GetFullPath(part.Path, file.Folder) == Path.GetFullPath(path)));

    private void TellWhatStaysBehind()
    {
        var groups = LeftBehind.Among(UnusedOf(donor).Except(UnreadWeightsOf(donor)), donor.Checkpoint.Components);
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
        var files = models.SelectMany(metadata => metadata.CompanionContents.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => new OwnedFile(name, [.. models.Where(metadata => metadata != GiverOf(name) && metadata.CompanionContents.ContainsKey(name))]))
            .Where(file => !file.Owners.IsEmpty)
            .ToList();
        var given = files.FindAll(file => GiverOf(file.Name).CompanionContents.ContainsKey(file.Name));
        foreach (var file in given.Select(file => OwnersWhere(file, (its, own) => its.IsWrittenOtherwise(own))).Where(file => !file.Owners.IsEmpty))
        {
            diagnostics.Detail(
                Codes.MinorDifference, $"{TerminalText.Quoted(file.Name)} of {file.Names}: the same settings in different bytes than in {GiverOf(file.Name).Model.Value}.", donor.Model.Span);
        }

        var different = given
            .Where(file => !DescriptionFiles.AreComparedAsTraits(file.Name))
            .Select(file => OwnersWhere(file, (its, own) => its.Differs(own)))
            .Append(new OwnedFile(RemoteCode.AutoMap, [.. models.Where(metadata => CodeOf(metadata) != CodeOf(donor))]));
        var text = Sentence("Other than what travels", different) + Sentence("Without a counterpart that travels", files.Except(given));
        if (text.Length > 0)
        {
            diagnostics.Note(Codes.CompanionsDiffer, text.TrimStart(), donor.Model.Span);
        }
    }

    private OwnedFile OwnersWhere(OwnedFile file, Func<CompanionContent, CompanionContent, bool> compare)
    {
        var given = GiverOf(file.Name).CompanionContents[file.Name];
        return file with { Owners = [.. file.Owners.Where(metadata => compare(given, metadata.CompanionContents[file.Name]))] };
    }

    private static string Sentence(string what, IEnumerable<OwnedFile> files) =>
        string.Join("; ", files.Where(file => !file.Owners.IsEmpty).Select(file => $"{TerminalText.Quoted(file.Name)} of {file.Names}")) is { Length: > 0 } list
            ? $" {what}: {list}."
            : "";

    private ModelMetadata GiverOf(string file) => CompanionFiles.IsTokenizer(file) ? tokenizerDonor : donor;

    private void WarnOfWeights()
    {
        var unread = models.Where(metadata => !UnreadWeightsOf(metadata).IsEmpty).ToList();
        if (unread.Count > 0)
        {
            diagnostics.Warning(
                Codes.WeightsUnread,
                $"{string.Join("; ", unread.Select(metadata => $"{NameList.Of(UnreadWeightsOf(metadata))} of {metadata.Model.Value}"))}: the merge does not read it, so the output lacks what it holds.",
                unread[0].Model.Span);
        }
    }

    private static string? CodeOf(ModelMetadata metadata) => metadata.Config is { } config ? RemoteCode.MapIn(config) : null;

    /// <summary>A file of some models beside the one that gives it.</summary>
    private sealed record OwnedFile(string Name, ImmutableArray<ModelMetadata> Owners)
    {
        public string Names => string.Join(", ", Owners.Select(metadata => metadata.Model.Value));
    }
}
