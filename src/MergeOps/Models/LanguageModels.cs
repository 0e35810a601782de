using MergeOps.Architectures;
using MergeOps.Architectures.Llama;
using MergeOps.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Models;

/// <summary>Opens the models for which there are an exact forward pass and an exact tokenizer.</summary>
internal static class LanguageModels
{
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
        whyNot = ScoringSupport.OfTokenizer(config, tokenizer)
            ?? ScoringSupport.OfTensors(config, name => checkpoint.Tensors.TryGetValue(name, out var found) ? (found.DType, found.Shape) : null)
            ?? ScoringSupport.OfMemory(config);
        if (whyNot is not null)
        {
            return null;
        }

        TorchRuntime.EnsureLoaded();
        return new LanguageModel(new LlamaModel(config, LlamaWeights.Load(checkpoint, config)), tokenizer);
    }

    private static LlamaConfig? TryReadConfig(string folder, out string? whyNot)
    {
        var file = new FileInfo(Path.Combine(folder, ModelFileNames.Config));
        if (file is { Exists: true, Length: > ModelConfig.LargestFile })
        {
            whyNot = $"config.json has {file.Length:N0} bytes";
            return null;
        }

        return ScoringSupport.TryRead(file.Exists ? PlainFile.Read(file.FullName) : null, out whyNot);
    }
}
