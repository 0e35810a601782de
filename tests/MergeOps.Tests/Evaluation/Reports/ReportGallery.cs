using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Structure;
using MergeOps.Evaluation.Tasks;
using MergeOps.Models.Embeddings;
using MergeOps.Recipes;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Reports;

/// <summary>Reports of every shape that a page must hold: few and many models and tasks, long names, no scores, failed gates.</summary>
internal static class ReportGallery
{
    /// <summary>Where a report of the gallery comes from.</summary>
    public static ReportOrigin Origin { get; } = new(new DateTime(2026, 11, 29, 17, 30, 0, DateTimeKind.Utc), "1.4.0+0123456789abcdef0123456789abcdef01234567")
    {
        RecipePath = "recipes/small.yml",
        RecipeText = "name: small\nmerge_method: ties\nbase_model: ./base\nmodels:\n  - model: ./adder\n    parameters: { weight: 0.5, density: 0.4 }\n  - model: ./reverser # \"quoted\" & <marked>\n    parameters: { weight: 0.5, density: 0.4 }\n",
        Commit = "89abcdef0123456789abcdef0123456789abcdef",
        Description = "Two fine-tunes of one small model become one that adds and reverses.",
        Method = "ties",
        PlanDigest = new string('a', 64),
        ModelDigest = new string('b', 64),
        NumericClass = "cpu",
    };

    private static SearchCurve Curve { get; } = new()
    {
        Objective = "mean.accuracy",
        LargerIsBetter = true,
        IsShare = true,
        Searcher = "grid",
        Parameters = ["lambda"],
        Points = [.. Enumerable.Range(0, 11).Select(i => Point(i / 10.0)), new([0.95], null, null)],
        Chosen = 6,
    };

    private static SearchCurve Plane { get; } = Curve with
    {
        Searcher = "cma_es",
        Parameters = ["weight of some-organization/Meta-Llama-3.1-8B-Instruct", "density"],
        Points = [.. Enumerable.Range(0, 12).Select(i => Point(i / 12.0) with { Values = [i / 12.0, i * 5 % 12 / 12.0] })],
    };

