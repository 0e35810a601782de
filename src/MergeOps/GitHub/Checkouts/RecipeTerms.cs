using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Checkouts;

/// <summary>
/// What people approve beside a plan's bytes: under which name and version the model is published, where and how visibly,
/// what is measured and on which data, and what the gates ask. The plan's digest knows none of it, because no byte depends on it.
/// </summary>
internal static class RecipeTerms
{
    /// <summary>
    /// SHA-256 over canonical JSON of the terms, as the recipe writes them, and of the contents of what is measured on;
    /// lower-case hex. Comments and order of keys are no part of it.
    /// </summary>
    public static string DigestOf(Recipe recipe, EvaluationData data)
    {
        var terms = Json(recipe);
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
    public static string DigestWithoutData(Recipe recipe) => CanonicalJson.Digest(Json(recipe));

    private static JsonObject Json(Recipe recipe) => new()
    {
        ["name"] = recipe.Name?.Value,
        ["version"] = recipe.Version?.Value,
        ["description"] = recipe.Description?.Value,
        ["publish"] = recipe.Publish is { } publish ? Json(publish) : null,
        ["evaluate"] = recipe.Evaluate is { } evaluate ? Json(evaluate) : null,
        ["gates"] = new JsonArray([.. recipe.Gates.Select(Json)]),
    };

    private static JsonObject Json(PublishSettings publish) => new()
    {
        ["folder"] = publish.FolderPath?.Value,
        ["hub"] = publish.Hub?.Value,
        ["branch"] = publish.Branch?.Value,
        ["pullRequest"] = publish.PullRequest,
        ["visibility"] = publish.Visibility?.Value,
    };

    private static JsonObject Json(EvaluationSettings evaluate) => new()
    {
        ["tasks"] = new JsonArray(
        [
            .. evaluate.Tasks.Select(Json),
        ]),
        ["texts"] = new JsonArray([.. evaluate.Texts.Select(text => new JsonObject { ["name"] = text.Name.Value, ["data"] = text.Data.Value })]),
        ["external"] = new JsonArray(
        [
            .. evaluate.External.Select(external => new JsonObject { ["name"] = external.Name.Value, ["task"] = external.Task?.Value, ["metric"] = external.Metric.Value }),
        ]),
    };

    private static JsonObject Json(TaskSettings task)
    {
        var terms = new JsonObject { ["name"] = task.Name.Value, ["data"] = task.Data.Value, ["expert"] = task.Expert?.Value.ToString() };
        if (task.Kind is { } kind)
        {
            terms["kind"] = kind.Value;
        }

        return terms;
    }

    private static JsonObject Json(GateSettings gate) => new()
    {
        ["metric"] = gate.Metric.Value,
        ["min"] = gate.Min?.Value,
        ["max"] = gate.Max?.Value,
        ["against"] = gate.Against?.Value,
        ["notWorseThan"] = gate.NotWorseThan?.Value,
        ["margin"] = gate.Margin?.Value,
    };
}
