using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Statistics that were measured in a merge of all models are of use for that merge alone: its numbers decide them.</summary>
internal static class MeasuredTogether
{
    /// <summary>The digest of the parameters of a merge, tensor by tensor.</summary>
    /// <param name="jobs">The tensors of the merge.</param>
    public static string ParametersOf(IEnumerable<TensorJob> jobs) => CanonicalJson.Digest(new JsonArray(
    [
        .. jobs.Where(job => job.Method is not null).OrderBy(job => job.Name, StringComparer.Ordinal).Select(job => (JsonNode)new JsonObject
        {
            ["name"] = job.Name,
            ["parameters"] = Json(job.Parameters),
            ["models"] = new JsonArray([.. job.Inputs.Select(input => (JsonNode)Json(input.Parameters))]),
        }),
    ]));

    /// <summary>Reports statistics of a merge with other numbers.</summary>
    public static void Check(Recipe recipe, ImmutableArray<ModelMetadata> models, ImmutableArray<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        foreach (var file in models.SelectMany(model => model.Statistics).Where(file => file.File.Description.Parameters is { } measured && measured != ParametersOf(jobs)))
        {
            diagnostics.Error(
                Codes.StatisticsStale,
                $"'{file.Need.Location.Value}' was measured in a merge with other parameters, which decide what it holds. Run `mergeops measure {RecipeKeys.NameOf(file.Need.Kind)} {recipe.Address}`.",
                file.Need.Location.Span);
        }
    }

    private static JsonObject Json(ResolvedParameters parameters) =>
        new(parameters.Values.Select(value => KeyValuePair.Create(value.Parameter.Name, (JsonNode?)value.Value.ToString())));
}
