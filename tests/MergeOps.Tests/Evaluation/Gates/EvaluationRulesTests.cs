using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Tasks;
using MergeOps.Recipes;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Gates;

public sealed class EvaluationRulesTests
{
    [Fact]
    public void A_recipe_that_keeps_the_rules_gets_no_diagnostic() =>
        Assert.Empty(Check(Recipe(
            Gate("mean.accuracy", min: 0.5, against: "best_parent"), Gate("prose.loss", max: 2), Gate("sums.expert_share", min: 0.5))));

    [Theory]
    [InlineData("summs.accuracy", "'summs' is not a task or text here; there are 'sums', 'reversal', 'mean', 'prose'. Did you mean 'sums.accuracy'?")]
    [InlineData("sums.acuracy", "'sums.acuracy' is not measured; of 'sums' there are 'accuracy', 'expert_share', 'loss'. Did you mean 'sums.accuracy'?")]
    [InlineData("prose.accuracy", "'prose.accuracy' is not measured; of 'prose' there are 'loss'.")]
    [InlineData("accuracy", "'accuracy' is not a task or text here; there are 'sums', 'reversal', 'mean', 'prose'.")]
    public void An_unknown_metric_is_explained(string metric, string detail)
    {
        var mistake = Assert.Single(Check(Recipe(Gate(metric, min: 0))));

        Assert.Equal("MOPS610", mistake.Code.Id);
        Assert.Equal(detail, mistake.Detail);
    }

