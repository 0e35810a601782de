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
        new HarnessMetrics(task, mistakes).Check(file, form);
        var templates = new HarnessItems(file, form, mistakes, named);
        var documents = new HarnessData(file, named, mistakes).Documents();
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
            Refuse($"The file has no 'output_type', which then means 'generate_until'. A task of the kind '{task.Kind.Name}' needs 'output_type: {form.OutputType}'.", SourceSpan.File(named));
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
