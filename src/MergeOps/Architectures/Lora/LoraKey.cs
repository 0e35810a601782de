using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures.Lora;

/// <summary>What a key of an adapter's settings means for the weights.</summary>
internal enum LoraKeyUse
{
    /// <summary>It decides what is computed.</summary>
    Applied,

    /// <summary>It says something of training or of the program that trained; no weight depends on it.</summary>
    NoEffect,

    /// <summary>It asks for what is not computed exactly here.</summary>
    Refused,
}

/// <summary>A key of <see cref="Adapters.SettingsFile"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Use">What it means for the weights.</param>
/// <param name="Meaning">What is done with it, or why it is refused when it is set.</param>
internal sealed record LoraKey(string Name, LoraKeyUse Use, string Meaning)
{
    private const string Off = "unless it is null, false or empty";

    /// <summary>Every key that PEFT has written in an adapter of LoRA up to its version 0.21.</summary>
    public static IReadOnlyList<LoraKey> All { get; } =
    [
        new("alora_invocation_tokens", LoraKeyUse.Refused, "the adapter acts only on some tokens of an input, which no weight can do"),
        new("alpha_pattern", LoraKeyUse.Applied, "`lora_alpha` of the modules whose names match; the first pattern that matches counts"),
        new("arrow_config", LoraKeyUse.Refused, "it chooses among several adapters for each token, which no weight can do"),
        new("auto_mapping", LoraKeyUse.NoEffect, ""),
        new("base_model_name_or_path", LoraKeyUse.Applied, "a model other than the one under the adapter is a warning"),
        new("bias", LoraKeyUse.Applied, "whatever it says, biases that the file holds replace the base's"),
        new("corda_config", LoraKeyUse.NoEffect, ""),
        new("enable_lora", LoraKeyUse.Refused, "the adapter changes parts of fused projections, in a layout of old versions of PEFT"),
        new("ensure_weight_tying", LoraKeyUse.Refused, "the embedding and the output head share one change"),
        new("eva_config", LoraKeyUse.NoEffect, ""),
        new("exclude_modules", LoraKeyUse.Applied, "factors of a module that it excludes are an error"),
        new("fan_in_fan_out", LoraKeyUse.Applied, "the layers of the base decide, as in PEFT; where they do not show the orientation of a square weight, true is refused"),
        new("inference_mode", LoraKeyUse.NoEffect, ""),
        new("init_lora_weights", LoraKeyUse.Applied, "initializations that change the base are refused: " + string.Join(", ", LoraSettings.ChangingInitializations.Select(name => $"`{name}`"))),
        new("kasa_config", LoraKeyUse.Refused, "the adapter also leaves out a part of the base"),
        new("layer_replication", LoraKeyUse.Refused, "the adapter belongs to a base with repeated layers, which PEFT makes as it loads"),
        new("layers_pattern", LoraKeyUse.Applied, "names the stack that `layers_to_transform` counts in"),
        new("layers_to_transform", LoraKeyUse.Applied, "factors of a layer that it leaves out are an error"),
        new("loftq_config", LoraKeyUse.NoEffect, ""),
        new("lora_alpha", LoraKeyUse.Applied, "the change is scaled by lora_alpha / r"),
        new("lora_bias", LoraKeyUse.Refused, "the factors have biases of their own"),
        new("lora_dropout", LoraKeyUse.NoEffect, ""),
        new("lora_ga_config", LoraKeyUse.NoEffect, ""),
        new("megatron_config", LoraKeyUse.Refused, "the factors are those of parallel layers of Megatron"),
        new("megatron_core", LoraKeyUse.NoEffect, ""),
        new("merge_weights", LoraKeyUse.NoEffect, ""),
        new("modules_to_save", LoraKeyUse.Applied, "tensors of these modules replace the base's"),
        new("monteclora_config", LoraKeyUse.Refused, "the factors are drawn at random"),
        new("peft_type", LoraKeyUse.Applied, "`LORA`; every other kind of adapter is refused"),
        new("peft_version", LoraKeyUse.NoEffect, ""),
        new("qalora_group_size", LoraKeyUse.NoEffect, ""),
        new("r", LoraKeyUse.Applied, "the rank; factors of another rank are an error"),
        new("rank_pattern", LoraKeyUse.Applied, "`r` of the modules whose names match; the first pattern that matches counts"),
        new("revision", LoraKeyUse.NoEffect, ""),
        new("runtime_config", LoraKeyUse.NoEffect, ""),
        new("target_modules", LoraKeyUse.Applied, "factors of a module that it does not name are an error"),
        new("target_parameters", LoraKeyUse.Applied, "parameters that hold a matrix for each expert of a layer, or one matrix, have factors for each; shapes tell which of a layer's, and what they do not tell is refused"),
        new("task_type", LoraKeyUse.NoEffect, ""),
        new("trainable_token_indices", LoraKeyUse.Refused, "the adapter replaces some rows of the embedding"),
        new("use_bdlora", LoraKeyUse.Refused, "the factors are block diagonal"),
        new("use_dora", LoraKeyUse.Applied, "DoRA: each row of the changed weight gets the length that was trained"),
        new("use_qalora", LoraKeyUse.Refused, "the factors act on groups of inputs"),
        new("use_rslora", LoraKeyUse.Applied, "the change is scaled by lora_alpha / √r"),
        new("velora_config", LoraKeyUse.Refused, "the adapter was trained in a way that is not known here"),
    ];

    /// <summary>Why a key with this value stands in the way; null when it does not. What is switched off asks for nothing, whatever it is.</summary>
    public static string? Objection(string name, JsonNode? value) => IsOff(value) ? null : All.FirstOrDefault(key => key.Name == name) switch
    {
        null => $"{TerminalText.Quoted(name)} is an unknown key, whose effect would be missing",
        { Use: LoraKeyUse.Refused, Meaning: var meaning } => $"{TerminalText.Quoted(name)} is set: {meaning}",
        _ => null,
    };

    /// <summary>What happens, for the page about adapters.</summary>
    public string Happens => Use switch
    {
        LoraKeyUse.Applied => Meaning,
        LoraKeyUse.NoEffect => "ignored: no weight depends on it",
        _ => string.Create(CultureInfo.InvariantCulture, $"refused {Off}: {Meaning}"),
    };

    private static bool IsOff(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        _ => value.GetValueKind() is System.Text.Json.JsonValueKind.False || ModelJson.Text(value) is "",
    };
}