    [Fact]
    public void A_gate_without_evaluate_can_never_decide()
    {
        var mistake = Assert.Single(Check(Recipe(Gate("sums.accuracy", min: 0)) with { Evaluate = null }));

        Assert.Contains("has no task and no text", mistake.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_needs_an_expert_on_every_task_that_it_is_taken_of()
    {
        var recipe = Recipe(Gate("mean.expert_share", min: 0.5), Gate("sums.expert_share", min: 0.5));
        var evaluate = recipe.Evaluate! with { Tasks = recipe.Evaluate.Tasks.SetItem(1, recipe.Evaluate.Tasks[1] with { Expert = null }) };

        var mistake = Assert.Single(Check(recipe with { Evaluate = evaluate }));

        Assert.Equal("'mean.expert_share' needs the expert of 'reversal', and that task names none. Add 'expert:' to it.", mistake.Detail);
    }

    [Fact]
    public void A_gate_needs_a_bound() => Assert.Equal("MOPS611", Assert.Single(Check(Recipe(Gate("sums.accuracy")))).Code.Id);

    [Fact]
    public void Bounds_that_cross_are_refused_with_both_numbers()
    {
        var mistake = Assert.Single(Check(Recipe(Gate("sums.accuracy", min: 0.9, max: 0.1))));

        Assert.Equal("'min' 0.9 is larger than 'max' 0.1, so nothing would pass.", mistake.Detail);
    }

    /// <summary>Ranges of scores of other harnesses, where a name has one wherever it occurs.</summary>
    [Theory]
    [InlineData("acc_norm", 70.0, "'arc.acc_norm' lies between 0 and 1, so 'min' 70 always gives the same verdict. Write 70 % as 0.7.")]
    [InlineData("exact_match", 0.0, "'arc.exact_match' lies between 0 and 1, so every model meets 'min' 0 and the gate decides nothing.")]
    [InlineData("ndcg_at_10", 47.0, "'arc.ndcg_at_10' lies between 0 and 1, so 'min' 47 always gives the same verdict. Write 47 % as 0.47.")]
    [InlineData("cosine_spearman", 82.0, "'arc.cosine_spearman' lies between -1 and 1, so 'min' 82 always gives the same verdict. Write 82 % as 0.82.")]
    [InlineData("word_perplexity", 1.0, "'arc.word_perplexity' is at least 1, so every model meets 'min' 1 and the gate decides nothing.")]
    [InlineData("word_perplexity", 0.0, "'arc.word_perplexity' is at least 1, so 'min' 0 always gives the same verdict.")]
    [InlineData("acc", 1.0, "'arc.acc' lies between 0 and 1, and the interval of a measured figure is never entirely at that end, so no model passes 'min' 1.")]
    [InlineData("f1", 60.0, null)]
    [InlineData("rouge1", 40.0, null)]
    public void A_bound_that_no_score_of_another_harness_can_miss_or_keep_is_named(string metric, double min, string? detail)
    {
        var recipe = Recipe(Gate($"arc.{metric}", min: min));
        var external = new ExternalSettings(At("arc"), null, At(metric), Anywhere);

        var mistakes = Check(recipe with { Evaluate = recipe.Evaluate! with { External = [external] } });

        Assert.Equal(detail is null ? [] : [detail], mistakes.Select(mistake => mistake.Detail[..Math.Min(mistake.Detail.Length, detail?.Length ?? 0)]));
    }

    /// <summary>e to the power of a loss, which is no less than 0, is no less than 1.</summary>
    [Theory]
    [InlineData("sums.accuracy", "min", 1, "'sums.accuracy' lies between 0 and 1, and the interval of a measured figure is never entirely at that end, so no model passes 'min' 1. Write a bound that a good model meets.")]
    [InlineData("sums.accuracy", "max", 0, "'sums.accuracy' lies between 0 and 1, and the interval of a measured figure is never entirely at that end, so no model passes 'max' 0. Write a bound that a good model meets.")]
    [InlineData("prose.loss", "max", 0, "'prose.loss' is at least 0, and the interval of a measured figure is never entirely at that end, so no model passes 'max' 0. Write a bound that a good model meets.")]
    [InlineData("lambada.perplexity", "max", 1, "'lambada.perplexity' is at least 1, and the interval of a measured figure is never entirely at that end, so no model passes 'max' 1. Write a bound that a good model meets.")]
    [InlineData("wiki.word_perplexity", "max", 0.5, "'wiki.word_perplexity' is at least 1, so 'max' 0.5 always gives the same verdict.")]
    [InlineData("wiki.word_perplexity", "max", 20, null)]
    public void A_bound_that_no_model_can_keep_is_named(string metric, string key, double bound, string? detail)
    {
        var recipe = Recipe(key == "min" ? Gate(metric, min: bound) : Gate(metric, max: bound));
        var tasks = recipe.Evaluate!.Tasks.Add(new(At("lambada"), new AnswerLoss(), At("a.jsonl"), null, Anywhere)).Add(new(At("wiki"), new Perplexity(), At("w.jsonl"), null, Anywhere));

        Assert.Equal(detail is null ? [] : [detail], Check(recipe with { Evaluate = recipe.Evaluate with { Tasks = tasks } }).Select(mistake => mistake.Detail));
    }

    /// <summary>Another task's metric is no answer, however near its name is.</summary>
    [Theory]
    [InlineData("lo.perplexty", "Did you mean 'lo.perplexity'?")]
    [InlineData("lo.word_perplexity", "of 'lo' there are 'loss', 'perplexity'.")]
    [InlineData("po.los", "of 'po' there are 'token_perplexity', 'word_perplexity', 'byte_perplexity', 'bits_per_byte', 'loss'. Did you mean 'po.loss'?")]
    [InlineData("lp.los", "there are 'sums', 'reversal', 'lo', 'po', 'mean', 'prose'. Did you mean 'lo.loss'?")]
    public void A_suggestion_is_of_the_task_that_the_gate_names(string metric, string end)
    {
        var recipe = Recipe(Gate(metric, max: 5));
        var tasks = recipe.Evaluate!.Tasks.Add(new(At("lo"), new AnswerLoss(), At("a.jsonl"), null, Anywhere)).Add(new(At("po"), new Perplexity(), At("w.jsonl"), null, Anywhere));
        var diagnostics = new DiagnosticBag();
        new EvaluationRules(EvaluationCatalogue.Default).Check(recipe with { Evaluate = recipe.Evaluate with { Tasks = tasks } }, diagnostics);

        Assert.Contains(end, Assert.Single(diagnostics).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_comparison_gets_a_suggestion()
    {
        var mistake = Assert.Single(Check(Recipe(Gate("sums.accuracy", min: 0, against: "best-parents"))));

        Assert.Equal("'best-parents' is not one of best_parent, average, base, published. Did you mean 'best_parent'?", mistake.Detail);
    }

    [Theory]
    [InlineData(-0.01, false)]
    [InlineData(0, true)]
    [InlineData(0.01, true)]
    public void A_margin_allows_a_loss_and_asks_for_no_gain(double margin, bool isRight)
    {
        var gate = Gate("sums.accuracy") with { NotWorseThan = At("best_parent"), Margin = At(margin) };

        Assert.Equal(isRight ? [] : ["MOPS611"], Check(Recipe(gate)).Select(mistake => mistake.Code.Id));
    }

    [Theory]
    [InlineData("best_parent", 1, "'margin' 1 is the whole distance between a perfect order and none: 'cosine_spearman' lies between −1 and 1. Write 1 of 100 points as 0.01.")]
    [InlineData("best_parent", 0.01, null)]
    [InlineData("average", 0.01, "'arc.cosine_spearman' is measured by another harness, and the plain average is scored only by MergeOps. Compare with 'best_parent' or 'base' or 'published'.")]
    public void A_comparison_of_scores_of_another_harness_must_be_possible_and_mean_something(string than, double margin, string? detail)
    {
        var recipe = Recipe(Gate("arc.cosine_spearman") with { NotWorseThan = At(than), Margin = At(margin) });
        var external = new ExternalSettings(At("arc"), null, At("cosine_spearman"), Anywhere);

        var mistakes = Check(recipe with { Evaluate = recipe.Evaluate! with { External = [external] } });

        Assert.Equal(detail is null ? [] : [detail], mistakes.Select(mistake => mistake.Detail));
    }

    [Theory]
    [InlineData("openai/gsm8k", null)]
    [InlineData("gsm8k", "'gsm8k' is not a data set on the Hub. Names have the form OWNER/NAME, such as openai/gsm8k.")]
    [InlineData("datasets/openai/gsm8k", "'datasets/openai/gsm8k' is not a data set on the Hub. Write 'openai/gsm8k'.")]
    [InlineData("https://huggingface.co/datasets/openai/gsm8k/tree/main", "'https://huggingface.co/datasets/openai/gsm8k/tree/main' is not a data set on the Hub. Write 'openai/gsm8k'.")]
    [InlineData("hf://datasets/openai/gsm8k", "'hf://datasets/openai/gsm8k' is not a data set on the Hub. Write 'openai/gsm8k'.")]
    public void A_benchmark_is_a_data_set_on_the_Hub(string dataset, string? detail)
    {
        var evaluate = Recipe().Evaluate!;
        var task = evaluate.Tasks[0] with { Benchmark = new(At(dataset), At("main"), null) };

        Assert.Equal(detail is null ? [] : [detail], Check(Recipe() with { Evaluate = evaluate with { Tasks = [task] } }).Select(mistake => mistake.Detail));
    }

    [Fact]
    public void A_benchmark_has_one_score_of_a_model()
    {
        var benchmark = new BenchmarkSettings(At("openai/gsm8k"), At("main"), null);
        var evaluate = Recipe().Evaluate!;
        var twice = evaluate with
        {
            Tasks = [evaluate.Tasks[0] with { Benchmark = benchmark }],
            External = [new(At("gsm8k"), null, At("exact_match"), Anywhere) { Benchmark = benchmark }, new(At("hle"), null, At("acc"), Anywhere) { Benchmark = benchmark with { Task = At("other") } }],
        };

        Assert.Equal(
            "'sums.accuracy' is the score for 'main' of 'openai/gsm8k' already, and a benchmark has one score of a model. Remove one of the two.",
            Assert.Single(Check(Recipe() with { Evaluate = twice })).Detail);
    }

    [Theory]
    [InlineData("acc_norm", null)]
    [InlineData("judged_by_acme", null)]
    [InlineData("word_perplexity", "'arc.word_perplexity' is not a share, so it cannot be given in percent. Remove 'percent'.")]
    public void Only_shares_are_given_in_percent(string metric, string? detail)
    {
        var external = new ExternalSettings(At("arc"), null, At(metric), Anywhere) { Benchmark = new(At("allenai/ai2_arc"), At("arc"), At(true)) };

        Assert.Equal(detail is null ? [] : [detail], Check(Recipe() with { Evaluate = Recipe().Evaluate! with { External = [external] } }).Select(mistake => mistake.Detail));
    }

    [Fact]
    public void A_figure_beside_other_models_is_no_score_of_a_benchmark()
    {
        var drift = new TaskSettings(At("drift"), new EmbeddingDrift(), At("texts.jsonl"), null, Anywhere) { Benchmark = new(At("acme/texts"), At("default"), null) };

        Assert.Contains("says how a model compares with others", Assert.Single(Check(Recipe() with { Evaluate = Recipe().Evaluate! with { Tasks = [drift] } })).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_of_one_file_are_not_independent_in_a_mean()
    {
        var recipe = Recipe(Gate("mean.accuracy", min: 0.5));
        var tasks = recipe.Evaluate!.Tasks;
        var once = recipe with { Evaluate = recipe.Evaluate with { Tasks = [tasks[0] with { Data = At("a.jsonl") }, tasks[1] with { Data = At("b.jsonl") }] } };
        var twice = recipe with { Evaluate = recipe.Evaluate with { Tasks = [tasks[0] with { Data = At("a.jsonl") }, tasks[1] with { Data = At("a.jsonl") }] } };

        Assert.Empty(Check(once));
        Assert.Contains("'sums' and 'reversal' have the same data, and 'mean.accuracy' treats tasks as independent", Assert.Single(Check(twice)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_of_one_file_that_a_mean_does_not_join_are_no_matter()
    {
        var recipe = Recipe(Gate("mean.accuracy", min: 0.5));
        var tasks = recipe.Evaluate!.Tasks;
        var found = new DiagnosticBag();

        new EvaluationRules(EvaluationCatalogue.Default).Check(
            recipe with { Evaluate = recipe.Evaluate with { Tasks = [tasks[0] with { Data = At("a.jsonl") }, new(At("lambada"), new AnswerLoss(), At("a.jsonl"), null, Anywhere)] } }, found);

        Assert.Empty(found);
    }

    [Fact]
    public void A_comparison_with_the_base_needs_a_base()
    {
        var mistake = Assert.Single(Check(Recipe(Gate("sums.accuracy", min: 0, against: "base")) with { BaseModel = null }));

        Assert.Equal("MOPS612", mistake.Code.Id);
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("sums")]
    public void A_text_may_not_take_a_name_that_gates_use_for_something_else(string name)
    {
        var recipe = Recipe();
        var evaluate = recipe.Evaluate! with { Texts = [new(At(name), At("a.txt"), Anywhere)] };

        Assert.Equal("MOPS607", Assert.Single(Check(recipe with { Evaluate = evaluate })).Code.Id);
    }

    [Fact]
    public void An_expert_must_be_one_of_the_recipes_models()
    {
        var recipe = Recipe();
        var task = recipe.Evaluate!.Tasks[0] with { Expert = At(new ModelReference("./ader")) };

        var mistake = Assert.Single(Check(recipe with { Evaluate = recipe.Evaluate with { Tasks = [task] } }));

        Assert.Equal("'./ader' is not among the models, which are './base', './adder', './reverser'. Did you mean './adder'?", mistake.Detail);
    }

    private static DiagnosticBag Check(Recipe recipe)
    {
        var diagnostics = new DiagnosticBag();
        new EvaluationRules(Catalogue).Check(recipe, diagnostics);
        return diagnostics;
    }
}
