using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>From a recipe that somebody published to one of this repository, with its lock.</summary>
internal sealed class ImportRecipe(HostEnvironment environment, HubConnection hub, DiagnosticBag found, CancellationToken cancellation)
{
    private const string RecipesFolder = "recipes";

    /// <summary>Imports; null when the recipe has mistakes that only its author can repair, and nothing is written then.</summary>
    /// <param name="origin">A file, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="output">Where the recipe goes; null lets its name decide.</param>
    /// <exception cref="MergeOpsException">There is no recipe, a file is in the way, or a model cannot be locked; in the last case the recipe is written.</exception>
    public async Task<LockedRecipe?> RunAsync(string origin, string? output)
    {
        var imported = Directory.Exists(origin) ? ImportOrigin.OfFolder(origin)
            : File.Exists(origin) ? ImportOrigin.OfFile(origin)
            : await ImportOrigin.OfRepositoryAsync(origin, hub, cancellation);
        var path = output ?? DefaultPath(origin, imported.Name);
        if (Understand(imported, path) is not { } recipeText)
        {
            return null;
        }

        Write(path, Encoding.UTF8.GetBytes($"# Imported from {TerminalText.Escape(imported.Label)}\n{recipeText}"));
        var (recipe, _) = ReadRecipe.Run(path);
        return await RecipeLock.WriteAsync(environment, [recipe!], new LockRequest(), hub, found, cancellation);
    }

    // beside the file itself where there is no other place
    private static string DefaultPath(string origin, string name)
    {
        var path = Path.Combine(Directory.Exists(RecipesFolder) ? RecipesFolder : "", name + ".yml");
        return Path.GetFullPath(path) == Path.GetFullPath(origin) ? Path.Combine(Path.GetDirectoryName(path)!, name + "-imported.yml") : path;
    }

    // null, with errors at their places in the author's file, for what only the author can repair
    private string? Understand(ImportOrigin imported, string path)
    {
        var text = Aliases.WriteOut(imported.Text.At(path), found);
        if (found.HasErrors)
        {
            return null;
        }

        text = MixtureKey.Add(text, found);
        text = ModelPaths.Rewrite(text, imported.Folder, Path.GetDirectoryName(Path.GetFullPath(path))!, found);
        text = DeadKeys.Remove(text, Findings, found);
        var reported = found.Where(finding => finding.Severity is Severity.Error).Select(finding => finding.Span).ToHashSet();
        var findings = Findings(text.Now);
        if (!found.HasErrors && !findings.HasErrors)
        {
            return text.Now.Text;
        }

        // one place may be written out several times
        foreach (var finding in findings
            .Select(finding => finding with { Span = finding.Span is { } place ? text.PlaceOf(place) : null })
            .Where(finding => !reported.Contains(finding.Span))
            .Distinct())
        {
            found.Add(finding);
        }

        return null;
    }

    private static DiagnosticBag Findings(SourceText source) =>
        RecipeReader.Read(source, ReadRecipe.Catalogue, new DiagnosticBag()).Diagnostics;

    /// <summary>Writes a recipe's file; one that is there already stays.</summary>
    /// <exception cref="MergeOpsException">Another recipe is there.</exception>
    public static void Write(string path, byte[] bytes)
    {
        if (File.Exists(path) && !PlainFile.Read(path).AsSpan().SequenceEqual(bytes))
        {
            throw new MergeOpsException(Codes.ImportTaken, "Another recipe is there. Name another file with --out.", SourceSpan.File(path));
        }

        DurableFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        DurableFile.WriteNamed(path, bytes);
    }
}
