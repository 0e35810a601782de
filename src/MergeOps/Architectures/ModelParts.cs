using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>Which part of a model of several parts a tensor belongs to, told by the words in its name.</summary>
/// <param name="modules">The parts as a recipe names them.</param>
internal sealed class ModelParts(ImmutableArray<string> modules)
{
    // the words that models have for a part; each is also a name of it
    private static readonly string[][] Words =
    [
        ["vision_tower", "vision_model", "visual", "vision_encoder", "image_tower"],
        ["multi_modal_projector", "mm_projector", "vision_projector", "image_projector", "connector", "merger"],
        ["audio_tower", "audio_encoder", "audio_model", "speech_encoder"],
    ];

    // what no other part has is the language model's, however its names begin
    private static readonly string[] LanguageWords = ["text_decoder", "language_model", "text_model", "llm", "default"];

    private readonly (string Module, ImmutableHashSet<string> Words)[] others =
        [.. modules.Where(module => !IsLanguage(module)).Select(module => (module, WordsOf(module)))];

    private readonly string? language = modules.FirstOrDefault(IsLanguage);

    /// <summary>Whether a name is one for the language model.</summary>
    public static bool IsLanguage(string module) => LanguageWords.Contains(module, StringComparer.Ordinal);

    /// <summary>The part that a tensor belongs to; null when it belongs to none of them.</summary>
    public string? ModuleOf(string name)
    {
        // the last word counts: a projector may lie within the tower
        var place = name.Split('.').TakeWhile(part => TensorNames.NumberIn(part) is null).ToList();
        var found = place.Select(part => others.FirstOrDefault(other => other.Words.Contains(part)).Module).LastOrDefault(module => module is not null);
        return found ?? (place.Exists(part => Words.Any(words => words.Contains(part, StringComparer.Ordinal))) ? null : language);
    }

    private static ImmutableHashSet<string> WordsOf(string module) =>
        (Words.FirstOrDefault(words => words.Contains(module, StringComparer.Ordinal)) ?? [module]).ToImmutableHashSet(StringComparer.Ordinal);
}
