using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Shows the experts of a model to an adapter one by one where it changes them so and the model stores those of a layer together.</summary>
internal sealed partial class AdaptedExperts
{
    private readonly TensorMap<TensorSource> stored;
    private readonly List<(ExpertLayout Own, ExpertLayout Apart)> layers = [];

    /// <summary>Takes them apart as far as the adapter needs it.</summary>
    /// <param name="stored">The model's tensors.</param>
    /// <param name="adapter">The adapter.</param>
    public AdaptedExperts(TensorMap<TensorSource> stored, LoraAdapter adapter)
    {
        (this.stored, Shown) = (stored, stored);
        if (adapter.Parts.SelectMany(part => part.Modules).Select(module => OneExpert().Match(module.Name)).FirstOrDefault(match => match.Success) is not { } expert
            || ExpertNames.Spellings.FirstOrDefault(names => names.Projections.Contains(expert.Groups["projection"].Value, StringComparer.Ordinal)) is not { } names)
        {
            return;
        }

        var shown = stored.ToBuilder();
        foreach (var own in ExpertLayout.In(stored.ToDictionary(source => source.Key, source => source.Value.Shape, StringComparer.Ordinal)).Where(layout => layout.Names is null))
        {
            var apart = own.As(own with { Module = $"{expert.Groups["block"].Value}.experts", Names = names, IsTransposed = false });
            var views = new ExpertViews(own, stored);
            layers.Add((own, apart));
            shown.RemoveRange(views.Stored);
            shown.AddRange(views.In(apart));
        }

        Shown = shown.ToTensorMap();
    }

    /// <summary>The model's tensors by the names that the adapter has for them.</summary>
    public TensorMap<TensorSource> Shown { get; }

    /// <summary>Changed tensors by the names that the model has for them; layers whose experts are as they were are the stored ones.</summary>
    public TensorMap<TensorSource> Together(TensorMap<TensorSource> changed)
    {
        var together = changed.ToBuilder();
        foreach (var (own, apart) in layers)
        {
            var views = new ExpertViews(apart, changed);
            var isChanged = views.Stored.Any(name => !ReferenceEquals(changed[name], Shown[name]));
            together.RemoveRange(views.Stored);
            together.AddRange(isChanged ? views.In(own) : new ExpertViews(own, stored).Stored.Select(name => KeyValuePair.Create(name, stored[name])));
        }

        return together.ToTensorMap();
    }

    [GeneratedRegex(@"(\A|\.)(?<block>[^.]+)\.experts\.[0-9]+\.(?<projection>[^.]+)\z", RegexOptions.None, 1000)]
    private static partial Regex OneExpert();
}
