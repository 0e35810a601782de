using System.Globalization;

namespace MergeOps.Architectures.Lora;

/// <summary>
/// The two namings of the network of Stable Diffusion (1, 2 and XL), two blocks to each resolution: the original code counts
/// blocks through, diffusers within a resolution. Trainers write adapters in either.
/// </summary>
internal static class UnetNames
{
    // blocks of one resolution in the original code: two of layers, and one that changes the resolution
    private const int Period = 3;

    private static readonly (string Original, string Diffusers)[] Whole =
    [
        ("input_blocks.0.0", "conv_in"), ("time_embed.0", "time_embedding.linear_1"), ("time_embed.2", "time_embedding.linear_2"),
        ("label_emb.0.0", "add_embedding.linear_1"), ("label_emb.0.2", "add_embedding.linear_2"), ("out.0", "conv_norm_out"), ("out.2", "conv_out"),
        ("middle_block.1", "mid_block.attentions.0"),
    ];

    private static readonly (string Original, string Diffusers)[] OfLayers =
    [
        ("in_layers.0", "norm1"), ("in_layers.2", "conv1"), ("emb_layers.1", "time_emb_proj"), ("out_layers.0", "norm2"), ("out_layers.3", "conv2"), ("skip_connection", "conv_shortcut"),
    ];

    /// <summary>Whether a model may have such a network, in one of the two namings: nothing in it says that a resolution has another number of blocks.</summary>
    /// <param name="container">What its names begin with there.</param>
    /// <param name="names">The names of the model's tensors.</param>
    public static bool AreIn(string container, IEnumerable<string> names)
    {
        var (isOne, whole, begun) = (false, new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var name in names.Where(name => name.StartsWith(container, StringComparison.Ordinal)))
        {
            switch (name[container.Length..].Split('.', 5))
            {
                case ["input_blocks", var number, "0", "op", _] when Number(number) is { } block && block % Period != 0:
                case ["down_blocks", _, "resnets", var layer, _] when Number(layer) is >= Period - 1:
                case ["up_blocks", _, "resnets", var last, _] when Number(last) is >= Period:
                    return false;
                case ["down_blocks", var resolution, "resnets", var layer, _]:
                    (layer == "0" ? begun : whole).Add(resolution);
                    isOne = true;
                    break;
                case ["input_blocks" or "middle_block" or "output_blocks" or "down_blocks" or "mid_block" or "up_blocks", ..]:
                    isOne = true;
                    break;
            }
        }

        return isOne && begun.SetEquals(whole);
    }

    /// <summary>What the other naming may call a tensor or a module; nothing where both have one name.</summary>
    public static IEnumerable<string> OthersOf(string name)
    {
        foreach (var (original, diffusers) in Whole)
        {
            if ((Moved(name, original, diffusers) ?? Moved(name, diffusers, original)) is { } whole)
            {
                return [whole];
            }
        }

        return name.Split('.', 4) switch
        {
            ["input_blocks", var number, var module, var rest] when Number(number) is > 0 and var block => Diffusers("down_blocks", block - 1, module, rest),
            ["output_blocks", var number, var module, var rest] when Number(number) is { } block => Diffusers("up_blocks", block, module, rest),
            ["middle_block", ("0" or "2") and var module, _, _] when OfLayer(name["middle_block.0.".Length..], toDiffusers: true) is { } layer => [$"mid_block.resnets.{(module == "0" ? 0 : 1)}.{layer}"],
            ["mid_block", "resnets", ("0" or "1") and var number, var rest] when OfLayer(rest, toDiffusers: false) is { } layer => [$"middle_block.{(number == "0" ? 0 : 2)}.{layer}"],
            [("down_blocks" or "up_blocks") and var side, var number, var kind, var rest] when Number(number) is { } block && rest.Split('.', 2) is [var place, var inner] && Number(place) is { } layer =>
                Originals(side == "down_blocks", block, kind, layer, inner),
            _ => [],
        };
    }

    private static IEnumerable<string> Diffusers(string side, int block, string module, string rest)
    {
        var (resolution, layer) = (block / Period, block % Period);
        return (module, rest) switch
        {
            ("0", _) when rest.StartsWith("op.", StringComparison.Ordinal) || rest == "op" => [$"{side}.{resolution}.downsamplers.0.conv{rest[2..]}"],
            ("0", _) when OfLayer(rest, toDiffusers: true) is { } named => [$"{side}.{resolution}.resnets.{layer}.{named}"],
            ("1" or "2", _) when rest.StartsWith("conv.", StringComparison.Ordinal) || rest == "conv" => [$"{side}.{resolution}.upsamplers.0.{rest}"],
            ("1", _) => [$"{side}.{resolution}.attentions.{layer}.{rest}"],
            _ => [],
        };
    }

    private static IEnumerable<string> Originals(bool isDown, int block, string kind, int layer, string inner)
    {
        var (side, number) = isDown ? ("input_blocks", (Period * block) + layer + 1) : ("output_blocks", (Period * block) + layer);
        return kind switch
        {
            "resnets" when OfLayer(inner, toDiffusers: false) is { } named => [$"{side}.{number}.0.{named}"],
            "attentions" => [$"{side}.{number}.1.{inner}"],
            "downsamplers" when Moved(inner, "conv", "op") is { } named => [$"{side}.{Period * (block + 1)}.0.{named}"],

            // behind an attention where the resolution has one
            "upsamplers" => [$"{side}.{(Period * block) + 2}.1.{inner}", $"{side}.{(Period * block) + 2}.2.{inner}"],
            _ => [],
        };
    }

    private static string? OfLayer(string name, bool toDiffusers) =>
        OfLayers.Select(pair => toDiffusers ? Moved(name, pair.Original, pair.Diffusers) : Moved(name, pair.Diffusers, pair.Original)).FirstOrDefault(moved => moved is not null);

    private static string? Moved(string name, string from, string to) =>
        name == from ? to : name.StartsWith(from + ".", StringComparison.Ordinal) ? to + name[from.Length..] : null;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1000 ? number : null;
}
