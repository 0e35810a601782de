using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Composition;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// Reads a task file of lm-evaluation-harness as the data of a task: the declared subset of its keys and templates, and every
/// mistake in the rest at its place.
/// </summary>
/// <param name="task">The recipe's task, whose data is the file.</param>
/// <param name="folder">The recipe's absolute folder.</param>
/// <param name="diagnostics">Takes the mistakes.</param>
internal sealed class HarnessTask(TaskSettings task, string folder, DiagnosticBag diagnostics)
{
    private const string TargetDelimiter = "target_delimiter";

    private static readonly ImmutableArray<string> MeasuredSplits = ["test_split", "validation_split"];

    private readonly DiagnosticBag mistakes = [];

    /// <summary>Whether a data file is such a task.</summary>
    public static bool IsOne(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";

    /// <summary>The files to which a task's data file leads, absolute; none where it is no such task.</summary>
    /// <param name="path">The data file, absolute.</param>
    public static IEnumerable<string> FilesOf(string path)
    {
        if (!IsOne(path) || EvaluationFile.Read(new(Path.GetFileName(path), SourceSpan.File(path)), Path.GetDirectoryName(path)!, []) is not { } bytes)
        {
            return [];
        }

        var file = new HarnessFile(RepositoryRoot.Of(path), []);
        file.Read(path, path, bytes);
        var data = (file.Entries.GetValueOrDefault("dataset_kwargs")?.Value as YamlMapping)?.Entries.FirstOrDefault(entry => entry.Key.Text == "data_files")?.Value;
        return file.Files.Concat((data switch { null => [], YamlMapping { Entries: var splits } => splits.Select(split => split.Value), _ => (IEnumerable<YamlNode>)[data] })
            .Select(node => node is YamlSequence { Items: [var only] } ? only : node).OfType<YamlScalar>().Select(file.PathOf).OfType<string>());
    }

    /// <summary>The items; null after diagnostics.</summary>
    public TaskSource? Read()
    {
        var source = ReadAll();
        diagnostics.AddAll(mistakes);
        return mistakes.HasErrors ? null : source;
    }

    private TaskSource? ReadAll()
    {
        if (EvaluationFile.Read(task.Data, folder, mistakes) is not { } bytes)
        {
            return null;
        }

        var path = Path.GetFullPath(task.Data.Value, folder);
        var named = Path.Join(Path.GetDirectoryName(task.Data.Span.Path), task.Data.Value);
        var file = new HarnessFile(RepositoryRoot.Of(path), mistakes);
        file.Read(named, path, bytes);
        if (file.Entries.Count == 0)
        {
            if (!mistakes.HasErrors)
            {
                Refuse($"'{task.Data.Value}' holds nothing. A task of lm-evaluation-harness has at least 'output_type'.", SourceSpan.File(named));
            }

            return null;
        }

        foreach (var entry in file.Entries.Values)
        {
            Check(entry);
        }

        var form = FormOf(file, named);
        CheckMetrics(file, form);
        var templates = new HarnessItems(file, form, mistakes, named);
        var documents = DocumentsOf(file, named);
        if (documents is not { } found || form is null || mistakes.HasErrors)
        {
            return null;
        }

        // what models are asked, with the version that its author gave it
        List<TaskLine> lines = [.. templates.LinesOf(found.Documents)];
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes($"lm-evaluation-harness {form.OutputType} {VersionOf(file)}\n"));
        foreach (var line in lines)
        {
            digest.AppendData(line.Json.Span);
            digest.AppendData("\n"u8);
        }

        return new(Settled(file), found.Named, lines, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    private void Check(YamlEntry entry)
    {
        var name = entry.Key.Text;
        if (HarnessKey.All.FirstOrDefault(key => key.Name == name) is not { } known)
        {
            Refuse($"The key {TerminalText.Quoted(name)} is not known.{NearestName.Suggestion(name, HarnessKey.All.Select(key => key.Name))}", HarnessFile.PlaceOf(entry.Key));
        }
        else if (known.Use is HarnessUse.Refused && !CoreSchema.IsNull(entry.Value) && !IsTold(HarnessFile.PlaceOf(entry.Key)))
        {
            Refuse($"'{name}' cannot be kept: {known.Help}.", HarnessFile.PlaceOf(entry.Key));
        }

        if ((name, entry.Value) is ("num_fewshot", not YamlScalar { Text: "0" }) or ("repeats", not YamlScalar { Text: "1" }) && !CoreSchema.IsNull(entry.Value))
        {
            Refuse(
                name == "repeats" ? "'repeats' must be 1: a likelihood is the same each time." : "'num_fewshot' must be 0: examples in prompts are drawn by the harness's own random numbers. Write them into the data's prompts.",
                HarnessFile.PlaceOf(entry.Value));
        }

        if (name == TargetDelimiter && entry.Value is not YamlScalar)
        {
            Refuse($"'{name}' must be text; this is {ValueReader.Describe(entry.Value)}.", HarnessFile.PlaceOf(entry.Value));
        }
    }

    // a key whose value is Python needs no second word
    private bool IsTold(SourceSpan place) => mistakes.Any(mistake => mistake.Span is { } span && span.Path == place.Path && span.Line == place.Line);

    private HarnessForm? FormOf(HarnessFile file, string named)
    {
        var form = TaskKind.Of(task).Harness;
        if (form is null)
        {
            Refuse($"Tasks of the kind '{task.Kind.Name}' take no task file of lm-evaluation-harness. Name a jsonl, csv or tsv file.", task.Data.Span);
            return null;
        }

        if (!file.Entries.TryGetValue("output_type", out var entry))
        {
            Refuse($"The file has no 'output_type', which stands for 'generate_until' then. A task of the kind '{task.Kind.Name}' has 'output_type: {form.OutputType}'.", SourceSpan.File(named));
            return null;
        }

        if (entry.Value is YamlScalar { Text: var written } && written == form.OutputType)
        {
            return form;
        }

        List<TaskKind> others = [.. EvaluationCatalogue.Default.Tasks.Where(kind => entry.Value is YamlScalar { Text: var text } && kind.Harness?.OutputType == text)];
        Refuse(
            others.Count == 0
                ? $"The output type {(entry.Value is YamlScalar { Text: var unknown } ? TerminalText.Quoted(unknown) : ValueReader.Describe(entry.Value))} is not measured here from task files. Measure the task with the harness ('evaluate: {{ external: … }}')."
                : $"The output type '{others[0].Harness!.OutputType}' is the kind {string.Join(" or ", others.Select(kind => $"'{kind.Name}'"))} here. Write 'kind: {others[0].Name}' in the recipe's task '{task.Name.Value}'.",
            HarnessFile.PlaceOf(entry.Value));
        return null;
    }

    private void CheckMetrics(HarnessFile file, HarnessForm? form)
    {
        if (form is null || !file.Entries.TryGetValue("metric_list", out var list) || CoreSchema.IsNull(list.Value))
        {
            return;
        }

        foreach (var entry in list.Value is YamlSequence { Items: var items } ? items : [list.Value])
        {
            if (entry is not YamlMapping { Entries: var keys } || !keys.Any(key => key.Key.Text == "metric"))
            {
                Refuse($"An entry of 'metric_list' is a mapping with 'metric'; this is {ValueReader.Describe(entry)}.", HarnessFile.PlaceOf(entry));
                continue;
            }

            var name = keys.First(key => key.Key.Text == "metric").Value;
            if (form.Metrics.FirstOrDefault(known => name is YamlScalar { Text: var asked } && asked == known.Name) is not { } metric)
            {
                var names = form.Metrics.Select(known => known.Name).ToList();
                Refuse(
                    name is YamlScalar { Text: var unknown }
                        ? $"The metric {TerminalText.Quoted(unknown)} is not measured by tasks of the kind '{task.Kind.Name}' here, which have {string.Join(", ", names)}.{NearestName.Suggestion(unknown, names)}"
                        : $"'metric' must be a name; this is {ValueReader.Describe(name)}.",
                    HarnessFile.PlaceOf(name));
                continue;
            }

            foreach (var (key, value) in keys.Where(key => key.Key.Text != "metric"))
            {
                var isKept = (key.Text, value) switch
                {
                    ("aggregation", YamlScalar { Text: var aggregation }) => aggregation == metric.Aggregation,
                    ("higher_is_better", YamlScalar flag) => CoreSchema.Flag(flag) == metric.HigherIsBetter,
                    _ => false,
                };
                if (!isKept)
                {
                    Refuse(
                        $"'{key.Text}' of '{metric.Name}' cannot be kept: it has 'aggregation: {metric.Aggregation}', 'higher_is_better: {(metric.HigherIsBetter ? "true" : "false")}' and no other settings.",
                        HarnessFile.PlaceOf(key));
                }
            }
        }
    }

    private (string Named, IEnumerable<HarnessDocument> Documents)? DocumentsOf(HarnessFile file, string named)
    {
        var format = (file.Entries.GetValueOrDefault("dataset_path")?.Value as YamlScalar)?.Text;
        if (format is not ("json" or "csv"))
        {
            Refuse(
                "'dataset_path' must be 'json' or 'csv', with local files under 'dataset_kwargs: { data_files: … }'. Export the data set once: its rows are read as they are.",
                file.Entries.TryGetValue("dataset_path", out var given) ? HarnessFile.PlaceOf(given.Value) : SourceSpan.File(named));
        }

        if (FileOf(file, named) is not { } node || file.BytesOf(node, "data_files") is not { } found)
        {
            return null;
        }

        var text = EvaluationFile.TextOf(found.Bytes);
        return (found.Named, format == "csv" ? HarnessDocuments.OfCsv(text) : HarnessDocuments.OfJson(text));
    }

    private YamlNode? FileOf(HarnessFile file, string named)
    {
        var splits = MeasuredSplits.Select(file.Entries.GetValueOrDefault).FirstOrDefault(entry => entry is not null && !CoreSchema.IsNull(entry.Value));
        if ((splits?.Value as YamlScalar)?.Text is not { Length: > 0 } split)
        {
            Refuse("The file names no 'test_split' and no 'validation_split'. One of them is measured.", splits is null ? SourceSpan.File(named) : HarnessFile.PlaceOf(splits.Value));
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

    private static string VersionOf(HarnessFile file) =>
        (file.Entries.GetValueOrDefault("metadata")?.Value as YamlMapping)?.Entries.FirstOrDefault(entry => entry.Key.Text == "version")?.Value is YamlScalar { Text: var version } ? version : "";

    private TaskSettings Settled(HarnessFile file)
    {
        var key = task.Kind.Keys.FirstOrDefault(key => key.Name == TargetDelimiter);
        return key is not null && file.Entries.GetValueOrDefault(TargetDelimiter)?.Value is YamlScalar scalar
            ? task with { Values = task.Values.Or(key, new(scalar.Text, HarnessFile.PlaceOf(scalar))) }
            : task;
    }

    private void Refuse(string detail, SourceSpan place) => mistakes.Error(Codes.HarnessTaskUnusable, detail, place);
}
