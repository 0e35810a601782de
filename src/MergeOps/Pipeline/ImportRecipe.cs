using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Gates;
using MergeOps.Hub;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Pipeline;

/// <summary>From a recipe that somebody published to one of this repository, with its lock.</summary>
internal sealed class ImportRecipe(HubConnection hub, DiagnosticBag found, CancellationToken cancellation)
{
    private const string RecipesFolder = "recipes";

    /// <summary>Imports; null when the recipe has mistakes that only its author can repair, and nothing is written then.</summary>
    /// <param name="origin">A file, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="output">Where the recipe goes; null lets its name decide.</param>
    /// <exception cref="MergeOpsException">There is no recipe, a file is in the way, or a model cannot be locked; in the last case the recipe is written.</exception>
    public async Task<LockedRecipe?> RunAsync(string origin, string? output)
    {
        var imported = File.Exists(origin) ? ImportOrigin.OfFile(origin) : await ImportOrigin.OfRepositoryAsync(origin, hub, cancellation);
        var path = output ?? Path.Combine(Directory.Exists(RecipesFolder) ? RecipesFolder : "", imported.Name + ".yml");
        var source = new SourceText(path, imported.Text.ReplaceLineEndings("\n"));
        source = ModelPaths.Rewrite(source, imported.Folder, Path.GetDirectoryName(Path.GetFullPath(path))!, found);
        source = DeadKeys.Remove(source, Findings, found);
        var text = $"# Imported from {imported.Label}\n{source.Text}";
        var findings = Findings(new SourceText(path, text));
        if (findings.HasErrors)
        {
            foreach (var finding in findings)
            {
                found.Add(finding);
            }

            return null;
        }

        Write(path, Encoding.UTF8.GetBytes(text));
        var (recipe, _) = ReadRecipe.Run(path);
        return await LockRecipe.WriteAsync(recipe!, new LockRequest(), hub, found, cancellation);
    }

    private static DiagnosticBag Findings(SourceText source) =>
        RecipeReader.Read(source, MethodCatalogue.Default, new DiagnosticBag(), EvaluationRules.Check).Diagnostics;

    private static void Write(string path, byte[] bytes)
    {
        if (File.Exists(path) && !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            throw new MergeOpsException(Codes.ImportTaken, "Another recipe is there. Name another file with --out.", SourceSpan.File(path));
        }

        DurableFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        DurableFile.WriteAllBytesAtomically(path, bytes);
    }
}
