using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Puts what is searched where a person would write it: into the parameters of its model, or of the recipe.</summary>
internal static class SearchPlacement
{
    /// <summary>The recipe with a <see cref="SearchedSetting"/> in each place; a parameter that has another value too is an error.</summary>
    public static Recipe Place(Recipe recipe, ImmutableArray<SearchedParameter> searched, DiagnosticBag diagnostics)
    {
        foreach (var ofOnePlace in searched.GroupBy(each => (each.Parameter.Value, each.Model?.Value)))
        {
            ImmutableArray<SearchedParameter> entries = [.. ofOnePlace];
            if (Conflict(recipe, entries) is { } other)
            {
                diagnostics.Error(
                    Codes.SearchedTwice,
                    $"'{entries[0].Words}' is searched on line {entries[0].Span.Line}. Remove this value, or give the entry under 'search' a 'filter', so that this value is for the other tensors.",
                    other);
                continue;
            }

            recipe = entries[0].Model is { } model
                ? recipe with { Modules = [.. recipe.Modules.Select(module => WithModels(module, input => input.Model.Value == model.Value ? input with { Parameters = With(input.Parameters, entries) } : input))] }
                : recipe with { Parameters = With(recipe.Parameters, entries) };
        }

        return recipe;
    }

    /// <summary>The recipe with a setting in the place of each <see cref="SearchedSetting"/>.</summary>
    public static Recipe Replace(Recipe recipe, Func<SearchedParameter, ParameterSetting> settingOf)
    {
        return recipe with { Parameters = Of(recipe.Parameters), Modules = [.. recipe.Modules.Select(Module)] };

        RecipeModule Module(RecipeModule module) => module with
        {
            Parameters = Of(module.Parameters),
            Models = [.. module.Models.Select(Input)],
            Slices = [.. module.Slices.Select(slice => slice with { Parameters = Of(slice.Parameters), Sources = [.. slice.Sources.Select(Input)] })],
        };

        RecipeInput Input(RecipeInput input) => input with { Parameters = Of(input.Parameters) };

        ImmutableArray<NamedSetting> Of(ImmutableArray<NamedSetting> settings) => [.. settings.Select(named => named with { Setting = Setting(named.Setting) })];

        ParameterSetting Setting(ParameterSetting setting) => setting switch
        {
            SearchedSetting found => settingOf(found.Searched),
            FilteredSetting filtered => filtered with { Entries = [.. filtered.Entries.Select(entry => entry with { Value = Setting(entry.Value) })] },
            _ => setting,
        };
    }

    // a value for the tensors that no filter of the search takes may stand in the same place
    private static SourceSpan? Conflict(Recipe recipe, ImmutableArray<SearchedParameter> entries)
    {
        var (parameter, model) = (entries[0].Parameter.Value, entries[0].Model?.Value);
        var inputs = recipe.Modules.SelectMany(module => module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources)));
        var sameplace = model is null ? recipe.Parameters : [.. inputs.Where(input => input.Model.Value == model).SelectMany(input => input.Parameters)];
        var elsewhere = model is null ? RecipeSettings.Of(recipe).Except(recipe.Parameters) : [];
        var isForAll = entries.Any(entry => entry.Filter is null);
        return Given(elsewhere) ?? (isForAll ? Given(sameplace) : null);

        SourceSpan? Given(IEnumerable<NamedSetting> settings) =>
            settings.FirstOrDefault(named => named.Parameter.Value == parameter && !IsSearched(named.Setting))?.Parameter.Span;
    }

    private static bool IsSearched(ParameterSetting setting) =>
        setting is SearchedSetting || (setting is FilteredSetting filtered && filtered.Entries.Any(entry => entry.Value is SearchedSetting));

    private static RecipeModule WithModels(RecipeModule module, Func<RecipeInput, RecipeInput> changed) => module with
    {
        Models = [.. module.Models.Select(changed)],
        Slices = [.. module.Slices.Select(slice => slice with { Sources = [.. slice.Sources.Select(changed)] })],
    };

    private static ImmutableArray<NamedSetting> With(ImmutableArray<NamedSetting> settings, ImmutableArray<SearchedParameter> entries)
    {
        var parameter = entries[0].Parameter;
        var other = settings.FirstOrDefault(named => named.Parameter.Value == parameter.Value);
        return [.. settings.Where(named => named != other), new(parameter, Setting(entries, other?.Setting))];
    }

    private static ParameterSetting Setting(ImmutableArray<SearchedParameter> entries, ParameterSetting? other)
    {
        if (entries is [{ Filter: null } only])
        {
            return new SearchedSetting(only, only.Span);
        }

        var filtered = entries.Select(entry => new FilterEntry(entry.Filter, new SearchedSetting(entry, entry.Span), entry.Span));
        var rest = other switch
        {
            null => [],
            FilteredSetting { Entries: var others } => others,
            _ => [new FilterEntry(null, other, other.Span)],
        };
        return new FilteredSetting([.. filtered, .. rest], entries[0].Span);
    }
}
