using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Architectures.Lora;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// Shows the layers and the projection of a text encoder in OpenCLIP's layout, as Stable Diffusion 2 and XL have it in one file, under
/// the names of transformers, which trainers write adapters for: there the three projections of an attention lie apart, and that of
/// the text multiplies from the other side.
/// </summary>
internal sealed partial class AdaptedEncoder
{
    private const string Joined = "attn.in_proj_weight";

    private static readonly string[] Projections = ["q_proj", "k_proj", "v_proj"];

    private static readonly (string OfOpenClip, string OfTransformers)[] Others =
        [("attn.out_proj.weight", "self_attn.out_proj.weight"), ("mlp.c_fc.weight", "mlp.fc1.weight"), ("mlp.c_proj.weight", "mlp.fc2.weight")];

    private readonly List<(string Stored, ImmutableArray<string> Shown, bool IsTurned)> moved = [];
    private readonly TensorMap<TensorSource> stored;

    /// <summary>Takes them apart as far as the adapter needs it.</summary>
    /// <param name="stored">The model's tensors.</param>
    /// <param name="adapter">The adapter.</param>
    public AdaptedEncoder(TensorMap<TensorSource> stored, LoraAdapter adapter)
    {
        (this.stored, Shown) = (stored, stored);
        if (!adapter.Parts.Any(part => part.Modules.Any(module => module.Name.StartsWith("text_", StringComparison.Ordinal))))
        {
            return;
        }

        var shown = stored.ToBuilder();
        foreach (var (name, source) in stored)
        {
            if (Projection().Match(name) is { Success: true } projection && source.Shape.Length == 2)
            {
                Show(name, [($"{projection.Groups["holder"].Value}transformer.text_projection.weight", new Transpose(source, [1, 0]))], isTurned: true);
                continue;
            }

            if (Layer().Match(name) is not { Success: true } layer)
            {
                continue;
            }

            var (place, rest) = ($"{layer.Groups["holder"].Value}transformer.text_model.encoder.layers.{layer.Groups["layer"].Value}.", layer.Groups["rest"].Value);
            if (rest == Joined && source.Shape is [var rows, _] && rows % Projections.Length == 0)
            {
                var count = rows / Projections.Length;
                Show(name, [.. Projections.Select((projection, index) => ($"{place}self_attn.{projection}.weight", (TensorSource)new Slice(source, 0, index * count, count)))]);
            }
            else if (Others.FirstOrDefault(other => other.OfOpenClip == rest).OfTransformers is { } other)
            {
                Show(name, [(place + other, source)]);
            }
        }

        Shown = shown.ToTensorMap();

        void Show(string name, ImmutableArray<(string Name, TensorSource Source)> parts, bool isTurned = false)
        {
            // who has both layouts has what the adapter means under its own name
            if (parts.Any(part => shown.ContainsKey(part.Name)))
            {
                return;
            }

            shown.Remove(name);
            shown.AddRange(parts.Select(part => KeyValuePair.Create(part.Name, part.Source)));
            moved.Add((name, [.. parts.Select(part => part.Name)], isTurned));
        }
    }

    /// <summary>The model's tensors by the names that the adapter has for them.</summary>
    public TensorMap<TensorSource> Shown { get; }

    /// <summary>Changed tensors by the names that the model has for them; those that are as they were are the stored ones.</summary>
    public TensorMap<TensorSource> Together(TensorMap<TensorSource> changed)
    {
        var together = changed.ToBuilder();
        foreach (var (name, names, isTurned) in moved)
        {
            ImmutableArray<TensorSource> parts = [.. names.Select(part => changed[part])];
            together.RemoveRange(names);
            together.Add(
                name,
                names.All(part => ReferenceEquals(changed[part], Shown[part])) ? stored[name]
                : isTurned ? new Transpose(parts[0], [1, 0])
                : parts is [var only] ? only
                : new Reshape(new Stack(parts, 0, name), stored[name].Shape, name));
        }

        return together.ToTensorMap();
    }

    [GeneratedRegex(@"\A(?<holder>(.*\.)?)model\.text_projection\z", RegexOptions.None, 1000)]
    private static partial Regex Projection();

    [GeneratedRegex(@"\A(?<holder>(.*\.)?)model\.transformer\.resblocks\.(?<layer>[0-9]+)\.(?<rest>.+)\z", RegexOptions.None, 1000)]
    private static partial Regex Layer();
}
