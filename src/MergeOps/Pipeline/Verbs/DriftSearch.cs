using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>In which way a model on the Hub is not what it was when it was locked.</summary>
internal enum DriftKind
{
    /// <summary>Its revision is another commit now.</summary>
    NewCommits,

    /// <summary>It has another name now.</summary>
    Renamed,

    /// <summary>It, or its revision, is deleted or not shown to this user any more.</summary>
    Gone,

    /// <summary>The Hub has closed it.</summary>
    Disabled,

    /// <summary>Its owner must grant access now.</summary>
    Gated,

    /// <summary>Its card names another license now.</summary>
    License,
}

/// <summary>One thing that moved.</summary>
/// <param name="Recipe">The recipe that uses the model.</param>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="Kind">What moved.</param>
/// <param name="Locked">How it was when it was locked; empty when there is no word for it.</param>
/// <param name="Now">How it is now; empty when there is no word for it.</param>
internal sealed record Drift(string Recipe, string Model, DriftKind Kind, string Locked, string Now)
{
    /// <summary>It in a sentence.</summary>
    public string Sentence => Kind switch
    {
        DriftKind.NewCommits => $"'{Model}' is at {Now[..12]} now; the lock pins {Locked[..12]}.",
        DriftKind.Renamed => $"'{Model}' is called '{Now}' now.",
        DriftKind.Gone => $"'{Model}' is gone: {Now}",
        DriftKind.Disabled => $"'{Model}' was closed by the Hub.",
        DriftKind.Gated => $"'{Model}' is gated now ({Now}): its owner must grant access first.",
        _ => $"'{Model}' has the license {(Now.Length > 0 ? Now : "of no name")} now; it was {(Locked.Length > 0 ? Locked : "of no name")}.",
    };
}

/// <summary>Compares locks with the Hub as it is now; changes nothing.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="hub">Where the models are.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class DriftSearch(HostEnvironment environment, HubConnection hub, CancellationToken cancellation)
{
    /// <summary>Everything that moved under a recipe since it was locked; null when it has mistakes or no lock.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="found">Takes the mistakes.</param>
    /// <exception cref="MergeOpsException">The lock's metadata cannot be read, or the Hub cannot be asked.</exception>
    public async Task<ImmutableArray<Drift>?> OfAsync(string path, DiagnosticBag found)
    {
        DiagnosticBag findings = [];
        var family = ReadRecipe.Family(path, findings);
        foreach (var mistake in findings.Where(finding => finding.Severity is Severity.Error))
        {
            found.Add(mistake);
        }

        return !family.IsEmpty && RecipeLock.TryFind(environment, family[0], found) is { } locked ? await OfAsync(family, locked.Lock) : null;
    }

    private async Task<ImmutableArray<Drift>> OfAsync(ImmutableArray<Recipe> family, ModelLock modelLock)
    {
        var moved = ImmutableArray.CreateBuilder<Drift>();
        var parts = family.SelectMany(recipe => ReferencedModels.PartsOf(recipe).Select(part => (Recipe: recipe, part.Model, part.Kind)));
        foreach (var (recipe, model, kind) in parts.DistinctBy(part => (part.Model.Value, part.Kind)))
        {
            if (modelLock.Find(model.Value.ToString(), kind) is { Commit: not null } locked)
            {
                moved.AddRange(await OfAsync(recipe, model, locked));
            }
        }

        return moved.ToImmutable();
    }

    private async Task<IEnumerable<Drift>> OfAsync(Recipe recipe, Located<ModelReference> model, LockedEntry locked)
    {
        var name = RemoteModel.NameOf(model);
        try
        {
            var info = await hub.Heads.InfoAsync(name, model.Value.Revision, cancellation);
            var license = new MetadataFolder(recipe.Folder).Find(locked.Metadata!)?.Card.License ?? "";
            var nowLicense = CardFields.Of(info.CardData).License ?? "";
            return
            [
                .. Found(DriftKind.Disabled, info.IsDisabled, "", ""),
                .. Found(DriftKind.Renamed, info.RenameNotice(name) is not null, name.ToString(), info.Id),
                .. Found(DriftKind.NewCommits, info.Commit != locked.Commit, locked.Commit!, info.Commit),
                .. Found(DriftKind.Gated, info.Gated is not null && locked.Gated is null, "", info.Gated ?? ""),
                .. Found(DriftKind.License, license != nowLicense, license, nowLicense),
            ];
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.RepositoryDisabled)
        {
            return Found(DriftKind.Disabled, true, "", "");
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.RepositoryAbsent || refusal.Diagnostic.Code == Codes.RevisionAbsent)
        {
            return Found(DriftKind.Gone, true, locked.Commit!, refusal.Diagnostic.Detail);
        }

        IEnumerable<Drift> Found(DriftKind kind, bool isTrue, string before, string now) =>
            isTrue ? [new Drift(recipe.Path, model.Value.ToString(), kind, before, now)] : [];
    }
}
