using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Search.Contract;

namespace MergeOps.Search;

/// <summary>The numbers of a recipe's search as dimensions, and recipes at points of that space.</summary>
internal static class SearchSpace
{
    /// <summary>The dimensions: of an entry with several numbers over the layers one for each, from the first layer to the last.</summary>
    public static ImmutableArray<Dimension> DimensionsOf(SearchSettings search) =>
    [
        .. from searched in search.Parameters
           from place in Enumerable.Range(1, searched.Layers)
           select new Dimension(searched.Layers == 1 ? searched.Words : $"{searched.Words} ({place} of {searched.Layers})", searched.From, searched.To)
           {
               IsForAll = searched is { Layers: 1, Filter: null, Model: null },
               Model = searched is { Layers: 1, Filter: null, Parameter.Value.Scope: ParameterScope.Model } ? searched.Model?.Value : null,
           },
    ];

    /// <summary>The point in the middle of all ranges.</summary>
    public static ImmutableArray<double> MiddleOf(ImmutableArray<Dimension> dimensions) =>
        [.. dimensions.Select(dimension => dimension.Fit((dimension.From + dimension.To) / 2))];

    /// <summary>The recipe with the numbers of a point in their places.</summary>
    /// <param name="recipe">A recipe with a search whose numbers are not in place yet.</param>
    /// <param name="values">A number for each dimension.</param>
    /// <param name="placeOf">What is to be named as the place of an entry's numbers; null for the entry itself.</param>
    public static Recipe At(Recipe recipe, ImmutableArray<double> values, Func<SearchedParameter, SourceSpan>? placeOf = null)
    {
        var first = 0;
        var settings = new Dictionary<SearchedParameter, ParameterSetting>();
        foreach (var searched in recipe.Search!.Parameters)
        {
            var span = placeOf?.Invoke(searched) ?? searched.Span;
            settings[searched] = searched.Layers == 1
                ? new ScalarSetting(ParameterValue.Of(values[first]), span)
                : new GradientSetting([.. values.Slice(first, searched.Layers).Select(value => new Located<double>(value, span))], span);
            first += searched.Layers;
        }

        return SearchPlacement.Replace(recipe, searched => settings[searched]);
    }
}
