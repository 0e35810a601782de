using System.Globalization;

namespace MergeOps.Planning;

/// <summary>A tensor's name taken apart at its layer number.</summary>
/// <param name="Stack">What stands before the number, such as <c>model.layers</c>.</param>
/// <param name="Layer">The number.</param>
/// <param name="Suffix">What stands after it, such as <c>mlp.up_proj.weight</c>.</param>
internal sealed record LayerName(string Stack, int Layer, string Suffix)
{
    /// <summary>The name of the same tensor in another layer.</summary>
    public string At(int layer) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stack}.{layer}.{Suffix}");
}

/// <summary>Infers a tensor's place in its model from its name, by rule; no architecture is listed anywhere.</summary>
internal static class TensorNames
{
    // no model is deeper, and sums of depths stay far from overflow
    private const int LongestNumber = 5;

    // words that mark a tensor outside the layers as one that works before them; all others work after them
    private static readonly string[] BeforeLayers =
        ["embed", "wte", "wpe", "position_ids", "token_type", "patch_", "conv1", "conv2", "shared.weight", "class_token"];

    // buffers that old checkpoints carry and new ones do not; nothing is lost where one is missing
    private static readonly string[] Buffers =
        ["rotary_emb.inv_freq", "position_ids", "attn.bias", "attn.masked_bias", "attention.bias", "attention.masked_bias"];

    /// <summary>The name taken apart at its first whole-number part; null when it has none or begins with it.</summary>
    public static LayerName? LayerOf(string name)
    {
        for (var start = name.IndexOf('.', StringComparison.Ordinal); start >= 0;)
        {
            var end = name.IndexOf('.', start + 1);
            if (end < 0)
            {
                return null;
            }

            if (NumberIn(name.AsSpan(start + 1, end - start - 1)) is { } layer)
            {
                return new(name[..start], layer, name[(end + 1)..]);
            }

            start = end;
        }

        return null;
    }

    private static int? NumberIn(ReadOnlySpan<char> part) =>
        part.Length <= LongestNumber
        && (part.Length == 1 || !part.StartsWith('0'))
        && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Whether a tensor outside the layers belongs to the first slice; otherwise it belongs to the last.</summary>
    public static bool ComesBeforeLayers(string name) =>
        BeforeLayers.Any(word => name.Contains(word, StringComparison.Ordinal)) && !TiedTensors.IsHead(name);

    /// <summary>Whether a tensor may be missing in some of the models.</summary>
    public static bool IsBuffer(string name) =>
        Buffers.Any(word => name.EndsWith(word, StringComparison.Ordinal));
}
