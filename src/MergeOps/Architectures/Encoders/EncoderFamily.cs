using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Methods.Contract;

namespace MergeOps.Architectures.Encoders;

/// <summary>
/// A family of encoders whose forward pass is known: what its <c>config.json</c> means, as transformers reads it. Each class in
/// <c>Families/</c> is found by itself.
/// </summary>
internal abstract class EncoderFamily
{
    // bodies, and bodies with the heads of their pretraining, which embeddings leave unused
    private static readonly string[] Endings = ["Model", "ForMaskedLM", "ForPreTraining"];

    private static readonly Lazy<ImmutableArray<EncoderFamily>> Found = new(() =>
    [
        .. from type in new PlugInFolder("Architectures/Encoders/Families").Types()
           where type.IsSubclassOf(typeof(EncoderFamily)) && !type.IsAbstract
           let family = (EncoderFamily)Activator.CreateInstance(type)!
           orderby family.ModelType
           select family,
    ]);

    /// <summary>Every family.</summary>
    public static ImmutableArray<EncoderFamily> All => Found.Value;

    /// <summary>What <c>model_type</c> says.</summary>
    public abstract string ModelType { get; }

    /// <summary>How the classes of the family are called in <c>architectures</c>, such as <c>Bert</c> for <c>BertModel</c>.</summary>
    protected abstract string ClassName { get; }

    /// <summary>What stands before the names of tensors where the body lies within a model with a head.</summary>
    public abstract string Prefix { get; }

    /// <summary>How it differs from BERT, in a line that ends without a full stop.</summary>
    public abstract string Differences { get; }

    private IEnumerable<string> Architectures => Endings.Select(ending => ClassName + ending);

    /// <summary>Whether a config is one of a family here, whatever else it says.</summary>
    public static bool IsKnown(string? modelType) => All.Any(family => family.ModelType == modelType);

    /// <summary>Reads a <c>config.json</c>; null with the reason when the forward pass would not be exact.</summary>
    public static (EncoderFamily Family, EncoderShape Shape)? TryRead(JsonElement root, out string? whyNot)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            whyNot = "config.json is not an object";
            return null;
        }

        var config = new ConfigReader(root);
        var family = Of(config);
        var shape = family?.ReadWhole(config);
        whyNot = config.WhyNot;
        return whyNot is null ? (family!, shape!) : null;
    }

    /// <summary>The shape that the config describes; what would not be exact is refused.</summary>
    protected abstract EncoderShape Read(ConfigReader config);

    private static EncoderFamily? Of(ConfigReader config)
    {
        var architecture = config.Texts("architectures") is [var first, ..] ? first : null;
        var type = config.Text("model_type");
        var family = All.FirstOrDefault(family => family.ModelType == type);
        if (family is null)
        {
            config.Refuse($"no embeddings of '{architecture ?? type ?? "unknown"}' are computed here (there are: {string.Join(", ", All.Select(known => known.ModelType))})");
        }
        else if (architecture is not null && !family.Architectures.Contains(architecture, StringComparer.Ordinal))
        {
            config.Refuse(architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal)
                ? $"'{architecture}' is a cross-encoder, which scores pairs of texts and gives no vectors of texts"
                : $"'{architecture}' is not an encoder of texts that is computed here (there are: {string.Join(", ", family.Architectures)})");
        }

        return family;
    }

    private EncoderShape ReadWhole(ConfigReader config)
    {
        var shape = Read(config);
        if (shape.HiddenSize % shape.Heads != 0)
        {
            config.Refuse($"a hidden size of {shape.HiddenSize} cannot be divided by {shape.Heads} heads");
        }

        if (config.Has("quantization_config"))
        {
            config.Refuse("the weights are quantized ('quantization_config' in config.json)");
        }

        if (config.Flag("is_decoder") || config.Flag("add_cross_attention"))
        {
            config.Refuse("config.json makes a decoder of it ('is_decoder')");
        }

        return shape;
    }
}
