using System.Buffers;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// Files that change a model instead of being one: LoRA and its relatives, learned prompts. Their factors mean something
/// only together (W + s·B·A), so averaging them one by one gives a change that nobody trained. What <see cref="Lora"/> understands
/// is applied to the model that it is named on top of.
/// </summary>
internal static class Adapters
{
    /// <summary>The settings of an adapter of PEFT.</summary>
    public const string SettingsFile = "adapter_config.json";

    private static readonly string[] Files =
    [
        "adapter_model.safetensors", "adapter_model.bin", "adapter.safetensors", "adapters.safetensors", "adapters.npz",
        "pytorch_adapter.bin", "pytorch_lora_weights.safetensors", "pytorch_lora_weights.bin",
    ];

    private const string PeftPrefix = "base_model.model.";

    private const string OnTop = "Name it on top of its base, as `BASE+ADAPTER`, or apply it first: ";
    private const string First = "Apply it to its base first: ";
    private const string ByPeft = "`PeftModel.from_pretrained(BASE, ADAPTER).merge_and_unload().save_pretrained(FOLDER)`, and name FOLDER";
    private const string ByKohya = "`python networks/merge_lora.py --sd_model BASE --models ADAPTER --ratios 1 --save_to FILE.safetensors` of kohya's sd-scripts (sdxl_merge_lora.py or flux_merge_lora.py for such bases, tools/merge.py of LyCORIS for its kinds), and name FILE.safetensors";
    private const string ByDiffusers = "`pipe.load_lora_weights(ADAPTER); pipe.fuse_lora(); pipe.unload_lora_weights(); pipe.save_pretrained(FOLDER)`, and name the part in FOLDER that it changes";
    private const string ByMlx = "`mlx_lm.fuse --model BASE --adapter-path ADAPTER --save-path FOLDER`, and name FOLDER";
    private const string OfPrompts = "It adds inputs to its base and changes none of the base's weights: merge the bases, and train it again for the result";

