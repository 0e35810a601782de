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
        var parts = family.SelectMany(recipe => ReferencedModels.PartsOf(recipe).Select(part => (Recipe: recipe, Part: part)));
        foreach (var (recipe, part) in parts.DistinctBy(place => (place.Part.Model.Value, place.Part.Kind)))
        {
            if (modelLock.Find(part.Model.Value.ToString(), part.Kind) is { Commit: not null } locked)
            {
                moved.AddRange(await OfAsync(recipe, part, locked));
            }
        }

        foreach (var (recipe, file) in family.SelectMany(recipe => ReferencedFiles.Of(recipe).Select(file => (Recipe: recipe, File: file))).DistinctBy(part => (part.File.Location.Value, part.File.Kind)))
        {
            if (modelLock.Find(file.Location.Value, file.Kind) is { Commit: not null } locked)
            {
                moved.AddRange(await OfAsync(recipe, file, locked));
            }
        }

        return moved.ToImmutable();
    }

    // a commit that leaves the file as it was moves nothing
    private Task<IEnumerable<Drift>> OfAsync(Recipe recipe, ReferencedFile file, LockedEntry locked) =>
        GuardAsync(recipe, file.Location.Value, locked, async () =>
        {
            var wanted = HubFile.Of(file.Location);
            var info = await hub.Heads.InfoAsync(wanted.Repository, wanted.Revision, cancellation);
            var now = await hub.Heads.FindAsync(wanted.Repository, info.Commit, wanted.Path, cancellation);
            return new (DriftKind, bool, string, string)[]
            {
                (DriftKind.Disabled, info.IsDisabled, "", ""),
                (DriftKind.Renamed, info.RenameNotice(wanted.Repository) is not null, wanted.Repository.Id, info.Id),
                (DriftKind.Gone, now is null, locked.Commit!, $"{TerminalText.Quoted(wanted.Path)} is no longer in '{wanted.Repository}'."),
                (DriftKind.NewCommits, now is not null && now.Digest != locked.Files[0].Digest, locked.Commit!, info.Commit),
                (DriftKind.Gated, info.Gated is not null && locked.Gated is null, "", info.Gated ?? ""),
            };
        });

    private Task<IEnumerable<Drift>> OfAsync(Recipe recipe, ModelPart part, LockedEntry locked) =>
        GuardAsync(recipe, part.Model.Value.ToString(), locked, async () =>
        {
            var name = RemoteModel.NameOf(part.Model.Value.Path, part.Model.Span);
            var info = await hub.Heads.InfoAsync(name, part.Model.Value.Revision, cancellation);
            var license = new MetadataFolder(recipe.Folder).Find(locked.Metadata!)?.Card.License ?? "";
            var nowLicense = CardFields.Of(info.CardData).License ?? "";
            return new (DriftKind, bool, string, string)[]
            {
                (DriftKind.Disabled, info.IsDisabled, "", ""),
                (DriftKind.Renamed, info.RenameNotice(name) is not null, name.ToString(), info.Id),
                (DriftKind.NewCommits, info.Commit != locked.Commit, locked.Commit!, info.Commit),
                (DriftKind.Gated, info.Gated is not null && locked.Gated is null, "", info.Gated ?? ""),
                (DriftKind.License, license != nowLicense, license, nowLicense),
            };
        });

    private static async Task<IEnumerable<Drift>> GuardAsync(
        Recipe recipe, string name, LockedEntry locked, Func<Task<(DriftKind Kind, bool IsTrue, string Before, string Now)[]>> look)
    {
        try
        {
            return [.. from difference in await look() where difference.IsTrue select new Drift(recipe.Path, name, difference.Kind, difference.Before, difference.Now)];
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.RepositoryDisabled)
        {
            return [new Drift(recipe.Path, name, DriftKind.Disabled, "", "")];
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.RepositoryAbsent || refusal.Diagnostic.Code == Codes.RevisionAbsent)
        {
            return [new Drift(recipe.Path, name, DriftKind.Gone, locked.Commit!, refusal.Diagnostic.Detail)];
        }
    }
}
