using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>Which part of a model of several parts a tensor belongs to, told by the words in its name.</summary>
/// <param name="modules">The parts as a recipe names them.</param>
/// <param name="components">The components of the models.</param>
internal sealed class ModelParts(ImmutableArray<string> modules, ImmutableArray<string> components)
{
    // the words that models have for a part; each is also a name of it
    private static readonly string[][] Words =
    [
        ["vision_tower", "vision_model", "visual", "vision_encoder", "vision_backbone", "image_tower", "visual_tokenizer", "embed_tokens_extend", "vision", "vpm"],
        [
            "multi_modal_projector", "mm_projector", "vision_projector", "image_projector", "connector", "merger", "projector", "resampler", "qformer", "mlp1",
            "embed_vision", "embed_audio", "language_projection", "audio_projection_layer",
        ],
        ["audio_tower", "audio_encoder", "audio_model", "speech_encoder", "apm"],
        ["talker"],
        ["token2wav"],
    ];

    // what no other part has is the language model's, however its names begin
    private static readonly string[] LanguageWords = ["text_decoder", "language_model", "text_model", "llm", "default"];

    private readonly (string Module, ImmutableHashSet<string> Words)[] others =
        [.. modules.Where(module => !IsLanguage(module)).Select(module => (module, WordsOf(module)))];

    private readonly string? language = modules.FirstOrDefault(IsLanguage);

    /// <summary>Whether a name is one for the language model.</summary>
    public static bool IsLanguage(string module) => LanguageWords.Contains(module, StringComparer.Ordinal);

    /// <summary>Whether a tensor belongs to another part than the language model.</summary>
    public static bool IsOfOtherPart(string name) => PlaceOf(name).Any(part => Words.Any(words => words.Contains(part, StringComparer.Ordinal)));

    /// <summary>The part that a tensor belongs to; null when it belongs to none of them.</summary>
    public string? ModuleOf(string name)
    {
        // the folder decides, whatever the tensors in it are called
        if (ComponentName.ComponentOf(name, components) is { Length: > 0 } component)
        {
            return modules.FirstOrDefault(module => module == component);
        }

        // the last word counts: a projector may lie within the tower
        return PlaceOf(name).Select(part => others.FirstOrDefault(other => other.Words.Contains(part)).Module).LastOrDefault(module => module is not null)
            ?? (IsOfOtherPart(name) ? null : language);
    }

    // what stands behind the first number belongs to a layer
    private static IEnumerable<string> PlaceOf(string name) => name.Split('.').TakeWhile(part => TensorNames.NumberIn(part) is null);

    private static ImmutableHashSet<string> WordsOf(string module) =>
        (Words.FirstOrDefault(words => words.Contains(module, StringComparer.Ordinal)) ?? [module]).ToImmutableHashSet(StringComparer.Ordinal);
}
