using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Recipes.Terms;
using MergeOps.Sources;
using MergeOps.Sources.Locking;

namespace MergeOps.GitHub.Checkouts;

/// <summary>
/// What people approve beside a plan's bytes: what the recipe's keys of that kind say, and the contents of the data that it is
/// measured on. The plan's digest knows none of it, because no byte depends on it.
/// </summary>
internal static class RecipeTerms
{
    /// <summary>
    /// SHA-256 over canonical JSON of the terms, as the recipe writes them, and of the contents of what is measured on;
    /// lower-case hex. Comments and order of keys are no part of it.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">What is measured on, but for what lies on the Hub.</param>
    /// <param name="modelLock">Pins what lies on the Hub; null where there is no lock.</param>
    public static string DigestOf(Recipe recipe, EvaluationData data, ModelLock? modelLock = null)
    {
        var terms = TermsOf(recipe);
        if (ReferencedFiles.Of(recipe) is { IsEmpty: false } files)
        {
            terms["hub"] = new JsonArray([.. files.Select(file => JsonValue.Create(modelLock?.Find(file.Location.Value, file.Kind)?.Files[0].Digest.ToString()))]);
        }

        if (!data.IsEmpty)
        {
            terms["data"] = new JsonObject
            {
                ["tasks"] = new JsonArray([.. data.Tasks.Select(task => new JsonObject { ["sha256"] = task.Digest, ["items"] = task.Items.Length })]),
                ["texts"] = new JsonArray([.. data.Texts.Select(text => new JsonObject { ["sha256"] = text.Digest, ["lines"] = text.Lines })]),
            };
        }

        return CanonicalJson.Digest(terms);
    }

    /// <summary>The same without what the data hold; comments of an older mergeops have it.</summary>
    public static string DigestWithoutData(Recipe recipe) => CanonicalJson.Digest(TermsOf(recipe));

    // whoever approves has seen the scores that chose the numbers
    private static JsonObject TermsOf(Recipe recipe)
    {
        var terms = ApprovalTerms.Of(recipe, ReadRecipe.Catalogue);
        if (recipe.Search?.Chosen is { } chosen)
        {
            terms["chosen"] = chosen;
        }

        return terms;
    }
}
