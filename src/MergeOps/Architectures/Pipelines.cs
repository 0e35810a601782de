using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The parts of a pipeline of diffusers, as its <c>model_index.json</c> names them: each lies in a folder of its name.</summary>
internal static class Pipelines
{
    /// <summary>The folders of the parts in the order of the file; none where the model is no pipeline.</summary>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    /// <exception cref="MergeOpsException">The file that names them is no such file.</exception>
    public static ImmutableArray<string> In(Func<string, string?> textOf)
    {
        if (textOf(ModelFileNames.Pipeline) is not { } text)
        {
            return [];
        }

        var index = ModelJson.Parse(text, ModelFileNames.Pipeline) as JsonObject
            ?? throw new MergeOpsException(Codes.ConfigUnreadable, $"{ModelFileNames.Pipeline} is not an object.");
        return [.. index.Where(part => part.Value is JsonArray and [JsonValue library, JsonValue kind] && ModelJson.Text(library) is not null && ModelJson.Text(kind) is not null).Select(part => Checked(part.Key))];
    }

    /// <summary>Those with weights among a model's files.</summary>
    public static ImmutableArray<string> WithWeights(IReadOnlyCollection<string> paths, Func<string, string?> textOf) =>
        [.. In(textOf).Where(part => CheckpointLayout.Of(ComponentName.FilesIn(part, paths)) is not null || ComponentName.FilesIn(part, paths).Any(CheckpointLayout.IsWeights))];

    /// <summary>Those that are models, and have no weights that can be read.</summary>
    public static ImmutableArray<string> WithoutWeights(IReadOnlyCollection<string> paths, Func<string, string?> textOf) =>
        [.. In(textOf).Except(WithWeights(paths, textOf)).Where(part => paths.Contains(ComponentName.In(part, ModelFileNames.Config)))];

    /// <summary>Those that have no file at all among a model's files.</summary>
    public static ImmutableArray<string> Absent(IReadOnlyCollection<string> paths, Func<string, string?> textOf) =>
        [.. In(textOf).Where(part => ComponentName.FilesIn(part, paths) is var files && !files.Any())];

    private static string Checked(string part) => PortablePath.Objection(part) is { } objection
        ? throw new MergeOpsException(Codes.ConfigUnreadable, $"{ModelFileNames.Pipeline} names {TerminalText.Quoted(part)}: {objection}")
        : part;
}
