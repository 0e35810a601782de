using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// Gives the experts of every model the layout that the output has: that of the model that shapes it, or one expert by
/// one where the recipe has values for single ones, or for one of the projections that lie together otherwise.
/// </summary>
internal sealed partial class ExpertSources
{
    private readonly Dictionary<string, ExpertLayout> wanted = new(StringComparer.Ordinal);
    private readonly Located<string>? filter;
    private readonly ModelMetadata donor;
    private readonly List<ModelMetadata> rearranged = [];
    private readonly SortedDictionary<string, List<string>> renamed = new(StringComparer.Ordinal);
    private (SortedNames? Names, List<ExpertLayout> Layouts) known = (null, []);

    /// <summary>Decides the layout.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="donor">The model that shapes the output.</param>
    /// <param name="sources">Its tensors.</param>
    public ExpertSources(Recipe recipe, ModelMetadata donor, TensorMap<TensorSource> sources)
    {
        this.donor = donor;
        var family = ExpertNames.OfFamily(donor.Config?.LanguageType);
        var layouts = LayoutsOf(sources).ConvertAll(layout => (Own: layout, Single: layout.Names is null && family is { } single
            ? layout.As(layout with { Module = $"{single.Block}.experts", Names = single.Names, IsTransposed = false })
            : layout));
        filter = RecipeSettings.FiltersOf(recipe)
            .FirstOrDefault(filter => IsOneExpert(filter.Value) || layouts.Exists(layout => layout.Own.Names is null && layout.Single.TellsApart(filter.Value)));
        foreach (var (own, single) in layouts)
        {
            wanted.TryAdd(own.Place, filter is null ? own : single);
        }
    }

    /// <summary>The names of projections by which a filter takes them apart; null where the loaders of the family take them together alone.</summary>
    public ExpertNames? Single => ExpertNames.OfFamily(donor.Config?.LanguageType)?.Names;