    /// <summary>Each shape with its name.</summary>
    public static ImmutableSortedDictionary<string, EvaluationReport> All { get; } = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        [
            KeyValuePair.Create("quickstart", Report(["comparatives", "past", "plurals"], ["stories"], ["comparatives", "past", "plurals"])),
            KeyValuePair.Create(
                "many",
                Report([.. Enumerable.Range(1, 14).Select(i => $"task-{i}")], ["english", "deutsch", "日本語"], [.. Enumerable.Range(1, 9).Select(i => $"expert-{i}")])),
            KeyValuePair.Create(
                "long-names",
                Report(
                    ["instruction-following-with-multiple-constraints", "Antwortgenauigkeitsüberprüfungsaufgabensammlung"],
                    ["wikipedia-featured-articles-2026-11-01-deduplicated"],
                    ["some-organization/Meta-Llama-3.1-8B-Instruct-abliterated-v2-dpo-orpo-merged", "another-organization-with-a-long-name/a_model_name_without_any_place_to_break_it_anywhere"])),
            KeyValuePair.Create("one-task", Report(["sums"], [], ["adder", "reverser"])),
            KeyValuePair.Create("pairs", Pairs()),
            KeyValuePair.Create("unscored", Report(["sums", "reversal"], ["prose"], ["adder", "reverser"], isScored: false)),
        ]);

    private static EvaluationReport Report(string[] tasks, string[] texts, string[] experts, bool isScored = true)
    {
        var data = new EvaluationData(
            [.. tasks.Select(task => new Subject(task, Kind, [.. Enumerable.Range(0, 60).Select(i => new PromptItem($"{task} {i}", "ok", $"{i / 3}"))], Digest(task), new ModelReference($"./{experts[0]}")))],
            [.. texts.Select(text => new TextData(text, Prose, Digest(text)))]);
        var recipe = Recipe(
            Gate(tasks.Length > 1 ? "mean.accuracy" : $"{tasks[0]}.accuracy", min: 0.6),
            Gate($"{tasks[0]}.accuracy", min: 0, against: "best_parent"),
            Gate($"{tasks[0]}.accuracy", min: 0.97),
            Gate(texts.Length > 0 ? $"{texts[0]}.loss" : $"{tasks[0]}.loss", max: 0.05, against: "base")) with
        {
            Name = At(experts[0].Length > 20 ? "a-merge-of-two-models-with-names-that-are-longer-than-anybody-would-like" : "small"),
            Evaluate = new(
                [.. tasks.Select(task => new TaskSettings(At(task), Kind, At($"{task}.jsonl"), At(new ModelReference($"./{experts[0]}")), Anywhere))],
                [.. texts.Select(text => new TextSettings(At(text), At($"{text}.txt"), Anywhere))],
                Anywhere),
        };
        ModelUnderTest[] models =
        [
            Model(ModelRole.Base, "base", new ModelReference("./base"), _ => 0.1, 1.5) with { IsParent = true },
            .. experts.Select((name, i) => Model(ModelRole.Parent, name, new ModelReference($"./{name}"), task => i == Array.IndexOf(tasks, task) % experts.Length ? 0.97 : 0.05, 1.7 + (i / 20.0))),
            Model(ModelRole.Average, "average", null, _ => 0.4, 1.6),
            Model(ModelRole.Published, "0.3.1", null, _ => 0.7, 1.62),
            isScored ? Model(ModelRole.Merged, recipe.Name!.Value, null, task => task == tasks[^1] ? 0.6 : 0.92, 1.65) : WithoutForwardPass(ModelRole.Merged, "small"),
        ];
        using var small = new SmallEvaluation();
        return small.Evaluate(
            recipe,
            data,
            [
                new("planned tensors", CheckVerdict.Passed, "All 21 tensors are there with their shapes and dtypes."),
                new("tied embeddings", CheckVerdict.NotApplicable, "config.json does not say whether the embeddings are tied."),
            ],
            models) with
        {
            Origin = Origin,
            Curve = experts[0].Length > 20 ? Plane : Curve,
        };
    }

    // sentences with the vectors of an angle, which a model takes more or less well from what people say
    private static EvaluationReport Pairs()
    {
        var items = Enumerable.Range(0, 120).Select(i => new PairItem($"a sentence {i}", $"another one {i} {i * 7 % 51 / 10.0}", i * 7 % 51 / 10.0)).ToList();
        var data = new EvaluationData([new Subject("stsb", new Sts(), [.. items], Digest("stsb")), new Subject("biosses", new Sts(), [.. items.Take(60)], Digest("biosses"))], []);
        var recipe = Recipe(
            new GateSettings(At("stsb.spearman"), null, null, null, Anywhere) { NotWorseThan = At("best_parent"), Margin = At(1.0) },
            Gate("mean.spearman", min: 80)) with
        {
            Evaluate = new(
                [new TaskSettings(At("stsb"), new Sts(), At("stsb.jsonl"), null, Anywhere), new TaskSettings(At("biosses"), new Sts(), At("biosses.jsonl"), null, Anywhere)], [], Anywhere),
        };
        using var small = new SmallEvaluation();
        return small.Evaluate(
            recipe,
            data,
            [],
            Embedding(ModelRole.Base, "all-MiniLM-L6-v2", new("./base"), 0.5) with { IsParent = true },
            Embedding(ModelRole.Parent, "snowflake-arctic-embed-xs", new("./arctic"), 0.7),
            Embedding(ModelRole.Average, "average", null, 0.6),
            Embedding(ModelRole.Merged, "small", null, 0.45)) with
        {
            Origin = Origin,
        };
    }

    private static ModelUnderTest Embedding(ModelRole role, string name, ModelReference? reference, double noise) => new(role, name, reference, $"digest of {name}", (_, out whyNot) =>
    {
        whyNot = null;
        return new Angles(name, noise);
    });

    private sealed class Angles(string name, double noise) : IEmbeddingModel
    {
        public int Dimensions => 2;

        public string Description => "mean pooling, normalized";

        public string? PromptOf(PromptChoice choice, out string? whyNot)
        {
            whyNot = null;
            return "";
        }

        public float[][] Embed(IReadOnlyList<string> texts, string prompt, CancellationToken cancellation) => [.. texts.Select(text =>
        {
            var rating = text.Split(' ') is ["another", "one", _, var score] ? double.Parse(score, System.Globalization.CultureInfo.InvariantCulture) : 5;
            var angle = rating == 5 && text.StartsWith('a') && !text.StartsWith("an", StringComparison.Ordinal)
                ? 0 : (Math.PI / 2 * (1 - (rating / 5))) + (noise * ((Convert.ToInt32(Digest($"{name} {text}")[..6], 16) / (double)0x1000000) - 0.5));
            return new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) };
        })];

        public void Dispose()
        {
            // nothing is held
        }
    }

    private static CurvePoint Point(double at)
    {
        var score = 0.9 - Math.Pow(at - 0.6, 2);
        return new([at], score, new Interval(score - 0.08, score + 0.05));
    }

    // answers a share of the prompts, always the same ones
    private static ModelUnderTest Model(ModelRole role, string name, ModelReference? reference, Func<string, double> share, double textLoss) =>
        Opening(role, name, reference, new FakeLanguageModel(
            prompt => Convert.ToInt32(Digest(prompt)[..6], 16) / (double)0x1000000 < share(prompt.Split(' ')[0]), textLoss));

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
