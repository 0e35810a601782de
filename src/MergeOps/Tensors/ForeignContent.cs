using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// Names what a file is when it is no safetensors file. Asked only after a rule failed, since eight bytes of a good
/// file can look like anything.
/// </summary>
internal static class ForeignContent
{
    private const string Gguf = "This is a GGUF file. Use the original model that it was made from.";

    /// <summary>What to do with weights in a format that can carry code.</summary>
    public const string HowToConvert =
        "Convert it with the Hub's space safetensors/convert, use a revision that has safetensors files, or, if you trust it, load it with the library that wrote it and save it as safetensors.";

    // what trainers keep beside the weights to go on with
    private static readonly string[] TrainingState =
        ["optimizer", "scheduler", "rng_state", "random_states", "training_args", "training_state", "trainer_state", "scaler", "sampler", "global_step"];

    /// <summary>The endings of files whose loading can run code.</summary>
    public static IReadOnlyList<string> CodeCarryingExtensions { get; } =
        [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".h5", ".keras", ".nemo", ".msgpack"];

    /// <summary>Why a file is not even opened, by its name; null when the name is fine.</summary>
    public static (DiagnosticCode Code, string Detail)? RecogniseName(string fileName)
    {
        var extension = Path.GetExtension(fileName);
        return CodeCarryingExtensions.Contains(extension, StringComparer.OrdinalIgnoreCase)
            ? (Codes.PickleRefused, $"Loading a {extension.ToLowerInvariant()} file can run any code that its author put into it. {HowToConvert}")
            : extension.Equals(ModelFileNames.WeightsEnding, StringComparison.Ordinal)
                ? null
                : (Codes.NotSafetensors, extension.Equals(".gguf", StringComparison.OrdinalIgnoreCase) ? Gguf : "Only files that end in .safetensors are read.");
    }

    /// <summary>Whether a file or folder is by its name what a trainer keeps to go on with.</summary>
    public static bool IsTrainingState(string name) => TrainingState.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    /// <summary>What the first bytes are known to belong to; null when they are unknown.</summary>
    public static (DiagnosticCode Code, string Detail)? Recognise(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("version "u8))
        {
            return (Codes.NotSafetensors, "This is a git-lfs pointer, a small text in place of the real file. Run: git lfs pull");
        }

        if (LooksLikeMarkup(first))
        {
            return (Codes.NotSafetensors, "This is an HTML or XML page, most likely an error or sign-in page from a proxy instead of the file. Download it again.");
        }

        if (first.StartsWith("PK\x3\x4"u8))
        {
            return (Codes.PickleRefused, $"This is a zip archive, the form in which PyTorch saves pickles, whatever its name. {HowToConvert}");
        }

        if (first.Length >= 2 && first[0] == 0x80 && first[1] is >= 2 and <= 5)
        {
            return (Codes.PickleRefused, $"This is a Python pickle, whatever its name. {HowToConvert}");
        }

        return first.StartsWith("GGUF"u8)
            ? (Codes.NotSafetensors, Gguf)
            : null;
    }

    private static bool LooksLikeMarkup(ReadOnlySpan<byte> first)
    {
        var text = Encoding.ASCII.GetString(first).TrimStart();
        return text.StartsWith("<!", StringComparison.Ordinal)
            || text.StartsWith("<h", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase);
    }
}