    /// <summary>The names that the output has for what a filter takes by the names in models that are rearranged.</summary>
    public List<string> RenamedFor(string filter) =>
        [.. renamed.Where(name => name.Key.Contains(filter, StringComparison.Ordinal)).SelectMany(name => name.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether a filter is for one expert alone.</summary>
    public static bool IsOneExpert(string filter) => OneExpert().IsMatch(filter);

    /// <summary>Tells whose experts were rearranged; a note where the output has another layout than the model that shapes it.</summary>
    public void Report(DiagnosticBag diagnostics)
    {
        foreach (var metadata in rearranged.Where(metadata => !ReferenceEquals(metadata, donor)))
        {
            diagnostics.Detail(Codes.ExpertsRearranged, $"{metadata.Model.Value} stores its experts in a different layout than the output. They are rearranged while they are read.", metadata.Model.Span);
        }

        if (rearranged.Contains(donor) && filter is not null)
        {
            diagnostics.Note(
                Codes.ExpertsRearranged,
                $"{TerminalText.Quoted(filter.Value)} selects single experts or projections, but {donor.Model.Value} stores those of a layer together. The output stores each by itself, as {TerminalText.Quoted(TensorNames.PatternOf(wanted.Values.First().NameOf(0, wanted.Values.First().Names!.Gate)))}; loaders of {TerminalText.Escape(donor.Config!.LanguageType!)} take both.",
                filter.Span);
        }
    }

    /// <summary>A model's tensors in that layout; experts whose tensors are not alike stay as they are.</summary>
    /// <param name="metadata">The model.</param>
    /// <param name="sources">Its tensors.</param>
    public TensorMap<TensorSource> Adapt(ModelMetadata metadata, TensorMap<TensorSource> sources)
    {
        if (wanted.Count == 0)
        {
            return sources;
        }

        ImmutableSortedDictionary<string, TensorSource>.Builder? adapted = null;
        foreach (var own in LayoutsOf(sources))
        {
            if (wanted.TryGetValue(own.Place, out var like) && !own.IsLike(like) && new ExpertViews(own, sources) is { AreAlike: true } views)
            {
                adapted ??= sources.ToBuilder();
                adapted.RemoveRange(views.Stored);
                adapted.AddRange(views.In(own.As(like)));
                Rename(adapted, own, own.As(like));
                foreach (var (name, others) in own.NamesIn(own.As(like)))
                {
                    renamed.TryAdd(name, others);
                }
            }
        }

        if (adapted is null)
        {
            return sources;
        }

        rearranged.Add(metadata);
        return adapted.ToTensorMap();
    }

    // the router lies beside the experts
    private void Rename(ImmutableSortedDictionary<string, TensorSource>.Builder sources, ExpertLayout own, ExpertLayout like)
    {
        if (own.Block == like.Block)
        {
            return;
        }

        foreach (var (name, source) in sources.Where(source => source.Key.StartsWith(own.BlockPrefix, StringComparison.Ordinal)).ToList())
        {
            sources.Remove(name);
            sources[like.BlockPrefix + name[own.BlockPrefix.Length..]] = source;
            renamed.TryAdd(name, [like.BlockPrefix + name[own.BlockPrefix.Length..]]);
        }
    }

    private List<ExpertLayout> LayoutsOf(TensorMap<TensorSource> sources)
    {
        if (ReferenceEquals(known.Names, sources.Names))
        {
            return known.Layouts;
        }

        List<ExpertLayout> layouts = ExpertLayout.AreIn(sources.Keys) ? [.. ExpertLayout.In(ShapesOf(sources))] : [];
        // experts that lie by themselves are told by the names alone
        known = layouts.TrueForAll(layout => layout.Names is not null) ? (sources.Names, layouts) : known;
        return layouts;
    }

    private static Dictionary<string, ImmutableArray<long>> ShapesOf(TensorMap<TensorSource> sources)
    {
        var shapes = new Dictionary<string, ImmutableArray<long>>(sources.Count, StringComparer.Ordinal);
        foreach (var (name, source) in sources)
        {
            shapes.Add(name, source.Shape);
        }

        return shapes;
    }

    [GeneratedRegex(@"(\A|\.)experts\.[0-9]+(\.|\z)", RegexOptions.None, 1000)]
    private static partial Regex OneExpert();
}

/// <summary>The experts of a layer, whichever way they are stored, as a source for each projection of each.</summary>
/// <param name="own">How they are stored.</param>
/// <param name="sources">The model's tensors.</param>
internal sealed class ExpertViews(ExpertLayout own, IReadOnlyDictionary<string, TensorSource> sources)
{
    /// <summary>The names of what is stored.</summary>
    public IEnumerable<string> Stored => own.Names is { } names
        ? Enumerable.Range(0, own.Experts).SelectMany(expert => names.Projections.Select(projection => own.NameOf(expert, projection)))
        : [own.FusedGateUp, own.FusedDown];

    /// <summary>Whether all experts have one shape and number type, so that they can lie together.</summary>
    public bool AreAlike => own.Names is not { } names || (
        Enumerable.Range(0, own.Experts).SelectMany(expert => new[] { Of(expert, 0), Of(expert, 1) }).DistinctBy(Kind).Count() == 1
        && Enumerable.Range(0, own.Experts).Select(expert => Of(expert, 2)).DistinctBy(Kind).Count() == 1
        && names.Projections.All(projection => sources[own.NameOf(0, projection)].Shape.Length == 2));

    /// <summary>The experts in another layout, by the names that the tensors have there.</summary>
    public IEnumerable<KeyValuePair<string, TensorSource>> In(ExpertLayout wanted)
    {
        if (wanted.Names is { } names)
        {
            return
                from expert in Enumerable.Range(0, own.Experts)
                from projection in names.Projections.Index()
                select KeyValuePair.Create(wanted.NameOf(expert, projection.Item), Of(expert, projection.Index));
        }

        return [KeyValuePair.Create(wanted.FusedGateUp, Turned(GateUp(wanted), wanted)), KeyValuePair.Create(wanted.FusedDown, Turned(Down(wanted), wanted))];
    }

    private static Reshape One(TensorSource matrices, int place) => new(new Slice(matrices, 0, place, 1), matrices.Shape[1..]);

    private static string Kind(TensorSource source) => $"{source.DType} {string.Join(',', source.Shape)}";

    private static TensorSource Turned(TensorSource fused, ExpertLayout layout) => layout.IsTransposed ? new Transpose(fused, [0, 2, 1]) : fused;

    // [experts, 2 * inner, hidden]
    private TensorSource GateUp(ExpertLayout wanted)
    {
        if (own.Names is null)
        {
            return Turned(sources[own.FusedGateUp], own);
        }

        ImmutableArray<TensorSource> parts = [.. Enumerable.Range(0, own.Experts).SelectMany(expert => new[] { Of(expert, 0), Of(expert, 1) })];
        var (inner, hidden) = (parts[0].Shape[0], parts[0].Shape[1]);
        return new Reshape(new Stack(parts, 0, wanted.FusedGateUp), [own.Experts, 2 * inner, hidden]);
    }

    // [experts, hidden, inner]
    private TensorSource Down(ExpertLayout wanted) => own.Names is null
        ? Turned(sources[own.FusedDown], own)
        : new Stack([.. Enumerable.Range(0, own.Experts).Select(expert => Of(expert, 2))], 0, wanted.FusedDown);

    // gate, up or down of one expert as [out, in]
    private TensorSource Of(int expert, int projection)
    {
        if (own.Names is { } names)
        {
            return sources[own.NameOf(expert, names.Projections[projection])];
        }

        var whole = sources[projection == 2 ? own.FusedDown : own.FusedGateUp];
        if (projection == 2)
        {
            return One(Turned(whole, own), expert);
        }

        // turning half of a matrix costs half
        var (inner, hidden) = own.IsTransposed ? (whole.Shape[2] / 2, whole.Shape[1]) : (whole.Shape[1] / 2, whole.Shape[2]);
        return own.IsTransposed
            ? One(Turned(new Slice(whole, 2, projection * inner, inner), own), expert)
            : One(new Reshape(whole, [own.Experts * 2L, inner, hidden]), (2 * expert) + projection);
    }
}
