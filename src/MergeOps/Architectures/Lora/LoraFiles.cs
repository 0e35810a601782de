using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures.Lora;

/// <summary>Which files of a folder or repository are an adapter.</summary>
internal static class LoraFiles
{
    /// <summary>The key in the header of a file under which diffusers keeps its settings.</summary>
    public const string MetadataKey = "lora_adapter_metadata";

    /// <summary>The factors in PEFT's layout.</summary>
    public const string Peft = "adapter_model.safetensors";

    // what PEFT wrote before, read as data like any file of PyTorch
    private const string PeftPickled = "adapter_model.bin";

    private const string Diffusers = "pytorch_lora_weights.safetensors";

    private const string HowToConvert =
        "Save the adapter again with a current PEFT, which writes safetensors: `PeftModel.from_pretrained(BASE, ADAPTER).save_pretrained(FOLDER)`";

    /// <summary>Bytes of the largest settings that are read.</summary>
    public const int LargestSettings = DescriptionFiles.LargestFile;

    /// <summary>The file with the weights.</summary>
    /// <param name="paths">The files that are there.</param>
    /// <param name="name">What messages call the adapter.</param>
    /// <exception cref="MergeOpsException">There is none, or nobody can say which.</exception>
    public static string WeightsAmong(IReadOnlyCollection<string> paths, string name)
    {
        List<string> top = [.. paths.Where(path => !path.Contains('/'))];
        if (top.Contains(Peft) || top.Contains(Diffusers))
        {
            return top.Contains(Peft) ? Peft : Diffusers;
        }

        if (top.Contains(ModelFileNames.Config) && CheckpointLayout.Of(top) is { } layout && !(layout.Files is [var file] && Adapters.IsFile(file)))
        {
            throw Refuse($"{TerminalText.Quoted(name)} is a whole model, but '+' must be followed by an adapter. Name it as a separate model");
        }

        var loose = CheckpointLayout.LooseIn(top);
        return loose switch
        {
            [var only] => only,
            [] when top.Contains(PeftPickled) => PeftPickled,
            [_, _, ..] => throw Refuse($"{TerminalText.Quoted(name)} holds several files that may be the adapter: {NameList.Of(loose)}. Download the one that is meant, and write its path"),
            _ when top.Find(IsPickled) is { } pickled => throw Pickled(name, pickled),
            _ when FolderAmong(paths) is { } folder => throw Refuse($"{TerminalText.Quoted(name)} holds an adapter in its folder {TerminalText.Quoted(folder)}, and none at the top. Write the path of that folder on this machine"),
            _ => throw Refuse($"{TerminalText.Quoted(name)} holds no adapter: neither {Peft} nor another safetensors file is there"),
        };
    }

    /// <summary>The settings that belong to a file with weights, by its name; null when none can.</summary>
    public static string? SettingsOf(string weights) => weights is Peft or PeftPickled ? Adapters.SettingsFile : null;

    /// <summary>What to throw for factors in another format.</summary>
    public static MergeOpsException Pickled(string name, string file) => new(
        Codes.PickleRefused, $"{TerminalText.Quoted(name)} holds its factors in {TerminalText.Quoted(file)}, but factors are read only from safetensors and {PeftPickled}. {HowToConvert}; name FOLDER.");

    private static bool IsPickled(string file) => Adapters.IsFile(file) && ForeignContent.CodeCarryingExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static string? FolderAmong(IEnumerable<string> paths) =>
        paths.Where(path => path.EndsWith("/" + Adapters.SettingsFile, StringComparison.Ordinal)).Select(path => path[..path.LastIndexOf('/')]).Order(StringComparer.Ordinal).FirstOrDefault();

    private static MergeOpsException Refuse(string detail) => new(Codes.AdapterNotApplied, detail + ".");
}
