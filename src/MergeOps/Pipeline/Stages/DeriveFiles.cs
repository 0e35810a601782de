using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Commands;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Lets the commands of the settings make files of a model that passed; they see no secret, and what they make is published whole or not at all.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="scoring">Holds the commands, and where they run; null where nobody named any.</param>
/// <param name="observer">Hears what the commands print.</param>
/// <param name="found">Takes what is wrong.</param>
/// <param name="cancellation">Ends a command.</param>
internal sealed class DeriveFiles(HostEnvironment environment, ExternalScoring? scoring, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    private const string NotTrusted = "; where no event of the repository's own branches started the run, none of them is used";

    /// <summary>Whether a command changed the model that it may only read.</summary>
    public bool HasDamagedModel { get; private set; }

    /// <summary>Whether the settings have every command that a recipe names; what is missing is found.</summary>
    public bool CanRun(Recipe recipe)
    {
        var objections = DerivedCommands.Objections(recipe, scoring?.Derivations ?? ImmutableDictionary<string, OwnerCommand>.Empty, scoring?.Advice ?? NotTrusted).ToList();
        found.AddAll(objections);
        return objections.Count == 0;
    }

    /// <summary>Whether this machine has the program of every command that a recipe names; what is missing is found.</summary>
    public bool CanStart(Recipe recipe)
    {
        var missing = new StartableCommands(environment, scoring?.Folder).Deriving(recipe, scoring?.Derivations ?? ImmutableDictionary<string, OwnerCommand>.Empty).ToList();
        found.AddAll(missing);
        return missing.Count == 0;
    }

    /// <summary>Makes the files of entries of a recipe; null when something says no, and why is found.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="wanted">The entries.</param>
    /// <param name="model">The merged model; only read.</param>
    /// <param name="folder">Takes the files, a folder for each entry of the recipe by its number.</param>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public async Task<ImmutableArray<DerivedFile>?> RunAsync(Recipe recipe, IReadOnlyCollection<DerivedSettings> wanted, string model, string folder)
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        if (!CanRun(recipe))
        {
            return null;
        }

        // what a killed run left is not what these commands make
        OwnPlace.ClearForFolder(folder);
        DurableFolder.Remove(folder);
        var files = ImmutableArray.CreateBuilder<DerivedFile>();
        var names = NamesOf(recipe, DerivedNames.Beside(model));
        foreach (var (number, derived) in recipe.Publish!.Derived.Index().Where(entry => wanted.Contains(entry.Item)))
        {
            if (await MakeAsync(derived, names[derived.Name], model, Path.Combine(folder, $"{number}")) is not { } made)
            {
                return null;
            }

            files.AddRange(made);
            observer.Reported($"{Quantity.Of(made.Length, "file")} of '{TerminalText.Escape(derived.Name)}' derived, {ByteText.Of(made.Sum(file => file.Size))}");
        }

        return files.ToImmutable();
    }

    /// <summary>The free paths of each entry of a recipe, by its name: those beside the model, or those of its own place, which others may share.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="beside">The free paths beside the model.</param>
    public static IReadOnlyDictionary<string, DerivedNames> NamesOf(Recipe recipe, DerivedNames beside)
    {
        var names = (recipe.Publish?.Derived ?? []).ToDictionary(entry => entry.Name, _ => beside, StringComparer.Ordinal);
        foreach (var place in DerivedPlace.Of(recipe))
        {
            var alone = DerivedNames.Alone();
            foreach (var entry in place.Entries)
            {
                names[entry.Name] = alone;
            }
        }

        return names;
    }

    private async Task<ImmutableArray<DerivedFile>?> MakeAsync(DerivedSettings derived, DerivedNames names, string model, string output)
    {
        DurableFolder.Create(output);
        var real = RealPath.Of(output);
        if (!await SucceedsAsync(derived, derived.Command, "its command", model, output) || TreeIn(derived, output, real) is not { } made || !AreAllowed(derived, made, names) || !HoldNoSecret(derived, made))
        {
            return null;
        }

        // what the check judges is what is published
        var seen = made.ToDictionary(file => file.Key, file => FileIdentity.Of(file.Value.FullName), StringComparer.Ordinal);
        ImmutableArray<DerivedFile> judged =
            [.. made.Select(file => new DerivedFile(derived.Name, file.Key, file.Value.Length, FileDigests.Sha256(file.Value.FullName, cancellation), file.Value.FullName))];
        return derived.Check is not { } check
            || (await SucceedsAsync(derived, check, "its check", model, output) && TreeIn(derived, output, real) is { } after && AreUnchanged(derived, seen, after))
            ? judged
            : null;
    }

    private async Task<bool> SucceedsAsync(DerivedSettings derived, Located<string> name, string what, string model, string output)
    {
        var command = scoring!.Derivations[name.Value];
        var before = ContentOf(model);
        var end = await new CommandRun(environment, (detail, cause) => new MergeOpsException(Codes.NotDerived, $"'{TerminalText.Escape(derived.Name)}': {detail}", command.Span, cause), observer.Reported, cancellation)
            .RunAsync(command.Deriving(model, output), scoring.Folder);
        var after = ContentOf(model);
        if (after.Except(before).Union(before.Except(after)).Select(file => file.Key).Order(StringComparer.Ordinal).FirstOrDefault() is { } damaged)
        {
            HasDamagedModel = true;
            return Refuse(derived, $"{what} changed {TerminalText.Quoted(damaged)} of the merged model, which it may only read. Fix the command; the model has to be merged again.", name.Span);
        }

        return end.ExitCode == 0 || Refuse(derived, $"{what} ended with {end.ExitCode}.{end.Printed}", name.Span);
    }

    // a hard link changes neither bytes nor their time
    private static Dictionary<string, (ulong Inode, long Size, long Modified)> ContentOf(string model) =>
        PlainTree.Of(model).Files.ToDictionary(
            file => file.Key,
            file => FileIdentity.Of(file.Value.FullName) is var identity ? (identity.Inode, identity.Size, identity.ModifiedTicks) : default,
            StringComparer.Ordinal);

    private ImmutableSortedDictionary<string, FileInfo>? TreeIn(DerivedSettings derived, string output, string? real)
    {
        // none of its folders was replaced by a link
        if (!Directory.Exists(output) || RealPath.Of(output) != real)
        {
            _ = Refuse(derived, $"the folder {OwnerCommand.Output} is gone or replaced. Write into it.", derived.Command.Span);
            return null;
        }

        var tree = PlainTree.Of(output);
        if (tree.Objection is { } objection)
        {
            _ = Refuse(derived, objection, derived.Command.Span);
            return null;
        }

        return tree.Files;
    }

    private bool AreAllowed(DerivedSettings derived, ImmutableSortedDictionary<string, FileInfo> made, DerivedNames names)
    {
        var objection = made.IsEmpty ? "its command did not make any file." : made.Keys.Select(path => names.Objection(derived, path)).FirstOrDefault(objection => objection is not null);
        return objection is null || Refuse(derived, objection, derived.Command.Span);
    }

    private bool HoldNoSecret(DerivedSettings derived, ImmutableSortedDictionary<string, FileInfo> made)
    {
        foreach (var (path, file) in made)
        {
            using var bytes = file.OpenRead();
            if (SecretText.IsIn(bytes, cancellation))
            {
                return Refuse(derived, $"{TerminalText.Quoted(path)} holds the value of a secret. Find out how its command got it, and revoke it.", derived.Command.Span);
            }
        }

        return true;
    }

    private bool AreUnchanged(DerivedSettings derived, Dictionary<string, FileIdentity> before, ImmutableSortedDictionary<string, FileInfo> after)
    {
        var other = before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .FirstOrDefault(path => !before.TryGetValue(path, out var seen) || !after.TryGetValue(path, out var file) || FileIdentity.Of(file.FullName) != seen);
        return other is null || Refuse(derived, $"its check made, changed or removed {TerminalText.Quoted(other)}. A check must only judge.", derived.Check!.Span);
    }

    private bool Refuse(DerivedSettings derived, string why, SourceSpan span)
    {
        found.Error(Codes.NotDerived, $"'{TerminalText.Escape(derived.Name)}': {why}", span);
        return false;
    }
}
