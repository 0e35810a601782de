using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Sources.Headers;

namespace MergeOps.Pipeline.Verbs;

/// <summary>The recipe that a model carries, in a file or in its card, and the models that it names.</summary>
/// <param name="Text">The recipe's text.</param>
/// <param name="Label">Where it stands.</param>
/// <param name="Folder">Where local paths of it start; null when that is another machine.</param>
/// <param name="Models">The models that it names, local ones as absolute paths.</param>
internal sealed record CarriedRecipe(string Text, string Label, string? Folder, IReadOnlyList<string> Models)
{
    /// <summary>Finds it; null where the model carries none.</summary>
    /// <param name="model">A folder, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="hub">Where to look.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The model cannot be asked for, or its recipe cannot be read.</exception>
    public static async Task<CarriedRecipe?> FindAsync(string model, HubConnection hub, CancellationToken cancellation)
    {
        ImportOrigin origin;
        try
        {
            origin = Directory.Exists(model) ? ImportOrigin.OfFolder(model) : await ImportOrigin.OfRepositoryAsync(model, hub, cancellation);
        }
        catch (MergeOpsException none) when (none.Diagnostic.Code == Codes.NothingToImport)
        {
            return null;
        }

        var found = new DiagnosticBag();
        var source = Aliases.WriteOut(origin.Text.At(origin.Folder is null ? "audit.yml" : Path.Combine(origin.Folder, "audit.yml")), found).Now;
        var recipe = RecipeReader.Read(source, ReadRecipe.Catalogue, found).Recipe;
        return recipe is null
            ? throw new MergeOpsException(Codes.NothingToAudit, $"The recipe in {origin.Label} cannot be read. Name candidates with --parents.")
            : new(source.Text, origin.Label, origin.Folder, [.. ReferencedModels.Of(recipe).Select(reference => Placed(reference.Value, origin.Folder))]);
    }

    /// <summary>The models that a card names as those that a model was made of.</summary>
    /// <param name="model">A folder, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="hub">Where to look.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The card names none.</exception>
    public static async Task<IReadOnlyList<string>> BaseModelsAsync(string model, HubConnection hub, CancellationToken cancellation)
    {
        var parts = model.Split('@', 2);
        var card = Directory.Exists(model) ? CardFrontMatter.In(model)
            : RepositoryName.TryParse(parts[0]) is { } name ? CardFields.Of((await hub.Repositories.InfoAsync(name, parts.ElementAtOrDefault(1), cancellation)).CardData)
            : CardFields.None;
        return card.BaseModels.IsEmpty
            ? throw new MergeOpsException(Codes.NothingToAudit, $"{TerminalText.Quoted(model)} carries no recipe, and its card names no 'base_model'. Name candidates with --parents.")
            : card.BaseModels;
    }

    private static string Placed(ModelReference model, string? folder) =>
        folder is not null && !model.Adapters.Any() && ModelLocation.FindLocal(model.Path, folder) is { } here ? Path.GetFullPath(here) : model.ToString();
}
