using MergeOps.Diagnostics;
using MergeOps.Methods;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A model with adapters as a model of its own, for whoever must open it: the merge of that one model.</summary>
internal static class AppliedAdapters
{
    /// <summary>Plans a model of a recipe; null with the reason when its adapters cannot be applied.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="planned">The recipe, its lock and its plan.</param>
    /// <param name="model">The model with its adapters.</param>
    /// <param name="whyNot">The reason.</param>
    public static MergePlan? Plan(HostEnvironment environment, PlannedRecipe planned, Located<ModelReference> model, out string? whyNot)
    {
        var found = new DiagnosticBag();
        var alone = Alone(planned.Recipe, model);
        var applied = PlanMerge.Run(environment, alone, LockOf(alone, planned.Lock), found)?.Plan;
        whyNot = WhyNot(found);
        return applied;
    }

    /// <summary>Plans the base with the adapter that was made of it; null with the reason when that cannot be applied.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="planned">The plan, whose output is an adapter.</param>
    /// <param name="folder">Where the adapter lies.</param>
    /// <param name="whyNot">The reason.</param>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static MergePlan? OfOutput(HostEnvironment environment, PlannedRecipe planned, string folder, out string? whyNot)
    {
        var origin = planned.Models.First(model => model.Model.Value == planned.Recipe.BaseModel!.Value);
        var adapter = new ModelReference(Path.GetFullPath(folder));
        var model = origin with
        {
            Model = origin.Model with { Value = origin.Model.Value with { Lora = adapter } },
            Adapters = [AdapterReader.Read(environment, planned.Recipe, origin.Model with { Value = adapter }, null)],
        };
        var found = new DiagnosticBag();
        var applied = Planner.Plan(Alone(planned.Recipe, model.Model), [model], found);
        whyNot = WhyNot(found);
        return applied;
    }

    /// <summary>A recipe that copies one model of another one, its adapters applied.</summary>
    /// <param name="recipe">The other one.</param>
    /// <param name="model">The model.</param>
    public static Recipe Alone(Recipe recipe, Located<ModelReference> model)
    {
        var here = recipe.MergeMethod.Span;
        return recipe with
        {
            MergeMethod = new Located<MergeMethod>(new Passthrough(), here),
            BaseModel = null,
            Modules = [new RecipeModule(null, [new RecipeInput(model, null, [], here)], [], [], here)],
            Parameters = [],
            DType = null,
            OutDType = null,
            Tokenizer = null,
            ChatTemplate = null,
            Output = null,
        };
    }

    /// <summary>The lock for such a recipe.</summary>
    /// <param name="alone">That recipe.</param>
    /// <param name="locked">The lock of the other one, or null.</param>
    public static LockedRecipe? LockOf(Recipe alone, LockedRecipe? locked) =>
        locked is null ? null : locked with { Lock = LockOfModel.Of(alone, locked.Lock, locked.Digests) };

    private static string? WhyNot(DiagnosticBag found) =>
        found.FirstOrDefault(diagnostic => diagnostic.Severity is Severity.Error) is { } error ? $"{error.Code.Summary}. {error.Detail}" : null;
}
