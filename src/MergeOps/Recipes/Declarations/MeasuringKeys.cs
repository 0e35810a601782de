using static MergeOps.Recipes.Declarations.Affects;

namespace MergeOps.Recipes.Declarations;

/// <summary>The blocks of a recipe that say what is measured: data of statistics, tasks and texts, searches and gates.</summary>
internal static class MeasuringKeys
{
    private static readonly TextShape Text = new();
    private static readonly TextShape Prompt = new() { IsLine = false };
    private static readonly PathShape File = new();
    private static readonly ModelShape AnyModel = new();

    /// <summary>The data that statistics are measured on.</summary>
    public static BlockDeclaration Calibration { get; } = new("calibration", "under 'calibration:'",
    [
        new("data", new PathOrPathsShape(), Nothing, "jsonl, csv, tsv or txt files, or a list of them: rows with \"text\", with \"prompt\" and \"completion\", \"answer\" or \"label\", with \"sentence1\" and \"sentence2\", or with \"messages\"; a txt file is cut into windows") { IsRequired = true },
        new("items", new NumberShape(Whole: true, Min: 1), Nothing, "the number of items, drawn by the seed; all when not given"),
        new("max_length", new NumberShape(Whole: true, Min: 2), Nothing, "the largest number of tokens of an item; the model's context when not given"),
        new("variant", new NameShape(FisherVariants.All), Nothing, "which predictions the Fisher information is computed from: every label (exact), tokens drawn from the model's predictions (sampled), or the data (empirical); sampled when not given"),
        new("labels", new TextsShape(), Nothing, "the labels that prompts end in, as the model should write them"),
        new("target_delimiter", Prompt, Nothing, "the text between prompt and label; a space when not given"),
        new("chat", new FlagShape(), Nothing, "true to put the prompt into the model's own chat template"),
        new("seed", new NumberShape(Whole: true, Min: 0), Nothing, "the random seed; 0 when not given"),
    ]);

    /// <summary>What is put before the texts of each side of a task.</summary>
    public static BlockDeclaration Prompts { get; } = new("prompts", "in a task's 'prompt' or 'prompt_name'",
    [
        new("sentence1", Prompt, Approval, "for the first sentence of a pair"),
        new("sentence2", Prompt, Approval, "for the second sentence of a pair"),
        new("query", Prompt, Approval, "for what is looked for"),
        new("document", Prompt, Approval, "for what is searched"),
    ]);

    /// <summary>The leaderboard on the Hub that a score is for.</summary>
    public static BlockDeclaration Benchmark { get; } = new("benchmark", "under 'benchmark:'",
    [
        new("dataset", Text, Approval, "the benchmark's data set on the Hub, such as openai/gsm8k") { IsRequired = true },
        new("task", Text, Approval, "the id of the task, as the data set's eval.yaml has it") { IsRequired = true },
        new("percent", new FlagShape(), Approval, "true where the leaderboard shows percent, so that a share of 0.93 is published as 93"),
    ]);

    /// <summary>The benchmark that a score is of.</summary>
    private static KeyDeclaration OfBenchmark { get; } = new(
        "benchmark", new BlockShape(Benchmark), Approval, "the benchmark on the Hub that the score is for; published in .eval_results/")
    { IsLater = true };

    /// <summary>A task of prompts with answers.</summary>
    public static BlockDeclaration Task { get; } = new("task", "in an entry of 'tasks'",
    [
        new("name", Text, Approval, "a short name, unique in the recipe") { IsRequired = true },
        new("kind", new TaskKindShape(), Approval, "how the items are asked and judged") { IsLater = true },
        new("data", File, Approval, "a jsonl, csv, tsv or parquet file beside the recipe or on the Hub (hf://datasets/owner/name@revision/path), one item per line or record; related items share a \"group\"") { IsRequired = true },
        new("expert", AnyModel, Approval, "the model whose accuracy counts as 100 %"),
        OfBenchmark,
    ]);

    /// <summary>A text for the loss outside the tasks' domain.</summary>
    public static BlockDeclaration PlainText { get; } = new("text", "in an entry of 'texts'",
    [
        new("name", Text, Approval, "a short name, unique in the recipe") { IsRequired = true },
        new("data", File, Approval, "a text file beside the recipe or on the Hub") { IsRequired = true },
    ]);

    /// <summary>A score that another harness measures.</summary>
    public static BlockDeclaration External { get; } = new("external", "in an entry of 'external'",
    [
        new("name", Text, Approval, "what gates and reports call it") { IsRequired = true },
        new("task", Text, Approval, "the task in the results file; 'name' when not given"),
        new("metric", Text, Approval, "the task's metric, such as acc_norm; with its filter, as acc_norm,none, where there are several") { IsRequired = true },
        OfBenchmark,
    ]);

