using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>Files of a model that do not travel with a merge, told by what they are; folders stand for all that is in them.</summary>
/// <param name="Kind">What they are, in words for people.</param>
/// <param name="Names">Names of files, and of folders with a slash at their end, in ordinal order.</param>
internal sealed partial record LeftBehind(string Kind, ImmutableArray<string> Names)
{
    private const string OtherForms = "other forms of the weights";
    private const string Adapter = "adapters";
    private const string Quantization = "quantization settings";
    private const string Training = "training state";
    private const string Results = "logs and results";
    private const string Others = "not known to belong to a model";

    private static readonly string[] InOrder = [OtherForms, Adapter, Quantization, Training, Results, Others];

    /// <summary>The groups, the most telling first; pages, pictures and what this program writes itself are not worth a word.</summary>
    /// <param name="paths">The files that are not used.</param>
    /// <param name="components">The model's components: a file in one of them is told like one at the top.</param>
    public static ImmutableArray<LeftBehind> Among(IEnumerable<string> paths, ImmutableArray<string> components) =>
    [
        .. paths.Select(path => new FileIn(ComponentName.ComponentOf(path, components), path))
            .Where(file => !Ordinary().IsMatch(file.Name))
            .GroupBy(file => KindOf(file.Name))
            .OrderBy(group => Array.IndexOf(InOrder, group.Key))
            .Select(group => new LeftBehind(
                group.Key, [.. group.Select(file => ComponentName.In(file.Component, TopOf(file.Name))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])),
    ];

    /// <summary>Weight files that are neither the model's nor another form of it: what is in them would be lost without a word.</summary>
    /// <param name="paths">The files that are not used.</param>
    public static ImmutableArray<string> Weights(IEnumerable<string> paths) =>
    [
        .. paths.Where(path => !path.Contains('/') && KindOf(path) == Others && !Ordinary().IsMatch(path))
            .Where(path => CheckpointLayout.IsWeights(path) || (SubModules.HoldsWeights(path) && PickledPart().IsMatch(path)))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Other forms of the weights of a component: the same numbers in another width or format.</summary>
    /// <param name="paths">The files that are not used.</param>
    /// <param name="component">The component, or <see cref="ComponentName.Own"/>.</param>
    public static ImmutableArray<string> VariantsIn(string component, IEnumerable<string> paths) =>
        [.. ComponentName.FilesIn(component, paths).Where(name => CheckpointLayout.IsWeights(name) && OtherForm().IsMatch(name)).Order(StringComparer.Ordinal)];

    private static string KindOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return path.Split('/').Any(ForeignContent.IsTrainingState) || TrainingFolder().IsMatch(path) ? Training
            : Adapters.IsFile(name) ? Adapter
            : QuantizationSettings().IsMatch(name) ? Quantization
            : OtherForm().IsMatch(path) || CheckpointLayout.IsVendorForm(name) ? OtherForms
            : ResultsOrLogs().IsMatch(path) ? Results
            : Others;
    }

    private static string TopOf(string path) => path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..(slash + 1)] : path;

    private sealed record FileIn(string Component, string Path)
    {
        public string Name => Component.Length == 0 ? Path : Path[(Component.Length + 1)..];
    }

    [GeneratedRegex(@"(\A|/)\.|(\A|/)(README|CHANGELOG|merge-manifest\.json|evaluation\.json|publication\.json|mergekit_config\.yml|mergeops\.yml)[^/]*\z|\.(fisher|gram|gradient|activation)\.safetensors\z|\.(md|png|jpe?g|gif|webp|svg|avif|mp4)\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Ordinary();

    [GeneratedRegex(@"\A(checkpoint|epoch|step)[-_]?[0-9]+/|(\A|/)(latest|zero_to_fp32\.py)\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex TrainingFolder();

    [GeneratedRegex(@"\A(quantize_config|quant_config|hf_quant_config|quantization_config|compression_config|quant_strategy)\.json\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex QuantizationSettings();

    [GeneratedRegex(@"\A(onnx|openvino[^/]*|gguf|coreml|tflite|original|metal|mlx)/|\.(gguf|ggml|onnx|onnx_data|tflite|mlmodel|ot|h5|msgpack|ckpt|pdparams|mlpackage)\z|\A(pytorch_model|model|diffusion_pytorch_model)([^/]*\.(bin|pth?|bin\.index\.json)|(\.[a-z0-9_]+)?(-[0-9]+-of-[0-9]+)?(\.[a-z0-9_]+)?\.safetensors)\z|\A[^/]+\.index(\.[a-z0-9_]+)?\.json\z|\Aopenvino_[^/]*\z|\Aparams\.json\z|\Aconsolidated", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OtherForm();

    [GeneratedRegex(@"\A(runs|wandb|mlruns|logs?|lightning_logs|tensorboard|eval[a-z_]*|results?|samples)/|(\A|/)events\.out\.tfevents|\.log\z|(\A|_)results?\.json\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ResultsOrLogs();

    // parts that their authors save apart from the transformer
    [GeneratedRegex(@"(linear|head|projector|classifier|pooler)\.(bin|pth?)\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PickledPart();
}
