using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What an adapter is to be made of.</summary>
/// <param name="Model">The fine-tuned model.</param>
/// <param name="Base">The model that it was fine-tuned from.</param>
/// <param name="Rank">The largest rank of the factors.</param>
/// <param name="Saved">Modules that are written whole.</param>
internal sealed record LoraExtraction(string Model, string Base, int Rank, IReadOnlyList<string> Saved);

/// <summary>Writes the recipe that makes an adapter of a fine-tuned model.</summary>
internal static class ExtractLora
{
    /// <summary>Writes; null when what was asked for makes no valid recipe, and nothing is written then.</summary>
    /// <param name="extraction">What the adapter is to be made of.</param>
    /// <param name="output">The recipe's file; null to write none.</param>
    /// <param name="found">Takes what is found.</param>
    /// <returns>The recipe's text.</returns>
    /// <exception cref="MergeOpsException">Another file is in the way.</exception>
    public static string? Run(LoraExtraction extraction, string? output, DiagnosticBag found)
    {
        var folder = output is null ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(output))!;
        var text = Text(extraction, folder);
        foreach (var diagnostic in RecipeReader.Read(new SourceText(output ?? Path.Combine(folder, "lora.yml"), text), ReadRecipe.Catalogue, new DiagnosticBag()).Diagnostics)
        {
            // a branch or no revision is what 'lock' is there for
            if (diagnostic.Severity is Severity.Error)
            {
                found.Add(diagnostic);
            }
        }

        if (found.HasErrors)
        {
            return null;
        }

        if (output is not null)
        {
            ImportRecipe.Write(output, Encoding.UTF8.GetBytes(text));
        }

        return text;
    }

    private static string Text(LoraExtraction extraction, string folder)
    {
        var text = new StringBuilder();
        text.Append("# The adapter that turns the base into the model, as far as the rank allows.\n");
        text.Append("merge_method: task_arithmetic\n");
        text.Append("base_model: ").Append(Quoted(Placed(extraction.Base, folder))).Append('\n');
        text.Append("models:\n  - model: ").Append(Quoted(Placed(extraction.Model, folder))).Append("\n    parameters: { weight: 1 }\n");
        text.Append("output:\n  lora:\n    rank: ").Append(extraction.Rank.ToString(CultureInfo.InvariantCulture)).Append('\n');
        if (extraction.Saved.Count > 0)
        {
            text.Append("    modules_to_save: [").AppendJoin(", ", extraction.Saved.Select(Quoted)).Append("]\n");
        }

        return text.ToString();
    }

    // a path that somebody types starts where they are, and one in a recipe at the recipe
    private static string Placed(string model, string folder)
    {
        if (Path.IsPathRooted(model) || !Path.Exists(model))
        {
            return model;
        }

        var path = Path.GetRelativePath(folder, Path.GetFullPath(model)).Replace('\\', '/');
        return path.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(path) ? path : "./" + path;
    }

    private static string Quoted(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or '@' or '+') && text.Any(char.IsAsciiLetter) && (char.IsAsciiLetterOrDigit(text[0]) || text[0] is '.' or '/')
        && CoreSchema.Number(text) is null
        ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
