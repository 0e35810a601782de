using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Tensors;

namespace MergeOps.Models;

/// <summary>Opens the models for which there are an exact forward pass and an exact tokenizer.</summary>
internal static class LanguageModels
{
    /// <summary>No <c>config.json</c> that exists is larger.</summary>
    private const long LargestConfig = 16 << 20;

    /// <summary>
    /// Opens a model folder (<c>config.json</c>, safetensors, tokenizer). Null with the reason, which ends the sentence
    /// « not evaluated: … », when the model is of a kind that would not be scored exactly here.
    /// </summary>
    /// <exception cref="MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public static LanguageModel? TryOpen(string folder, out string? whyNot)
    {
        if (TryReadConfig(folder, out whyNot) is not { } config || TokenizerOpener.TryOpen(folder, out whyNot) is not { } tokenizer)
        {
            return null;
        }

        var checkpoint = CheckpointReader.Open(folder, []);
        whyNot = WhyNot(config, tokenizer) ?? LlamaWeights.WhyNot(checkpoint, config);
        if (whyNot is not null)
        {
            return null;
        }

        TorchRuntime.EnsureLoaded();
        return new LanguageModel(new LlamaModel(config, LlamaWeights.Load(checkpoint, config)), tokenizer);
    }

    private static string? WhyNot(LlamaConfig config, ITokenizer tokenizer) => tokenizer switch
    {
        { Begin: null, Separator: null } => "the tokenizer has no token that begins or separates texts",
        _ when tokenizer.Count > config.VocabularySize =>
            $"the tokenizer has ids up to {tokenizer.Count - 1}, config.json a vocabulary of {config.VocabularySize}",
        _ => null,
    };

    private static LlamaConfig? TryReadConfig(string folder, out string? whyNot)
    {
        var file = new FileInfo(Path.Combine(folder, "config.json"));
        if (!file.Exists || file.Length > LargestConfig)
        {
            whyNot = file.Exists ? $"config.json has {file.Length:N0} bytes" : "there is no config.json";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(PlainFile.Read(file.FullName));
            return LlamaConfig.TryRead(document.RootElement, out whyNot);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            whyNot = $"config.json is not JSON: {exception.Message}";
            return null;
        }
    }
}
