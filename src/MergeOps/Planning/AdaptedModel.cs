using MergeOps.Architectures.Lora;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>What an adapter takes for granted of the model under it.</summary>
internal static class AdaptedModel
{
    // their layers are written with their inputs first (Conv1D of transformers)
    private static readonly string[] TypesWithInputsFirst = ["gpt2", "openai-gpt", "imagegpt", "decision_transformer", "gpt_neo_legacy"];

    private static readonly string[] LayersWithInputsFirst = ["c_attn", "q_attn", "c_proj", "c_fc"];

    private static readonly string[] QuantizedEndings = ["-unsloth-bnb-4bit", "-bnb-4bit", "-bnb-8bit"];

    /// <summary>Whether a model is by its name the one that an adapter was trained on.</summary>
    /// <param name="trainedOn">As the trainer called it.</param>
    /// <param name="metadata">The model.</param>
    public static bool Is(string trainedOn, ModelMetadata metadata)
    {
        var known = new[] { metadata.Model.Value.Path, metadata.Remote?.Metadata.Repository, metadata.Config?.Root["_name_or_path"]?.ToString() };
        return known.OfType<string>().Any(name => LastOf(name).Equals(LastOf(trainedOn), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a square weight has its inputs first, which its shape does not say.</summary>
    /// <param name="match">All that the adapter changes.</param>
    /// <param name="module">The module of the weight.</param>
    /// <param name="metadata">The model.</param>
    public static bool HasInputsFirst(LoraMatch match, LoraModule module, ModelMetadata metadata)
    {
        var name = LastPartOf(module.Name);
        if (LayersWithInputsFirst.Contains(name, StringComparer.Ordinal) && TypesWithInputsFirst.Contains(metadata.Config?.ModelType, StringComparer.Ordinal))
        {
            return true;
        }

        // layers of one name are made alike, and those that are not square tell how
        var alike = match.Modules.Select(other => other.Module)
            .Where(other => !other.IsEmbedding && LastPartOf(other.Name) == name && other.A!.Shape is [_, var inputs] && other.B!.Shape is [var outputs, _] && inputs != outputs)
            .Select(other => metadata.Checkpoint.Tensors.GetValueOrDefault(match.Modules.First(found => found.Module == other).Weight) is { } tensor && LoraFit.Of(tensor.Shape, other).Turned)
            .ToList();
        return alike.Count > 0 ? alike[0] : match.Part.Settings?.HasInputsFirst == true;
    }

    private static string LastPartOf(string module) => module[(module.LastIndexOf('.') + 1)..];

    private static string LastOf(string path)
    {
        var last = path.TrimEnd('/', '\\').Split('/', '\\')[^1];
        return QuantizedEndings.FirstOrDefault(ending => last.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } quantized ? last[..^quantized.Length] : last;
    }
}
