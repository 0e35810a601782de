using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Evaluation.Data;

/// <summary>The documents that a task file of lm-evaluation-harness names: local files, in the split that is measured.</summary>
/// <param name="file">The task file.</param>
/// <param name="named">How messages name it.</param>
/// <param name="mistakes">Takes the mistakes.</param>
internal sealed class HarnessData(HarnessFile file, string named, DiagnosticBag mistakes)
{
    private static readonly ImmutableArray<string> MeasuredSplits = ["test_split", "validation_split"];

    /// <summary>The documents of the split that is measured, and how messages name their file; null after diagnostics.</summary>
    public (string Named, IEnumerable<HarnessDocument> Documents)? Documents()
    {
        var format = (file.Entries.GetValueOrDefault("dataset_path")?.Value as YamlScalar)?.Text;
        if (format is not ("json" or "csv"))
        {
            Refuse(
                "'dataset_path' must be 'json' or 'csv', with local files under 'dataset_kwargs: { data_files: … }'. Export the data set to a local file: its rows are read as they are.",
                file.Entries.TryGetValue("dataset_path", out var given) ? HarnessFile.PlaceOf(given.Value) : SourceSpan.File(named));
        }

        if (FileOfSplit() is not { } node || file.BytesOf(node, "data_files") is not { } found)
        {
            return null;
        }

        var text = EvaluationFile.TextOf(found.Bytes);
        return (found.Named, format == "csv" ? HarnessDocuments.OfCsv(text) : HarnessDocuments.OfJson(text));
    }

    private YamlNode? FileOfSplit()
    {
        var splits = MeasuredSplits.Select(file.Entries.GetValueOrDefault).FirstOrDefault(entry => entry is not null && !CoreSchema.IsNull(entry.Value));
        if ((splits?.Value as YamlScalar)?.Text is not { Length: > 0 } split)
        {
            Refuse("The file names neither a 'test_split' nor a 'validation_split', and one of them is what is measured.", splits is null ? SourceSpan.File(named) : HarnessFile.PlaceOf(splits.Value));
            return null;
        }

        if (file.Entries.GetValueOrDefault("dataset_kwargs") is not { Value: YamlMapping { Entries: var settings } } kwargs)
        {
            Refuse("The file names no data. Write 'dataset_kwargs: { data_files: { test: PATH } }'.", SourceSpan.File(named));
            return null;
        }

        foreach (var setting in settings.Where(setting => setting.Key.Text != "data_files"))
        {
            Refuse($"'{setting.Key.Text}' of 'dataset_kwargs' cannot be kept: local files are read as they are.", HarnessFile.PlaceOf(setting.Key));
        }

        var files = settings.FirstOrDefault(setting => setting.Key.Text == "data_files")?.Value;
        var node = files switch
        {
            YamlMapping mapping => mapping.Entries.FirstOrDefault(entry => entry.Key.Text == split)?.Value,
            // what is given without a split is the split 'train' there
            not null when split == "train" => files,
            _ => null,
        };
        if (node is null)
        {
            Refuse(
                files is YamlMapping { Entries: var known }
                    ? $"'data_files' has no split {TerminalText.Quoted(split)}, which is measured.{NearestName.Suggestion(split, known.Select(entry => entry.Key.Text))}"
                    : $"'data_files' must be a mapping with the split {TerminalText.Quoted(split)}, which is measured; a path alone is the split 'train'.",
                HarnessFile.PlaceOf(files ?? kwargs.Key));
        }

        return node is YamlSequence { Items: [var only] } ? only : node;
    }

    private void Refuse(string detail, SourceSpan place) => mistakes.Error(Codes.HarnessTaskUnusable, detail, place);
}
