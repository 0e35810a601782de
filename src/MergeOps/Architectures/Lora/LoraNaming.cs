using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Architectures.Lora;

/// <summary>What a tensor of an adapter is.</summary>
internal enum LoraTensor
{
    /// <summary>The first factor.</summary>
    A,

    /// <summary>The second factor.</summary>
    B,

    /// <summary>The first factor of a table of embeddings.</summary>
    EmbeddingA,

    /// <summary>The second factor of a table of embeddings.</summary>
    EmbeddingB,

    /// <summary>The numerator of the scale.</summary>
    Alpha,

    /// <summary>The lengths of rows.</summary>
    Magnitude,

    /// <summary>A tensor that takes another one's place.</summary>
    Replacement,
}

/// <summary>A tensor's name as it is understood.</summary>
/// <param name="Part">The part of the model; empty for all of it.</param>
/// <param name="Module">The module; of a replacement the tensor.</param>
/// <param name="Tensor">What it is there.</param>
internal readonly record struct LoraName(string Part, string Module, LoraTensor Tensor);

/// <summary>How a library names the tensors of its adapters.</summary>
internal abstract class LoraNaming
{
    /// <summary>PEFT: the names of modules with their dots.</summary>
    public static LoraNaming Peft { get; } = new PeftNaming();

    /// <summary>kohya's trainers and those that follow them: dots of modules became underscores.</summary>
    public static LoraNaming Kohya { get; } = new KohyaNaming();

    /// <summary>diffusers: the part of a pipeline before the name.</summary>
    public static LoraNaming Diffusers { get; } = new DiffusersNaming();

    /// <summary>What messages call the library.</summary>
    public abstract string Library { get; }

    /// <summary>Understands a name; null when it is none of a plain LoRA.</summary>
    public abstract LoraName? Read(string tensor);

    /// <summary>How an adapter calls a module of its base.</summary>
    /// <param name="module">The module in the base, without what contains the part there.</param>
    public virtual string Spell(string module) => module;

    /// <summary>Whether modules have their names with dots, so that other prefixes can be looked for.</summary>
    public virtual bool HasDots => true;

    /// <summary>What whole checkpoints and pipelines put before the modules of a part.</summary>
    public virtual ImmutableArray<string> ContainersOf(string part) => [""];

    /// <summary>What names begin with in a checkpoint that holds a part among others, however the part's own tensors are called there.</summary>
    public IEnumerable<string> HoldersOf(string part) => ContainersOf(part)
        .Where(container => container.Length > 0)
        .Select(container => container.EndsWith(Within, StringComparison.Ordinal) ? container[..^Within.Length] : container);

    /// <summary>The naming of a file; null when it is none that is known.</summary>
    /// <param name="tensors">The names in it.</param>
    /// <param name="hasSettings">Whether settings of PEFT lie beside it.</param>
    public static LoraNaming? Of(IReadOnlyCollection<string> tensors, bool hasSettings) =>
        hasSettings ? Peft
        : tensors.Any(KohyaNaming.IsOne) ? Kohya
        : tensors.Any(DiffusersNaming.IsOne) ? Diffusers
        : null;

    // a pipeline holds each part in a folder
    private static string FolderOf(string part) => ComponentName.In(part, "");

    private static LoraName? Suffixed(string part, string name, ReadOnlySpan<(string Suffix, LoraTensor Tensor)> suffixes)
    {
        foreach (var (suffix, tensor) in suffixes)
        {
            if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return new(part, name[..^suffix.Length], tensor);
            }
        }

