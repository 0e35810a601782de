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
    /// <summary>Whether the settings have every command that a recipe names; what is missing is found, before hours of merging.</summary>
    public bool CanRun(Recipe recipe)
    {
        var before = found.Count();
        foreach (var name in (recipe.Publish?.Derived ?? []).SelectMany(derived => new[] { derived.Command, derived.Check }).OfType<Located<string>>())
        {
            var known = scoring?.Derivations ?? ImmutableDictionary<string, OwnerCommand>.Empty;
            if (!known.TryGetValue(name.Value, out var command))
            {
                found.Error(
                    Codes.NotDerived,
                    $"There is no command {TerminalText.Quoted(name.Value)} under 'commands' in the settings{(known.IsEmpty ? "; name them with --settings" : "")}.{NearestName.Suggestion(name.Value, [.. known.Keys.Order(StringComparer.Ordinal)])}",
                    name.Span);
            }
            else if (!command.Uses(OwnerCommand.Output))
            {
                found.Error(Codes.NotDerived, $"The command {TerminalText.Quoted(name.Value)} does not use {OwnerCommand.Output}, so it cannot know which files are meant.", name.Span);
            }
        }

        return found.Count() == before;
    }

    /// <summary>Makes the files; null when something says no, and why is found.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The merged model; only read.</param>
    /// <param name="folder">Takes the files, a folder for each entry.</param>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public async Task<ImmutableArray<DerivedFile>?> RunAsync(Recipe recipe, string model, string folder)
    {
        var files = ImmutableArray.CreateBuilder<DerivedFile>();
        if (recipe.Publish is not { Derived: { IsEmpty: false } wanted } || !CanRun(recipe))
        {
            return found.HasErrors ? null : [];
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var (number, derived) in wanted.Index())
        {
            var output = Path.Combine(folder, $"{number}");
            DurableFolder.Create(output);
            if (!await SucceedsAsync(derived, derived.Command, "its command", model, output) || FilesOf(derived, output, files) is not { } made)
            {
                return null;
            }

            if (derived.Check is { } check && !await SucceedsAsync(derived, check, "its check", model, output))
            {
                return null;
            }

            files.AddRange(made);
            observer.Reported($"{Quantity.Of(made.Length, "file")} of '{TerminalText.Escape(derived.Name)}' derived, {ByteText.Of(made.Sum(file => file.Size))}");
        }

        return files.ToImmutable();
    }

    private async Task<bool> SucceedsAsync(DerivedSettings derived, Located<string> name, string what, string model, string output)
    {
        var command = scoring!.Derivations[name.Value];
        var end = await new CommandRun(environment, (detail, cause) => new MergeOpsException(Codes.NotDerived, $"'{TerminalText.Escape(derived.Name)}': {detail}", command.Span, cause), observer.Reported, cancellation)
            .RunAsync(command.Deriving(model, output), scoring.Folder);
        if (end.ExitCode != 0)
        {
            found.Error(Codes.NotDerived, $"'{TerminalText.Escape(derived.Name)}': {what} ended with {end.ExitCode}.{end.Printed}", name.Span);
        }

        return end.ExitCode == 0;
    }

    private ImmutableArray<DerivedFile>? FilesOf(DerivedSettings derived, string output, IEnumerable<DerivedFile> earlier)
    {
        var pattern = new FilePattern(derived.Files);
        var made = new DirectoryInfo(output).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(output, file.FullName).Replace('\\', '/'), File: file))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        var objection = made.Count == 0 ? "its command made no file."
            : made.Select(file => Objection(file.Path, file.File, pattern, derived, earlier)).FirstOrDefault(objection => objection is not null);
        if (objection is not null)
        {
            found.Error(Codes.NotDerived, $"'{TerminalText.Escape(derived.Name)}': {objection}", derived.Command.Span);
            return null;
        }

        return [.. made.Select(file => new DerivedFile(derived.Name, file.Path, file.File.Length, FileDigests.Sha256(file.File.FullName, cancellation), file.File.FullName))];
    }

    // what loaders might take for the model's own must not come in
    private static string? Objection(string path, FileInfo file, FilePattern pattern, DerivedSettings derived, IEnumerable<DerivedFile> earlier) =>
        file.LinkTarget is not null ? $"{TerminalText.Quoted(path)} is a link."
        : PortablePath.Objection(path) is { } objection ? $"{TerminalText.Quoted(path)}: {objection}"
        : !pattern.Matches(path) ? $"{TerminalText.Quoted(path)} is not one of {TerminalText.Quoted(derived.Files)}."
        : CheckpointLayout.IsWeights(path) || PublicationFiles.Own.Contains(path) || PublicationFiles.IsOfLock(path) || path == MergeOps.Merging.Writing.MergeManifest.FileName || earlier.Any(other => other.Path == path)
            ? $"{TerminalText.Quoted(path)} is a name of the model's own files, or of another derived one. Give it a folder of its own."
        : null;
}
