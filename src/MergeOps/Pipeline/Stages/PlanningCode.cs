using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Architectures.Decoders;
using MergeOps.Merging.Writing;
using MergeOps.Models;
using MergeOps.Tensors;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.Pipelines;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// The code that looks at models, run once for nothing on another thread while a recipe is read: the first call of a method
/// costs more than its work, and what planning calls would wait for one another.
/// </summary>
internal static class PlanningCode
{
    private const string Tokenizer = """
        {
          "version": "1.0", "normalizer": null,
          "added_tokens": [{"id": 2, "content": "<|end|>", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false, "special": true}],
          "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<|end|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<|end|>": {"id": "<|end|>", "ids": [2], "tokens": ["<|end|>"]}}
          },
          "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "model": {
            "type": "BPE", "byte_fallback": false, "continuing_subword_prefix": null, "dropout": null, "end_of_word_suffix": null, "fuse_unk": false,
            "ignore_merges": false, "unk_token": null, "vocab": {"a": 0, "b": 1}, "merges": []
          }
        }
        """;

    private const string Specials = """{"bos_token": "<|end|>", "eos_token": "<|end|>", "model_max_length": 8, "tokenizer_class": "PreTrainedTokenizerFast"}""";

    private const string Header = """{"weight": {"dtype": "BF16", "shape": [8], "data_offsets": [0, 16]}}""";

    /// <summary>Runs all of it.</summary>
    public static void Rehearse()
    {
        var tokenizer = Encoding.UTF8.GetBytes(Tokenizer);
        _ = XxHash128.Hash(tokenizer);
        _ = VocabularyReader.Read(
            new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                [ModelFileNames.Tokenizer] = tokenizer,
                [ModelFileNames.TokenizerConfig] = Encoding.UTF8.GetBytes(Specials),
            },
            name => name);
        _ = SHA256.HashData(tokenizer);
        var header = Encoding.UTF8.GetBytes(Header);
        _ = SafetensorsHeaderReader.Parse([.. BitConverter.GetBytes((long)header.Length), .. header], sizeof(long) + header.Length + 16, "", ModelFileNames.Weights);
        _ = ModelConfig.Parse(SmallestConfig.Text, "");
        _ = ScoringSupport.TryRead(Encoding.UTF8.GetBytes(SmallestConfig.Text), out var whyNot) ?? throw new InvalidOperationException(whyNot);
        _ = TextTokenizerReader.Read(tokenizer, ModelFileNames.Tokenizer);
        // for the manifests of earlier merges
        _ = ManifestFormat.Default.MergeManifest;
    }
}
