using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures.Lora;

/// <summary>An adapter as PEFT writes it: the names of its tensors and the text of <see cref="Adapters.SettingsFile"/>.</summary>
/// <param name="BaseModel">The base, as whoever loads the adapter finds it.</param>
/// <param name="Revision">The base's branch, tag or commit, or null.</param>
/// <param name="Rank">The rank of most modules.</param>
/// <param name="Alpha">The numerator of the scale.</param>
internal sealed record WrittenLora(string BaseModel, string? Revision, int Rank, double Alpha)
{
    /// <summary>What PEFT puts before the names of a base's tensors.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>The modules that have factors.</summary>
    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>The modules that are there whole.</summary>
    public required ImmutableArray<string> Saved { get; init; }

    /// <summary>The ranks of modules that have another one.</summary>
    public required ImmutableSortedDictionary<string, int> Ranks { get; init; }

    /// <summary>Which biases are there, in PEFT's words.</summary>
    public required string Bias { get; init; }

    /// <summary>Whether the layers with factors store their inputs first.</summary>
    public required bool HasInputsFirst { get; init; }

    /// <summary>What the base is for, in PEFT's words; null where its config does not say.</summary>
    public required string? TaskType { get; init; }

    /// <summary>The names of the two factors of a module.</summary>
    /// <param name="module">The module in the base.</param>
    /// <param name="isTable">Whether it is a table of embeddings.</param>
    public static (string A, string B) FactorNames(string module, bool isTable) => isTable
        ? ($"{Prefix}{module}.lora_embedding_A", $"{Prefix}{module}.lora_embedding_B")
        : ($"{Prefix}{module}.lora_A.weight", $"{Prefix}{module}.lora_B.weight");

    /// <summary>The name of a module's bias: the layer under factors stands one level down.</summary>
    /// <param name="module">The module in the base.</param>
    /// <param name="hasFactors">Whether it has factors.</param>
    public static string BiasName(string module, bool hasFactors) => $"{Prefix}{module}{(hasFactors ? ".base_layer" : "")}.bias";

    /// <summary>What a model is for, in PEFT's words; null where its config does not say.</summary>
    public static string? TaskTypeOf(ModelConfig? config) => config?.Architecture switch
    {
        null => null,
        var name when name.EndsWith("ForCausalLM", StringComparison.Ordinal) || name.EndsWith("LMHeadModel", StringComparison.Ordinal) => "CAUSAL_LM",
        var name when name.EndsWith("ForSequenceClassification", StringComparison.Ordinal) => "SEQ_CLS",
        var name when name.EndsWith("ForTokenClassification", StringComparison.Ordinal) => "TOKEN_CLS",
        var name when name.EndsWith("ForQuestionAnswering", StringComparison.Ordinal) => "QUESTION_ANS",
        var name when name.EndsWith("ForConditionalGeneration", StringComparison.Ordinal) && config.Root["is_encoder_decoder"]?.GetValueKind() is System.Text.Json.JsonValueKind.True => "SEQ_2_SEQ_LM",
        var name when name.EndsWith("Model", StringComparison.Ordinal) => "FEATURE_EXTRACTION",
        _ => null,
    };

    /// <summary>The settings: the keys that PEFT 0.12 wrote, which every version since reads.</summary>
    public string Text => CanonicalJson.Write(new JsonObject
    {
        ["alpha_pattern"] = new JsonObject(),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = BaseModel,
        ["bias"] = Bias,
        ["fan_in_fan_out"] = HasInputsFirst,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layer_replication"] = null,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = null,
        ["loftq_config"] = new JsonObject(),
        ["lora_alpha"] = Alpha == Math.Floor(Alpha) && Math.Abs(Alpha) < int.MaxValue ? JsonValue.Create((long)Alpha) : JsonValue.Create(Alpha),
        ["lora_dropout"] = 0.0,
        ["megatron_config"] = null,
        ["megatron_core"] = "megatron.core",
        ["modules_to_save"] = Saved.IsEmpty ? null : new JsonArray([.. Saved.Select(name => JsonValue.Create(name))]),
        ["peft_type"] = "LORA",
        ["r"] = Rank,
        ["rank_pattern"] = new JsonObject(Ranks.Select(rank => KeyValuePair.Create(rank.Key, (JsonNode?)JsonValue.Create(rank.Value)))),
        ["revision"] = Revision,
        ["target_modules"] = new JsonArray([.. Targets.Select(name => JsonValue.Create(name))]),
        ["task_type"] = TaskType,
        ["use_dora"] = false,
        ["use_rslora"] = false,
    });
}
