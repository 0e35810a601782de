using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Warns of checkpoints whose steps of training contradict what the method's weights assume: equal distances, in the order of training.</summary>
internal static class SpacingCheck
{
    private const int MostNamed = 8;

    /// <summary>A warning where trainers wrote down other steps.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">What is known of them.</param>
    /// <param name="diagnostics">Takes the warning.</param>
    public static void Run(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        if (!recipe.MergeMethod.Value.AssumesEqualDistances)
        {
            return;
        }

        foreach (var module in recipe.Modules)
        {
            // in the recipe's order: a base that gives config and tokenizer comes first among the plan's models
            var steps = module.Models.Select(entry => models.First(model => model.Model.Value == entry.Model.Value).TrainingStep).ToList();
            if (steps.Exists(step => step is not null))
            {
                Judge(steps, recipe, diagnostics);
            }
        }
    }

    private static void Judge(List<long?> steps, Recipe recipe, DiagnosticBag diagnostics)
    {
        var method = recipe.MergeMethod.Value;
        var known = steps.Index().Where(step => step.Item is not null).Select(step => (Place: step.Index, Step: step.Item!.Value)).ToList();
        var pairs = known.Zip(known.Skip(1), (one, next) => (Places: next.Place - one.Place, Steps: next.Step - one.Step)).ToList();
        var shown = string.Join(", ", steps.Take(MostNamed).Select(step => step is { } told ? $"{told}" : "?")) + (steps.Count > MostNamed ? ", …" : "");
        if (pairs.Exists(pair => pair.Steps <= 0))
        {
            Warn($"The checkpoints were saved at the steps {shown}, but '{method.Name}' needs them in the order of training. List them in that order.");
        }
        else if (pairs.Skip(1).Any(pair => pair.Steps * pairs[0].Places != pairs[0].Steps * pair.Places))
        {
            Warn($"The checkpoints were saved at the steps {shown}, but the weights of '{method.Name}' assume equal distances. Leave out the extra ones, or write your own weights with 'linear'.");
        }

        void Warn(string detail) => diagnostics.Warning(Codes.CheckpointsUneven, detail, recipe.MergeMethod.Span);
    }
}
