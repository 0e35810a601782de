using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Tensors;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops inspect PATH</c>.</summary>
internal sealed class InspectVerb : LocalVerb
{
    private const int JsonVersion = 1;

    private readonly Argument<string> path = new("PATH") { Description = "A .safetensors file or a model folder" };

    /// <summary>Creates the verb.</summary>
    public InspectVerb()
        : base("inspect", VerbGroup.Look, "List the tensors of a model file or folder; reads headers only")
    {
        Add(path);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["inspect recipes/quickstart/base", "inspect model.safetensors --format json"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (checkpoint, findings) = InspectCheckpoint.Run(arguments.GetRequiredValue(path));
        if (screen.IsForMachines)
        {
            WriteJson(checkpoint, screen.Out);
        }
        else
        {
            WriteText(checkpoint, screen.Out);
        }

        screen.Report(findings);
        return ExitCode.Of(findings);
    }

    private static void WriteText(Checkpoint checkpoint, TextWriter output)
    {
        Columns.Write(
            [
                .. checkpoint.Tensors.Values.Select(tensor => new[]
                {
                    TerminalText.Escape(tensor.Name),
                    tensor.DType.ToString(),
                    $"[{string.Join(", ", tensor.Shape)}]",
                    ByteText.Of(tensor.ByteLength),
                    TerminalText.Escape(tensor.File),
                }),
            ],
            output,
            toTheRight: 3);
        var tensors = checkpoint.Tensors.Values;
        var dtypes = string.Join(", ", tensors.Select(tensor => tensor.DType.ToString()).Distinct().Order(StringComparer.Ordinal));
        output.WriteLine(
            $"{Quantity.Count(checkpoint.Tensors.Count)} tensors ({dtypes}), {Quantity.Count(tensors.Sum(tensor => tensor.ElementCount))} elements, "
            + $"{ByteText.Of(tensors.Sum(tensor => tensor.ByteLength))} in {Quantity.Count(checkpoint.Files.Length)} {(checkpoint.Files.Length == 1 ? "file" : "files")}");
    }

    private static void WriteJson(Checkpoint checkpoint, TextWriter output) => JsonOutput.Write(output, JsonVersion, json =>
    {
        json.WriteStartArray("files");
        foreach (var file in checkpoint.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteNumber("size", file.Size);
            json.WriteString("headerSha256", file.HeaderDigest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tensors");
        foreach (var tensor in checkpoint.Tensors.Values)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.DType.ToString());
            json.WriteStartArray("shape");
            foreach (var dimension in tensor.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteString("file", tensor.File);
            json.WriteNumber("offset", tensor.Offset);
            json.WriteNumber("bytes", tensor.ByteLength);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
