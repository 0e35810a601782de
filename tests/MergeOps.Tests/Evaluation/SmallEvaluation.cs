using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Structure;
using MergeOps.Evaluation.Tasks;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;

namespace MergeOps.Tests.Evaluation;

/// <summary>
/// Two tasks of twenty items (prompts <c>sums 1</c> to <c>sums 20</c> and so on) with an expert each, and one text of 24 blocks.
/// Each fake model answers the items up to its number.
/// </summary>
internal sealed class SmallEvaluation : IDisposable
{
    public static readonly SourceSpan Anywhere = new("recipes/small.yml", 12, 3, 12, 20);

    public static readonly ModelReference Base = new("./base");
    public static readonly ModelReference Adder = new("./adder");
    public static readonly ModelReference Reverser = new("./reverser");

    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-scores-").FullName;

    /// <summary>24 lines of 128 characters.</summary>
    public static string Prose { get; } = string.Concat(Enumerable.Repeat("once upon a time ".PadRight(127, '.') + "\n", 24));

    public string CacheFolder => Path.Combine(folder, "scores");

    public static ExactMatch Kind { get; } = new();

    /// <summary>What is measured here, whatever else the library can measure.</summary>
    public static EvaluationCatalogue Catalogue { get; } = new([Kind], [new Accuracy(), new Loss(), new ExpertShare()]);

    public static EvaluationData Data { get; } = new(
        [
            new("sums", Kind, Items("sums"), new string('1', 64), Adder),
            new("reversal", Kind, Items("reversal"), new string('2', 64), Reverser),
        ],
        [new("prose", Prose, new string('3', 64))]);

    public static Recipe Recipe(params GateSettings[] gates) => new()
    {
        Path = "recipes/small.yml",
        Folder = "/nowhere",
        Text = "",
        MergeMethod = new(MethodCatalogue.Default.Find("ties")!, At("ties").Span),
        BaseModel = At(Base),
        Modules =
        [
            new(null, [Input(Adder), Input(Reverser)], [], [], Anywhere),
        ],
        Evaluate = new(
            [new(At("sums"), Kind, At("sums.jsonl"), At(Adder), Anywhere), new(At("reversal"), Kind, At("reversal.jsonl"), At(Reverser), Anywhere)],
            [new(At("prose"), At("prose.txt"), Anywhere)],
            Anywhere),
        Gates = [.. gates],
    };

    public static GateSettings Gate(string metric, double? min = null, double? max = null, string? against = null) => new(
        At(metric),
        min is { } lower ? At(lower) : null,
        max is { } upper ? At(upper) : null,
        against is null ? null : At(against),
        Anywhere);

    /// <summary>Base, two experts, their plain average, and a merged model that is better than all of them.</summary>
    public static ModelUnderTest[] Family() =>
    [
        Model(ModelRole.Base, "base", Base, sums: 2, reversal: 2, textLoss: 1.5) with { IsParent = true },
        Model(ModelRole.Parent, "adder", Adder, sums: 20, reversal: 2, textLoss: 1.75),
        Model(ModelRole.Parent, "reverser", Reverser, sums: 3, reversal: 18, textLoss: 1.875),
        Model(ModelRole.Average, "plain average", null, sums: 8, reversal: 7, textLoss: 1.625),
        Model(ModelRole.Merged, "small", null, sums: 18, reversal: 17, textLoss: 1.6875),
    ];

    public static ModelUnderTest Model(ModelRole role, string name, ModelReference? reference, int sums, int reversal, double textLoss = 2) =>
        Opening(role, name, reference, new FakeLanguageModel(prompt => NumberOf(prompt) <= (prompt.StartsWith("sums", StringComparison.Ordinal) ? sums : reversal), textLoss));

    public static ModelUnderTest Opening(ModelRole role, string name, ModelReference? reference, FakeLanguageModel model) =>
        new(role, name, reference, $"digest of {name}", (_, out whyNot) =>
        {
            whyNot = null;
            return model;
        });

    public static ModelUnderTest WithoutForwardPass(ModelRole role, string name, ModelReference? reference = null) =>
        new(role, name, reference, $"digest of {name}", (_, out whyNot) =>
        {
            whyNot = "the architecture 'MambaForCausalLM' has no forward pass here";
            return null;
        });

    public EvaluationReport Evaluate(Recipe recipe, params ModelUnderTest[] models) => Evaluate(recipe, [], models);

    public EvaluationReport Evaluate(Recipe recipe, ImmutableArray<CheckResult> checks, params ModelUnderTest[] models) =>
        Evaluate(recipe, Data, checks, models);

    public EvaluationReport Evaluate(Recipe recipe, EvaluationData data, ImmutableArray<CheckResult> checks, params ModelUnderTest[] models) =>
        new Evaluator(new ScoreCache(CacheFolder), Catalogue).Evaluate(recipe, data, models, checks, progress: null, CancellationToken.None);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static Located<T> At<T>(T value) => new(value, Anywhere);

    private static RecipeInput Input(ModelReference model) => new(At(model), null, [], Anywhere);

    private static ImmutableArray<TaskItem> Items(string task) =>
        [.. Enumerable.Range(1, 20).Select(i => new PromptItem($"{task} {i}", "ok"))];

    private static int NumberOf(string prompt) =>
        int.Parse(prompt.AsSpan(prompt.IndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture);
}
