using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Terms;
using MergeOps.Recipes.Yaml;
using MergeOps.Sources;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Search;

/// <summary>What numbers were chosen from, each as a SHA-256 in lower-case hex: other models, another recipe, another space or other data make them stale.</summary>
/// <param name="Models">The files of models and of items that the lock pins.</param>
/// <param name="Recipe">Everything else of the recipe that decides bytes.</param>
/// <param name="Space">What is searched, and between which ends.</param>
/// <param name="Data">The objective with its items.</param>
internal sealed record ChosenFrom(string Models, string Recipe, string Space, string Data)
{
    /// <summary>The digests of a recipe as it is now.</summary>
    /// <param name="recipe">A recipe with a search.</param>
    /// <param name="locked">Its lock, or null.</param>
    /// <param name="validation">The items of the objective, all of them.</param>
    /// <param name="learned">What coefficients were learned on; empty where nothing is learned.</param>
    public static ChosenFrom Of(Recipe recipe, ModelLock? locked, EvaluationData validation, ImmutableArray<TaskItems> learned) => new(
        CanonicalJson.Digest(ModelsOf(recipe, locked)),
        CanonicalJson.Digest(BytesOf(recipe)),
        SpaceOf(recipe.Search!),
        CanonicalJson.Digest(DataOf(recipe, recipe.Search!, validation, learned)));

    /// <summary>The digest of what is searched.</summary>
    public static string SpaceOf(SearchSettings search) => CanonicalJson.Digest(new JsonArray([.. search.Parameters.Select(Entry)]));

    // variants of a file share a lock, and a published model has its own part of it
    private static JsonArray ModelsOf(Recipe recipe, ModelLock? locked) => new(
    [
        .. (locked ?? ModelLock.Empty).For(Decides(recipe)).Entries.Select(entry => new JsonObject
        {
            ["kind"] = entry.Kind.ToString(),
            ["location"] = entry.Location,
            ["files"] = new JsonObject(entry.Files.Select(file => KeyValuePair.Create(file.Path, (JsonNode?)file.Digest.ToString()))),
        }),
    ]);

    private static IEnumerable<(LockedKind Kind, string Location)> Decides(Recipe recipe) =>
        ReferencedModels.PartsOf(recipe).Select(part => (part.Kind, part.Model.Value.ToString()))
            .Concat(recipe.Search!.Objective.Evaluation.DataFiles.Concat(LearningItems.AreNeeded(recipe.Search) ? LearningItems.FilesOf(recipe) : []).Select(file => (LockedKind.Dataset, file.Value)));

    private static JsonObject BytesOf(Recipe recipe)
    {
        var written = WrittenKeys.TreeOf(recipe)?.Entries ?? [];
        var bytes = RecipeKeys.Top.Keys.Where(key => key.Affects is Affects.Bytes).Select(key => key.Name).ToHashSet(StringComparer.Ordinal);
        return new(written.Where(entry => bytes.Contains(entry.Key.Text)).Select(entry => KeyValuePair.Create(entry.Key.Text, Node(entry.Value))));
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Node(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(Node)]),
        YamlScalar scalar when CoreSchema.Number(scalar.Text) is { } number && double.IsFinite(number) && scalar.IsPlain => number,
        YamlScalar scalar => scalar.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "not a node of a recipe"),
    };

    private static JsonObject Entry(SearchedParameter searched) => new()
    {
        ["parameter"] = searched.Parameter.Value.Name,
        ["model"] = searched.Model?.Value.ToString(),
        ["filter"] = searched.Filter?.Value,
        ["layers"] = searched.Layers,
        ["from"] = searched.From,
        ["to"] = searched.To,
    };

    private static JsonObject DataOf(Recipe recipe, SearchSettings search, EvaluationData validation, ImmutableArray<TaskItems> learned)
    {
        var judged = DataOf(recipe, search, validation);
        if (!learned.IsEmpty)
        {
            judged.Add("learned", new JsonArray([.. learned.Select(task => (JsonNode)new JsonObject { ["model"] = task.Model.Value.ToString(), ["data"] = task.Data.Digest })]));
        }

        return judged;
    }

    private static JsonObject DataOf(Recipe recipe, SearchSettings search, EvaluationData validation)
    {
        var data = new JsonObject
        {
            ["metric"] = search.Objective.Metric.Value,
            ["largerIsBetter"] = search.Objective.LargerIsBetter,
            ["command"] = search.Objective.Command?.Value,
            ["sample"] = search.Objective.Sample,
            ["seed"] = search.Objective.Sample is null ? null : search.Seed,
            ["items"] = new JsonArray([.. validation.Subjects.Select(subject => new JsonObject { ["name"] = subject.Name, ["key"] = subject.Key, ["expert"] = subject.Expert?.ToString() })]),
        };
        if (recipe.Evaluate?.DType is { } type and not DType.F32)
        {
            data["dtype"] = type.ToString();
        }

        return data;
    }
}
