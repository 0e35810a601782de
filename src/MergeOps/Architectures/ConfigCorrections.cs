using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>Makes a config say what its tensors are, in whichever section and under whichever key it keeps that.</summary>
internal static class ConfigCorrections
{
    private const string Tying = "tie_word_embeddings";
    private const string Vocabulary = "vocab_size";

    private static readonly string[] NumberTypes = ["torch_dtype", "dtype"];

    /// <summary>Names the number type of the weights wherever the config names one.</summary>
    /// <param name="config">The config, changed in place.</param>
    /// <param name="dtype">The type that most bytes have.</param>
    /// <param name="isOnly">Whether all weights have it; else a part may keep a type of its own.</param>
    public static void SetNumberType(this ModelConfig config, DType dtype, bool isOnly)
    {
        var name = TorchTypes.NameOf(dtype);
        foreach (var section in (isOnly ? EverySection(config.Root) : config.Sections).ToList())
        {
            foreach (var key in NumberTypes.Where(key => section[key] is not null))
            {
                section[key] = name;
            }
        }

        // older files say it only at the top, newer ones may say null there and mean "as stored"
        foreach (var key in NumberTypes.Where(key => config.Root.ContainsKey(key) && config.Root[key] is null))
        {
            config.Root[key] = name;
        }
    }

    /// <summary>Gives the number of rows of the embedding wherever the config gives one.</summary>
    public static void SetVocabularySize(this ModelConfig config, long rows)
    {
        foreach (var section in config.Sections.Where(section => ModelConfig.Number(section, Vocabulary) is not null))
        {
            section[Vocabulary] = rows;
        }
    }

    /// <summary>Says that the embedding is the output head, for lack of another one; of models without a head nothing is said.</summary>
    public static void TieHead(this ModelConfig config)
    {
        if (config.IsCausal)
        {
            config.Language[Tying] = true;
        }
    }

    /// <summary>Says that the output head is stored.</summary>
    /// <param name="config">The config, changed in place.</param>
    /// <param name="wasTrainedApart">Whether it is not the embedding, as far as is known.</param>
    public static void UntieHead(this ModelConfig config, bool wasTrainedApart)
    {
        foreach (var section in config.Sections.Where(section => section[Tying] is JsonValue value && value.TryGetValue(out bool isTied) && isTied))
        {
            section[Tying] = false;
        }

        // without the key such a class would drop the head when it is loaded
        if (config is { TiesEmbeddings: null, TiesByDefault: true } && wasTrainedApart)
        {
            config.Language[Tying] = false;
        }
    }

    /// <summary>Removes what the config says of a quantization that its tensors do not have.</summary>
    public static void RemoveQuantization(this ModelConfig config)
    {
        foreach (var section in EverySection(config.Root).ToList())
        {
            foreach (var key in ModelConfig.QuantizationKeys)
            {
                section.Remove(key);
            }
        }
    }

    private static IEnumerable<JsonObject> EverySection(JsonObject section) =>
        ModelJson.ValuesOf(section).OfType<JsonObject>().SelectMany(EverySection).Prepend(section);
}
