using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs.Cache;

/// <summary><c>mergeops cache ls</c>.</summary>
internal sealed class CacheListVerb : LocalVerb
{
    private const int JsonVersion = 1;
    private const int ShortCommit = 12;

    /// <summary>Creates the verb.</summary>
    public CacheListVerb()
        : base("ls", VerbGroup.Downloads, "List downloaded models, runs and libtorch, with sizes and ages") => Add(Format);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["cache ls", "cache ls --format json"];

    /// <inheritdoc/>
    public override string Remarks => CacheVerbs.Place;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var contents = CacheListing.Run(screen.Environment);
        if (screen.IsForMachines)
        {
            WriteJson(contents, screen.Out);
        }
        else
        {
            WriteText(contents, screen.Out);
            screen.Tell($"{contents.Folder}: {Quantity.Of(contents.Models.Count(model => model.Name.Kind is RepositoryKind.Model), "model")}{DataSetsOf(contents)}, {ByteText.Of(contents.Bytes)}");
            if (!contents.Runs.IsEmpty || !contents.LibTorch.IsEmpty)
            {
                screen.Tell(
                    $"{contents.Home}: {Quantity.Of(contents.Runs.Length, "run")}, {ByteText.Of(contents.Runs.Sum(run => run.Bytes))}; libtorch, {ByteText.Of(contents.LibTorch.Sum(part => part.Bytes))}");
            }
        }

        return ExitCode.Done;
    }

    private static string DataSetsOf(CacheContents contents) =>
        contents.Models.Count(model => model.Name.Kind is RepositoryKind.Dataset) is > 0 and var count ? $", {Quantity.Of(count, "data set")}" : "";

    private static void WriteText(CacheContents contents, TextWriter output) => Columns.Write(
        [
            .. from model in contents.Models
               from snapshot in model.Snapshots
               select new[]
               {
                   $"{model.Name}@{snapshot.Commit[..Math.Min(ShortCommit, snapshot.Commit.Length)]}",
                   Quantity.Of(snapshot.Files, "file"),
                   ByteText.Of(snapshot.Bytes),
                   snapshot.LastUsed.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                   TerminalText.Escape(string.Join(", ", snapshot.Refs)),
               },
            .. contents.Runs.Select(run => Row(
                $"run {run.Name[..ShortCommit]}", run, string.Join(", ", new[] { run.Model, run.Unfinished > 0 ? $"{ByteText.Of(run.Unfinished)} unfinished" : null }.OfType<string>()))),
            .. contents.LibTorch.Select(part => Row($"libtorch {part.Name}", part, "")),
        ],
        output,
        toTheRight: [1, 2]);

    private static string[] Row(string what, StoredFolder folder, string more) =>
    [
        TerminalText.Escape(what),
        Quantity.Of(folder.Files, "file"),
        ByteText.Of(folder.Bytes),
        folder.LastUsed.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TerminalText.Escape(more),
    ];

    private static void WriteJson(CacheContents contents, TextWriter output) => JsonOutput.Write(output, JsonVersion, json =>
    {
        json.WriteString("folder", contents.Folder);
        json.WriteNumber("bytes", contents.Bytes);
        json.WriteStartArray("models");
        foreach (var model in contents.Models)
        {
            json.WriteStartObject();
            json.WriteString("model", model.Name.ToString());
            json.WriteNumber("bytes", model.Bytes);
            json.WriteStartArray("commits");
            foreach (var snapshot in model.Snapshots)
            {
                json.WriteStartObject();
                json.WriteString("commit", snapshot.Commit);
                json.WriteStartArray("refs");
                foreach (var name in snapshot.Refs)
                {
                    json.WriteStringValue(name);
                }

                json.WriteEndArray();
                json.WriteNumber("files", snapshot.Files);
                json.WriteNumber("bytes", snapshot.Bytes);
                json.WriteString("lastUsed", snapshot.LastUsed);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("home", contents.Home);
        WriteFolders(json, "runs", contents.Runs, "plan");
        WriteFolders(json, "libtorch", contents.LibTorch, "name");
    });

    private static void WriteFolders(Utf8JsonWriter json, string key, IEnumerable<StoredFolder> folders, string name)
    {
        json.WriteStartArray(key);
        foreach (var folder in folders)
        {
            json.WriteStartObject();
            json.WriteString(name, folder.Name);
            if (folder.Model is { } model)
            {
                json.WriteString("model", model);
            }

            json.WriteNumber("files", folder.Files);
            json.WriteNumber("bytes", folder.Bytes);
            json.WriteNumber("unfinishedBytes", folder.Unfinished);
            json.WriteString("lastUsed", folder.LastUsed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
