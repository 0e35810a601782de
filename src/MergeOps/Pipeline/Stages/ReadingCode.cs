using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Publishing;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// The code that reads recipes and their data, run on another thread while the command line is put together, its results thrown
/// away: a method's first call costs more than its work. None of it hashes: nobody has looked for OpenSSL yet.
/// </summary>
internal static class ReadingCode
{
    private const string Text = """
        merge_method: linear
        models:
          - model: owner/one
            parameters: { weight: 1.0 }
          - model: owner/other
            parameters: { weight: 1.0 }
        dtype: bfloat16
        evaluate:
          tasks: [{ name: questions, data: hf://datasets/owner/name/questions.jsonl, expert: owner/one }]
          texts: [{ name: stories, data: hf://datasets/owner/name/stories.txt }]
        gates:
          - { metric: mean.accuracy, min: 0.8 }
          - { metric: mean.accuracy, against: best_parent, min: 0 }
          - { metric: stories.loss, max: 1 }
        publish: { folder: ../published }
        """;

    /// <summary>A recipe without mistakes, in the program's folder, where none of the files that it names exists.</summary>
    public static SourceText Recipe => new(Path.Combine(AppContext.BaseDirectory, "recipe.yml"), Text);

    /// <summary>Runs all of it.</summary>
    public static void Rehearse()
    {
        var catalogue = ReadRecipe.Catalogue;
        var kind = EvaluationCatalogue.Default.Tasks.First(kind => kind.Name == TaskKind.Usual);
        var (item, _) = new TaskRowReader(kind).Read("""{"prompt": "a", "answer": "b", "group": "c"}"""u8);
        var data = new EvaluationData([new("questions", kind, [item!], "")], []);
        DiagnosticBag unheard = [];
        if (RecipeReader.Read(Recipe, catalogue, unheard).Recipe is { } recipe)
        {
            TargetKind.Check(recipe, unheard);
            SampleCheck.Run(recipe, data, EvaluationCatalogue.Default, unheard);
            CheckCalibration.Run(recipe, data, unheard);
        }
    }
}