    /// <summary>The type in which forward passes compute.</summary>
    public static KeyDeclaration ScoringType { get; } = new(
        "dtype", new NameShape(["float32", "bfloat16"]), Approval, "the type in which models are scored, under 'search' too; float32 when not given, whatever weights are stored as")
    { IsLater = true };

    /// <summary>What to measure.</summary>
    public static BlockDeclaration Evaluate { get; } = new("evaluate", "under 'evaluate:'",
    [
        new("tasks", new ListShape(Task), Approval, "prompts with answers"),
        new("texts", new ListShape(PlainText), Approval, "plain texts whose loss shows what the merge forgot"),
        new("external", new ListShape(External), Approval, "scores that lm-evaluation-harness measures"),
        ScoringType,
    ]);

    /// <summary>The goal of a search for large scores.</summary>
    public const string Maximize = "max";

    /// <summary>Which way an objective is better.</summary>
    public static KeyDeclaration Goal { get; } = new(
        "goal", new NameShape([Maximize, "min"]), Approval, "whether larger or smaller scores are better; by default what the metric says");

    /// <summary>One parameter that is searched.</summary>
    public static BlockDeclaration SearchEntry { get; } = new("searchedParameter", "in an entry of the search's 'parameters'",
    [
        new("parameter", Text, Approval, "a number among the method's parameters, such as lambda, weight or t; the recipe gives it no other value") { IsRequired = true },
        new("model", AnyModel, Approval, "the model whose own parameter it is; without it the value applies to all"),
        new("filter", Text, Approval, "plain text that is part of the names of its tensors"),
        new("layers", new NumberShape(Whole: true, Min: 1), Approval, "the number of values, spread evenly over the layers and interpolated in between; 1 when not given"),
        new("from", new NumberShape(), Approval, "the smallest number") { IsRequired = true },
        new("to", new NumberShape(), Approval, "the largest number") { IsRequired = true },
    ]);

    /// <summary>What tells whether numbers are good.</summary>
    public static BlockDeclaration Objective { get; } = new("objective", "under 'objective:'",
    [
        new("metric", Text, Approval, "what the searcher improves, as gates name it, such as mean.accuracy; for a command, TASK.METRIC of its results") { IsRequired = true },
        Goal,
        new("tasks", new ListShape(Task), Approval, "validation items: none of them is a test item under 'evaluate'"),
        new("texts", new ListShape(PlainText), Approval, "validation texts"),
        new("sample", new NumberShape(Whole: true, Min: 1), Approval, "the number of items of each task, drawn by the seed in whole groups; all when not given"),
        new("command", Text, Approval, "the name of a command in the repository's settings that scores each point"),
    ]);

    /// <summary>Numbers that are chosen by measurement.</summary>
    public static BlockDeclaration Search { get; } = new("search", "under 'search:'",
    [
        new("searcher", new SearcherShape(), Approval, "how points are proposed") { IsRequired = true },
        new("parameters", new ListShape(SearchEntry), Approval, "the numbers that are searched") { IsRequired = true },
        new("objective", new BlockShape(Objective), Approval, "what is optimized") { IsRequired = true },
        new("evaluations", new NumberShape(Whole: true, Min: 1), Approval, "how many points may be scored") { IsRequired = true },
        new("seed", new NumberShape(Whole: true, Min: 0), Approval, "the random seed; 0 when not given"),
    ]);

    /// <summary>A bound that must hold before anything is published.</summary>
    public static BlockDeclaration Gate { get; } = new("gate", "in an entry of 'gates'",
    [
        new("metric", Text, Approval, "TASK.METRIC, TEXT.METRIC or EXTERNAL.METRIC, such as TASK.accuracy; 'mean' as the task takes the mean over the tasks; analysis.METRIC is judged before the merge") { IsRequired = true },
        new("min", new NumberShape(), Approval, "the smallest value that passes"),
        new("max", new NumberShape(), Approval, "the largest value that passes"),
        new("against", new NameShape(Baselines.All), Approval, "bound the difference to this model instead of the figure itself"),
        new("not_worse_than", new NameShape(Baselines.All), Approval, "the model that the merged one must not be worse than; without min, max and against"),
        new("margin", new NumberShape(Min: 0), Approval, "how much worse 'not_worse_than' allows it to be, in the metric's unit; 0 when not given"),
        new("pair", new ModelsShape(), Approval, "for analysis.METRIC: the two models that are compared, as the recipe writes them; every pair when not given") { IsLater = true },
        new("sample", new NumberShape(Min: 0), Approval, "for analysis.METRIC: the share of the weights that is read, up to 1; 0.02 when not given") { IsLater = true },
    ]);
}
