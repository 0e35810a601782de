using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;
using MergeOps.Tensors;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops diff DIR DIR</c>.</summary>
internal sealed class DiffVerb : LocalVerb
{
    private const int JsonVersion = 1;
    private const int Differs = 1;

    private readonly Argument<string> first = new("FIRST") { Description = "A .safetensors file or a model folder" };
    private readonly Argument<string> second = new("SECOND") { Description = "Another one" };

    /// <summary>Creates the verb.</summary>
    public DiffVerb()
        : base("diff", VerbGroup.Look, "Compare two models tensor by tensor; exits with 1 when they differ")
    {
        Add(first);
        Add(second);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["diff out/quickstart published/quickstart/0.1.0"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var found = new DiagnosticBag();
        CheckpointDifference difference;
        using (var progress = IProgressDisplay.On(screen, "  diff"))
        {
            difference = DiffCheckpoints.Run(
                arguments.GetRequiredValue(first),
                arguments.GetRequiredValue(second),
                found,
                work => progress?.Advance("  diff", work),
                cancellation);
        }

        screen.Report(found);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json => WriteJson(difference, json));
        }
        else
        {
            screen.Out.Write(CheckpointDiffText.Of(difference));
        }

        return difference.IsEqual ? ExitCode.Done : Differs;
    }

    private static void WriteJson(CheckpointDifference difference, Utf8JsonWriter json)
    {
        json.WriteBoolean("equal", difference.IsEqual);
        json.WritePropertyName("tensors");
        JsonSerializer.Serialize(json, difference.Tensors.Where(tensor => !tensor.IsEqual).Select(tensor => new
        {
            tensor.Name,
            First = Described(tensor.A),
            Second = Described(tensor.B),
            tensor.Values,
        }), JsonSerializerOptions.Web);
    }

    private static object? Described(TensorInfo? tensor) =>
        tensor is null ? null : new { DType = tensor.DType.ToString(), Shape = tensor.Shape.ToArray() };
}