        return null;
    }

    private sealed class PeftNaming : LoraNaming
    {
        private const string Prefix = "base_model.model.";

        private static readonly (string, LoraTensor)[] Suffixes =
        [
            (".lora_A.weight", LoraTensor.A), (".lora_B.weight", LoraTensor.B),
            (".lora_embedding_A", LoraTensor.EmbeddingA), (".lora_embedding_B", LoraTensor.EmbeddingB),
            (".lora_magnitude_vector", LoraTensor.Magnitude), (".lora_magnitude_vector.weight", LoraTensor.Magnitude),

            // a state of all adapters of a model names each one
            (".lora_A.default.weight", LoraTensor.A), (".lora_B.default.weight", LoraTensor.B),
            (".lora_embedding_A.default", LoraTensor.EmbeddingA), (".lora_embedding_B.default", LoraTensor.EmbeddingB),
            (".lora_magnitude_vector.default.weight", LoraTensor.Magnitude),
        ];

        private static readonly string[] Foreign = ["lora_", "original_module", "token_adapter", "vera_", "hada_", "lokr_", "oft_", "boft_", "ia3_", "trainable_tokens", "parametrizations"];

        public override string Library => "PEFT";

        public override LoraName? Read(string tensor)
        {
            var name = tensor.StartsWith(Prefix, StringComparison.Ordinal) ? tensor[Prefix.Length..] : tensor;
            if (Suffixed("", name, Suffixes) is { } factor)
            {
                return factor;
            }

            // a module that has factors, or was trained whole, stands one level down
            var plain = name.Replace(".modules_to_save.default.", ".", StringComparison.Ordinal)
                .Replace(".modules_to_save.", ".", StringComparison.Ordinal)
                .Replace(".base_layer.", ".", StringComparison.Ordinal);
            return plain.Split('.').Any(part => Foreign.Any(foreign => part.StartsWith(foreign, StringComparison.Ordinal))) ? null : new("", plain, LoraTensor.Replacement);
        }
    }

    private sealed class KohyaNaming : LoraNaming
    {
        private static readonly string[] Parts = ["lora_unet_", "lora_te1_", "lora_te2_", "lora_te3_", "lora_te_", "lora_transformer_", "lycoris_"];

        private static readonly (string, LoraTensor)[] Suffixes =
        [
            (".lora_down.weight", LoraTensor.A), (".lora_up.weight", LoraTensor.B), (".lora_A.weight", LoraTensor.A), (".lora_B.weight", LoraTensor.B), (".alpha", LoraTensor.Alpha),
        ];

        public override string Library => "kohya's trainers";

        public static bool IsOne(string tensor) => Parts.Any(part => tensor.StartsWith(part, StringComparison.Ordinal));

        public override LoraName? Read(string tensor) =>
            Array.Find(Parts, part => tensor.StartsWith(part, StringComparison.Ordinal)) is { } found ? Suffixed(found.TrimEnd('_'), tensor[found.Length..], Suffixes) : null;

        public override bool HasDots => false;

        public override string Spell(string module) => module.Replace('.', '_');

        public override ImmutableArray<string> ContainersOf(string part) => part switch
        {
            "lora_te" or "lora_te1" => [.. TextEncoders, FolderOf("text_encoder")],
            "lora_te2" or "lora_te3" => [.. OtherTextEncoders, FolderOf(part == "lora_te2" ? "text_encoder_2" : "text_encoder_3")],
            _ => [.. Networks, .. FoldersOfNetworks],
        };
    }

    private sealed class DiffusersNaming : LoraNaming
    {
        private static readonly string[] Parts = ["unet.", "transformer.", "transformer_2.", "text_encoder.", "text_encoder_2.", "text_encoder_3.", "diffusion_model.", "prior."];

        private static readonly (string, LoraTensor)[] Suffixes =
        [
            (".lora_A.weight", LoraTensor.A), (".lora_B.weight", LoraTensor.B), (".lora.down.weight", LoraTensor.A), (".lora.up.weight", LoraTensor.B),
            (".lora_linear_layer.down.weight", LoraTensor.A), (".lora_linear_layer.up.weight", LoraTensor.B),
            (".lora_down.weight", LoraTensor.A), (".lora_up.weight", LoraTensor.B), (".alpha", LoraTensor.Alpha),
            ("_lora.down.weight", LoraTensor.A), ("_lora.up.weight", LoraTensor.B), (".lora_magnitude_vector", LoraTensor.Magnitude),
        ];

        public override string Library => "diffusers";

        public static bool IsOne(string tensor) => Parts.Any(part => tensor.StartsWith(part, StringComparison.Ordinal)) && Suffixed("", tensor, Suffixes) is not null;

        public override LoraName? Read(string tensor)
        {
            if (Array.Find(Parts, part => tensor.StartsWith(part, StringComparison.Ordinal)) is not { } found
                || Suffixed(found.TrimEnd('.'), tensor[found.Length..], Suffixes) is not { } name)
            {
                return null;
            }

            // old attention processors held the factors of the layers beside them
            var module = name.Module.Replace(".processor.", ".", StringComparison.Ordinal);
            return name with { Module = module.EndsWith(".to_out", StringComparison.Ordinal) ? module + ".0" : module };
        }

        public override ImmutableArray<string> ContainersOf(string part) => part switch
        {
            "text_encoder" => [.. TextEncoders, FolderOf(part)],
            "text_encoder_2" or "text_encoder_3" => [.. OtherTextEncoders, FolderOf(part)],
            "diffusion_model" => [.. Networks, .. FoldersOfNetworks],
            _ => [.. Networks, FolderOf(part)],
        };
    }

    private const string Within = "transformer.";

    private static readonly ImmutableArray<string> Networks = ["", "model.diffusion_model.", "diffusion_model."];

    private static readonly ImmutableArray<string> FoldersOfNetworks = [FolderOf("unet"), FolderOf("transformer")];

    private static readonly ImmutableArray<string> TextEncoders = ["", "cond_stage_model.transformer.", "conditioner.embedders.0.transformer.", "text_encoders.clip_l.transformer."];

    private static readonly ImmutableArray<string> OtherTextEncoders = ["", "conditioner.embedders.1.transformer.", "text_encoders.clip_g.transformer.", "text_encoders.t5xxl.transformer."];
}