    // all marks hold one of these; the names of a whole model are searched for them first
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        [
            "lora", "lycoris", "hada_", "lokr_", "dora_scale", "oft_", "ia3_l", "vera_", "fourierft_", "hra_u", "shira_", "prompt_embeddings", "adaption_",
            "emb_params", "string_to_param", "clip_", "<", "adapter_",
        ],
        StringComparison.Ordinal);

    // by the parts of a tensor's name between its dots, the more telling kinds first
    private static readonly Kind[] Kinds =
    [
        new("a LoRA or LyCORIS file of kohya's trainers", OnTop, ByKohya, (name, parts) =>
            Begins(name, "lora_unet_", "lora_te_", "lora_te1_", "lora_te2_", "lora_te3_", "lora_transformer_", "lycoris_") || name == "lora_controlnet"
            || Has(parts, "lora_down", "lora_up", "lora_mid", "dora_scale", "oft_blocks", "oft_diag")
            || (HasStart(parts, "hada_w", "hada_t", "lokr_w", "lokr_t") && !Begins(name, PeftPrefix))),
        new("an adapter of MLX", First, ByMlx, (_, parts) => Has(parts, "lora_a", "lora_b")),
        new("a LoRA file of diffusers", OnTop, ByDiffusers, (name, parts) =>
            (Has(parts, "up", "down") && parts.Any(part => part is "lora" or "lora_linear_layer" || part.EndsWith("_lora", StringComparison.Ordinal)))
            || (Has(parts, "lora_A", "lora_B") && Begins(name, "unet.", "transformer.", "text_encoder.", "text_encoder_2.", "diffusion_model.") && !Begins(name, "transformer.h."))),
        new("learned prompts of PEFT", "", OfPrompts, (name, parts) => name == "prompt_embeddings" || Has(parts, "adaption_prompt", "adaption_gate")),
        new("a learned token (textual inversion)", "", OfPrompts, (name, _) =>
            name is "emb_params" or "string_to_param" or "clip_l" or "clip_g" || Begins(name, "string_to_param.") || (name.StartsWith('<') && name.EndsWith('>'))),
        new("an adapter of PEFT", OnTop, ByPeft, (_, parts) =>
            Has(parts, "lora_A", "lora_B", "lora_E", "lora_embedding_A", "lora_embedding_B", "lora_magnitude_vector", "ia3_l", "oft_r", "oft_R", "oft_S", "boft_R", "boft_s")
            || HasStart(parts, "vera_lambda_", "vera_A", "vera_B", "fourierft_", "vblora_", "randlora_", "hra_u", "shira_", "hada_w", "hada_t", "lokr_w", "lokr_t")),
        new("an adapter of AdapterHub", "", "Use the model that it belongs to; an adapter of this kind cannot be merged into the weights", (_, parts) =>
            Has(parts, "adapters") && Has(parts, "adapter_down", "adapter_up")),
    ];

    /// <summary>The kinds that are refused, each with what to do instead.</summary>
    public static IEnumerable<(string Name, string WayOut)> Refused => Kinds.Select(kind => (kind.Name, kind.WayOut));

    /// <summary>What makes a model of an adapter, outside of this program.</summary>
    /// <param name="tensors">The names of its tensors.</param>
    /// <param name="hasSettings">Whether settings of PEFT lie beside it.</param>
    public static string AppliedBy(IEnumerable<string> tensors, bool hasSettings) =>
        First + (tensors.Select(KindOf).OfType<Kind>().FirstOrDefault()?.By ?? (hasSettings ? ByPeft : "with the library that trained it, and name the result"));

    /// <summary>Whether a file is by its name one of an adapter.</summary>
    public static bool IsFile(string name) => name == SettingsFile || Files.Contains(name, StringComparer.Ordinal);

    /// <summary>Whether the files of a folder or repository are an adapter without a model.</summary>
    public static bool AreAdapter(IEnumerable<string> paths)
    {
        var top = paths.Where(path => !path.Contains('/')).ToHashSet(StringComparer.Ordinal);
        return Files.Any(top.Contains)
            && !top.Any(name => name.StartsWith("pytorch_model", StringComparison.Ordinal))
            && (CheckpointLayout.Of(top) is not { } layout || layout is { Index: null, Files: [var only] } && Files.Contains(only, StringComparer.Ordinal));
    }

    /// <summary>Why tensors cannot be merged as a model because of an adapter among them; null when there is none.</summary>
    /// <param name="tensors">The names of the tensors.</param>
    /// <param name="name">What messages call the model.</param>
    /// <param name="settings">The text of <see cref="SettingsFile"/>; null when there is none.</param>
    public static string? Objection(IReadOnlyCollection<string> tensors, string name, string? settings)
    {
        var marked = tensors.Where(tensor => tensor.AsSpan().ContainsAny(Hints) && KindOf(tensor) is not null).ToList();
        if (marked.Count == 0)
        {
            return null;
        }

        var kind = Kinds.First(kind => marked.Exists(tensor => KindOf(tensor) == kind));
        var what = marked.Count * 2 > tensors.Count
            ? $"{TerminalText.Quoted(name)} is {kind.Name}: its {tensors.Count:N0} tensors, such as {TerminalText.Quoted(marked[0])}, are changes to a model"
            : $"{TerminalText.Quoted(name)} holds {kind.Name} that is not applied to its weights: {marked.Count:N0} of its {tensors.Count:N0} tensors, such as {TerminalText.Quoted(marked[0])}";
        return $"{what}. {Why(kind.WayOut, settings)}";
    }

    /// <summary>Why a folder or repository with the files of an adapter is refused.</summary>
    /// <param name="name">What messages call the model.</param>
    /// <param name="settings">The text of <see cref="SettingsFile"/>; null when there is none.</param>
    public static string ObjectionToFiles(string name, string? settings) =>
        $"{TerminalText.Quoted(name)} holds an adapter: changes to a model, not a model. {Why(OnTop + ByPeft, settings)}";

    private static string Why(string wayOut, string? settings) =>
        $"Merging the factors one by one gives a change that nobody trained. {wayOut}{(BaseOf(settings) is { } known ? $" (its base is {TerminalText.Quoted(known)})" : "")}.";

    private static string? BaseOf(string? settings) =>
        settings is not null && ModelJson.TryParse(settings, out _) is JsonObject root && ModelJson.Text(root["base_model_name_or_path"]) is { Length: > 0 } name ? name : null;

    private static Kind? KindOf(string tensor)
    {
        var parts = tensor.Split('.');
        return Kinds.FirstOrDefault(kind => kind.Marks(tensor, parts));
    }

    private static bool Begins(string text, params string[] starts) => starts.Any(start => text.StartsWith(start, StringComparison.Ordinal));

    private static bool Has(string[] parts, params string[] wanted) => parts.Any(part => wanted.Contains(part, StringComparer.Ordinal));

    private static bool HasStart(string[] parts, params string[] starts) => parts.Any(part => Begins(part, starts));

    private sealed record Kind(string Name, string Before, string By, Func<string, string[], bool> Marks)
    {
        public string WayOut => Before + By;
    }
}
