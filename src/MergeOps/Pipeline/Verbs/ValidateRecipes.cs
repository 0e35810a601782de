using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Checks recipes and the small files that lie with them, without network and models.</summary>
internal static class ValidateRecipes
{
    /// <summary>Every finding about each of them, and about each of their variants.</summary>
    /// <param name="paths">The recipes.</param>
    /// <param name="bounds">Where they may lead; null for anywhere. Nothing beyond is opened.</param>
    /// <param name="settings">Have the commands that they name; null to leave out whether they are there.</param>
    /// <param name="machine">Starts those commands, as far as that is foreseen; null where another machine does.</param>
    public static IReadOnlyList<Diagnostic> Run(IEnumerable<string> paths, RepositoryBounds? bounds = null, RepositorySettings? settings = null, HostEnvironment? machine = null) =>
    [
        // a command that several recipes need is missing once
        .. paths.SelectMany(path => VariantFindings.Of(ReadRecipe.AddressesOf(path).Select(address => (RecipeAddress.Of(address).Variant, Check(address, bounds, settings, machine))))).Distinct(),
    ];

    private static DiagnosticBag Check(string address, RepositoryBounds? bounds, RepositorySettings? settings, HostEnvironment? machine)
    {
        var (recipe, _, found) = ReadRecipe.WithData(address, bounds, withCalibration: true);
        if (recipe is not null && settings is not null)
        {
            found.AddAll(DerivedCommands.Objections(recipe, settings.OwnerCommands));
            if (SearchCommand.Objection(recipe, settings.Commands) is { } unknown)
            {
                found.Add(unknown);
            }

            found.AddAll(machine is null ? [] : new StartableCommands(machine, folder: null).Foreseen(recipe, settings));
        }

        return found;
    }
}
