using System.Collections.Immutable;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>What an adapter takes for granted of the model under it.</summary>
internal static class AdaptedModel
{
    // their layers are written with their inputs first (Conv1D of transformers)
    private static readonly string[] TypesWithInputsFirst = ["gpt2", "openai-gpt", "imagegpt", "decision_transformer", "gpt_neo_legacy"];

    private static readonly string[] LayersWithInputsFirst = ["c_attn", "q_attn", "c_proj", "c_fc"];

    private const string Weight = ".weight";

    private static readonly string[] QuantizedEndings = ["-unsloth-bnb-4bit", "-bnb-4bit", "-bnb-8bit"];

    /// <summary>Whether a model is by its name the one that an adapter was trained on.</summary>
    /// <param name="trainedOn">As the trainer called it.</param>
    /// <param name="metadata">The model.</param>
    public static bool Is(string trainedOn, ModelMetadata metadata)
    {
        var known = new[] { metadata.Model.Value.Path, metadata.Remote?.Metadata.Repository, metadata.Config?.Root["_name_or_path"]?.ToString() };
        return known.OfType<string>().Any(name => LastOf(name).Equals(LastOf(trainedOn), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Whether a layer's weight has its inputs first. As in PEFT the layer decides and not 'fan_in_fan_out': PEFT corrects the flag
    /// where it contradicts the layer. Null when only the flag says so.
    /// </summary>
    /// <param name="module">The name of the layer, which is no table of embeddings.</param>
    /// <param name="isStated">Whether 'fan_in_fan_out' says so.</param>
    /// <param name="weight">The name of its weight.</param>
    /// <param name="metadata">The model.</param>
    public static bool? HasInputsFirst(string module, bool isStated, string weight, ModelMetadata metadata)
    {
        // layers of one name are made alike, and those that are not square and have a bias tell how
        var tensors = metadata.Checkpoint.Tensors;
        if ((ByBias(weight, tensors) ?? AlikeTo(weight, tensors).Select(alike => ByBias(alike, tensors)).FirstOrDefault(told => told is not null)) is { } ofBase)
        {
            return ofBase;
        }

        var (type, isOften) = (metadata.Config?.ModelType, LayersWithInputsFirst.Contains(LastPartOf(module), StringComparer.Ordinal));
        if (isOften && TypesWithInputsFirst.Contains(type, StringComparer.Ordinal))
        {
            return true;
        }

        return isStated && (isOften || type is null) ? null : false;
    }

    private static IEnumerable<string> AlikeTo(string weight, TensorMap<TensorInfo> tensors) =>
        tensors.Keys.Where(other => LastPartOf(ModuleOf(other)) == LastPartOf(ModuleOf(weight)) && other.EndsWith(Weight, StringComparison.Ordinal));

    private static bool? ByBias(string weight, TensorMap<TensorInfo> tensors) =>
        tensors.GetValueOrDefault(weight)?.Shape is [var first, var second] && first != second && tensors.GetValueOrDefault(ModuleOf(weight) + ".bias")?.Shape is [var outputs]
            ? outputs == second ? true : outputs == first ? false : null
            : null;

    private static string ModuleOf(string weight) => weight.EndsWith(Weight, StringComparison.Ordinal) ? weight[..^Weight.Length] : weight;

    private static string LastPartOf(string module) => module[(module.LastIndexOf('.') + 1)..];

    private static string LastOf(string path)
    {
        var last = path.TrimEnd('/', '\\').Split('/', '\\')[^1];
        return QuantizedEndings.FirstOrDefault(ending => last.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } quantized ? last[..^quantized.Length] : last;
    }
}
