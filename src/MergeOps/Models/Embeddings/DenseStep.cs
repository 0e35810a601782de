using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Methods.Operators;
using MergeOps.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models.Embeddings;

/// <summary>A projection with an activation, and what is added of the vector before it.</summary>
/// <param name="Path">The module's folder.</param>
/// <param name="Inputs">The size of the vectors before it.</param>
/// <param name="Outputs">The size of those behind it.</param>
/// <param name="HasBias">Whether the projection has a bias.</param>
/// <param name="Activation">Behind the projection; null for none.</param>
/// <param name="AddsInput">Whether the vector before it is added, projected where the sizes differ.</param>
internal sealed record DenseStep(string Path, int Inputs, int Outputs, bool HasBias, Activation? Activation, bool AddsInput) : VectorStep
{
    private const string Weight = "linear.weight";
    private const string Bias = "linear.bias";
    private const string Residual = "residual.weight";
    private const string Vector = "sentence_embedding";

    private static readonly string[] Names = ["module_input_name", "module_output_name"];

    private static readonly Dictionary<string, Activation?> Known = new(StringComparer.Ordinal)
    {
        ["torch.nn.modules.linear.Identity"] = null,
        ["torch.nn.modules.activation.Tanh"] = Architectures.Activation.Tanh,
        ["torch.nn.modules.activation.GELU"] = Architectures.Activation.Gelu,
        ["torch.nn.modules.activation.ReLU"] = Architectures.Activation.Relu,
        ["torch.nn.modules.activation.SiLU"] = Architectures.Activation.Silu,
    };

    /// <inheritdoc/>
    public override string Description => $"projected to {Outputs}";

    private bool ProjectsInput => AddsInput && Inputs != Outputs;

    private IEnumerable<(string Name, long[] Shape)> Tensors =>
    [
        (Weight, [Outputs, Inputs]),
        .. HasBias ? [(Bias, [(long)Outputs])] : Array.Empty<(string, long[])>(),
        .. ProjectsInput ? [(Residual, [Outputs, (long)Inputs])] : Array.Empty<(string, long[])>(),
    ];

    /// <summary>Reads a config; null with the reason when it is not exact here.</summary>
    public static DenseStep? TryRead(JsonNode? config, string path, out string? whyNot)
    {
        if (config is not JsonObject root || SizeOf(root["in_features"]) is not { } inputs || SizeOf(root["out_features"]) is not { } outputs)
        {
            whyNot = $"{path}/config.json has no 'in_features' and 'out_features'";
            return null;
        }

        var activation = ModelJson.Text(root["activation_function"]) ?? "torch.nn.modules.activation.Tanh";
        whyNot =
            !Known.TryGetValue(activation, out var known)
                ? $"the activation '{activation}' of {path} has no implementation here (there are: {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))})"
            : Names.Select(key => ModelJson.Text(root[key])).FirstOrDefault(name => name is not (null or Vector)) is { } other
                ? $"{path} works on '{other}', which has no implementation here"
            : null;
        return whyNot is null
            ? new(path, inputs, outputs, FlagOf(root["bias"]) ?? true, known, FlagOf(root["use_residual"]) ?? false)
            : null;
    }

    /// <inheritdoc/>
    public override int SizeAfter(int size) => Outputs;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor>? Open(Checkpoint model, int size, Device device, out string? whyNot)
    {
        if (size != Inputs)
        {
            whyNot = $"{Path} takes vectors of {Inputs} elements, those before it have {size}";
            return null;
        }

        if (Load(model, Path, Tensors, device, out whyNot) is not { } weights)
        {
            return null;
        }

        return vectors =>
        {
            var projected = functional.linear(vectors, weights[Weight], weights.GetValueOrDefault(Bias));
            projected = Activation is { } activation ? ActivationFunctions.Apply(activation, projected) : projected;
            return !AddsInput ? projected : projected.add(ProjectsInput ? functional.linear(vectors, weights[Residual]) : vectors, Scalars.One);
        };
    }

    private static int? SizeOf(JsonNode? value) => value is JsonValue number && number.TryGetValue(out int size) && size > 0 ? size : null;

    private static bool? FlagOf(JsonNode? value) => value is JsonValue flag && flag.TryGetValue(out bool isOn) ? isOn : null;
}
