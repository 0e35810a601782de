using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Tasks;
using MergeOps.Models;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tests.Models;
using TorchSharp;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Tasks;

public sealed class MultipleChoiceTests : IDisposable
{
    private static readonly MultipleChoice Choice = new();

    private static readonly EvaluationCatalogue Catalogue = new([Kind, Choice], [new Accuracy(), new Loss(), new ExpertShare()]);

    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-choices-").FullName;
    private readonly DiagnosticBag found = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// Log-likelihoods −2, −4.8 and −3.2: the first is the largest; by character −0.667, −0.6 and −1.6, so the second; by byte
    /// −0.667, −0.6 and −0.4, so the third, whose two characters have eight bytes.
    /// </summary>
    [Theory]
    [InlineData(0, "100")]
    [InlineData(1, "010")]
    [InlineData(2, "001")]
    public void The_answer_is_the_likeliest_choice_as_it_is_by_character_and_by_byte(int right, string flags) =>
        Assert.Equal(flags, Flags(new("Which?", ["yes", "abcdefgh", "😀😀"], right), -2, -4.8, -3.2));

    [Theory]
    [InlineData(0, "111")]
    [InlineData(1, "000")]
    public void Of_equally_likely_choices_the_first_counts(int right, string flags) =>
        Assert.Equal(flags, Flags(new("Which?", ["one", "two"], right), -1, -1));

    [Fact]
    public void A_model_that_gives_no_number_for_a_choice_answers_nothing() =>
        Assert.Equal("000", Flags(new("Which?", ["one", "two"], 0), -1, double.NaN));

    [Fact]
    public void The_loss_is_that_of_the_right_choice()
    {
        var scores = Choice.Score(new Listed([-1.5, -2.5]), [new ChoiceItem("Which?", ["one", "two"], 1)], TestContext.Current.CancellationToken);

        Assert.Equal(2.5, Assert.Single(scores[ScoreColumn.Loss]));
    }

    /// <summary>Byte by byte with softmax in double precision, each choice by itself.</summary>
    [Fact]
    public void The_likelihoods_are_those_of_a_plain_computation()
    {
        TorchRuntime.EnsureLoaded();
        var forward = TinyModel.Random(seed: 7);
        using var model = new LanguageModel(forward, TinyModel.Tokenizer);
        ImmutableArray<string> choices = ["woof", "moo moo", "é", "meow"];
        for (var right = 0; right < choices.Length; right++)
        {
            var item = new ChoiceItem("The dog says", choices, right);
            var likelihoods = choices.Select(choice => Likelihood(forward, item.Prompt, " " + choice)).ToArray();

            var scores = Choice.Score(model, [item], TestContext.Current.CancellationToken);

            Assert.Equal(-likelihoods[right], scores[ScoreColumn.Loss][0], 4);
            Assert.Equal(FlagsOf(likelihoods, [1, 1, 1, 1], right), scores[Choice.Columns[0]][0]);
            Assert.Equal(FlagsOf(likelihoods, [4, 7, 1, 4], right), scores[Choice.Columns[1]][0]);
            Assert.Equal(FlagsOf(likelihoods, [4, 7, 2, 4], right), scores[Choice.Columns[2]][0]);
        }
    }

    [Fact]
    public void A_line_names_the_right_choice_by_number_or_by_text()
    {
        var task = Read("""
            {"prompt": "a", "choices": ["x", "y"], "answer": 1}
            {"prompt": "b", "choices": ["x", "y"], "answer": "x", "group": 3}
            {"prompt": "b", "choices": ["3", "1"], "answer": "1"}
            """)!;

        Assert.Equal([1, 0, 1], task.Items.Cast<ChoiceItem>().Select(item => item.Answer));
        Assert.Equal([null, "3", null], task.Items.Select(item => item.Group));
    }

    [Theory]
    [InlineData("""{"prompt": "a", "choices": ["x", "y"]}""", "The item has no 'answer'.")]
    [InlineData("""{"prompt": "a", "choices": ["x", "y"], "answer": 2}""", "The 'answer' is 2; choices are numbered from 0 to 1.")]
    [InlineData("""{"prompt": "a", "choices": ["x", "y"], "answer": -1}""", "The 'answer' is -1; choices are numbered from 0 to 1.")]
    [InlineData("""{"prompt": "a", "choices": ["x", "y"], "answer": 0.5}""", "The 'answer' is 0.5; choices are numbered from 0 to 1.")]
    [InlineData("""{"prompt": "a", "choices": ["woof", "moo"], "answer": "wof"}""", "The 'answer' 'wof' is not one of the choices. Write its number, counted from 0, or its text. Did you mean 'woof'?")]
    [InlineData("""{"prompt": "a", "choices": ["x"], "answer": 0}""", "The item has one choice; at least two are needed.")]
    [InlineData("""{"prompt": "a", "choices": [], "answer": 0}""", "The item's 'choices' is an empty list.")]
    [InlineData("""{"prompt": "a", "choices": ["x", "x"], "answer": 0}""", "The choice 'x' occurs twice.")]
    [InlineData("""{"prompt": "a", "choices": ["x", ""], "answer": 0}""", "A text of 'choices' is empty.")]
    [InlineData("""{"prompt": "a", "choices": ["x", 2], "answer": 0}""", "The value of 'choices' is not a list of texts.")]
    [InlineData("""{"prompt": "a", "choices": "x", "answer": 0}""", "The value of 'choices' is not a list of texts.")]
    [InlineData("""{"prompt": "a", "choises": ["x", "y"], "answer": 0}""", "Unknown key 'choises'; an item has 'prompt', 'choices', 'answer' and optionally 'group'. Did you mean 'choices'?")]
    [InlineData("""["a"]""", """The line is not an object. Write {"prompt": "…", "choices": ["…", "…"], "answer": "…"}.""")]
    public void A_line_that_is_no_item_is_explained(string line, string detail)
    {
        Assert.Null(Read(line));

        Assert.Equal(("MOPS604", detail), (Assert.Single(found).Code.Id, found.Single().Detail));
    }

    [Fact]
    public void The_same_prompt_with_other_choices_is_another_item()
    {
        Assert.NotNull(Read("""
            {"prompt": "a", "choices": ["x", "y"], "answer": 1}
            {"prompt": "a", "choices": ["x", "z"], "answer": 1}
            """));
        Assert.Null(Read("""
            {"prompt": "a", "choices": ["x", "y"], "answer": 1}
            {"prompt": "a", "choices": ["x", "y"], "answer": 0}
            """));
        Assert.Equal("Line 1 already has this prompt with these choices; each prompt with these choices counts once. Remove one of the two.", Assert.Single(found).Detail);
    }

    [Theory]
    [InlineData("", " Paris", "multiple_choice:7")]
    [InlineData(", target_delimiter: ' '", " Paris", "multiple_choice:7")]
    [InlineData(", target_delimiter: ''", "Paris", "multiple_choice:7:")]
    [InlineData(", target_delimiter: \"\\n\"", "\nParis", "multiple_choice:7:\n")]
    public void What_stands_between_prompt_and_choice_is_the_tasks_to_say_and_its_scores_are_remembered_apart(string key, string asked, string remembered)
    {
        File.WriteAllText(Path.Combine(folder, "task.jsonl"), """{"prompt": "Capital?", "choices": ["Paris", "Rome"], "answer": 0}""");
        File.WriteAllText(Path.Combine(folder, "recipe.yml"), $$"""
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: pets, kind: multiple_choice, data: task.jsonl{{key}} }] }

            """);

        var task = Assert.Single(ReadRecipe.WithData(Path.Combine(folder, "recipe.yml")).Data.Tasks);

        Assert.Equal(("Capital?", asked), ((LanguageTaskKind)task.Kind).RequestsOf(task.Items[0]).First());
        Assert.Equal(remembered, task.Kind.KeyOf("7"));
    }

    [Fact]
    public void Validation_knows_the_kind_its_metrics_and_their_range_without_a_model()
    {
        File.WriteAllLines(Path.Combine(folder, "task.jsonl"), Enumerable.Range(0, 20).Select(item => $$"""{"prompt": "{{item}}", "choices": ["x", "y"], "answer": 1}"""));
        File.WriteAllText(Path.Combine(folder, "recipe.yml"), """
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: pets, kind: multiple_choice, data: task.jsonl }] }
            gates:
              - { metric: pets.acc_norm, min: 0.5 }
              - { metric: mean.acc, min: 50 }
              - { metric: pets.accuracy, min: 0.5 }

            """);

        var validated = ReadRecipe.WithData(Path.Combine(folder, "recipe.yml"));

        Assert.IsType<MultipleChoice>(Assert.Single(validated.Data.Tasks).Kind);
        Assert.Equal(
            [(6, "'mean.acc' lies between 0 and 1, so 'min' 50 always gives the same verdict. Write 50 % as 0.5.")],
            validated.Found.Where(mistake => mistake.Code.Id == "MOPS611").Select(mistake => (mistake.Span!.Value.Line, mistake.Detail)));
        Assert.StartsWith("'pets.accuracy' is not measured; of 'pets' there are 'acc', 'acc_norm', 'acc_bytes', ", validated.Found.Single(mistake => mistake.Code.Id == "MOPS610").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Gates_and_every_report_have_its_figures_with_exact_intervals()
    {
        var report = Evaluate(Gate("pets.acc", min: 0.5), Gate("pets.acc_norm", min: 0.95), Gate("mean.acc", min: 0.1, against: "base"));

        // binom.test(18, 20) of R
        var figure = report.Models[^1].Figures.Single(measured => measured.Key.ToString() == "pets.acc").Value;
        Assert.Equal((0.9, 0.6830173, 0.9876515), (figure.Value!.Value, Math.Round(figure.Interval!.Value.Lower, 7), Math.Round(figure.Interval.Value.Upper, 7)));
        Assert.Equal([GateVerdict.Passed, GateVerdict.Undecided, GateVerdict.Passed], report.Gates.Select(gate => gate.Verdict));
        Assert.Equal("base", Assert.Single(report.Comparisons).Other);
        var json = JsonNode.Parse(EvaluationJson.Write(report))!["models"]!.AsArray()[^1]!;
        Assert.Equal(0.9, (double)json["figures"]!["mean.acc_bytes"]!["value"]!);
        Assert.Equal("11111111111111111100", (string)json["answers"]!["pets"]!);
        var markdown = EvaluationMarkdown.Write(report);
        Assert.Contains("| acc 90.0 % (68.3–98.8)<br>acc_norm 90.0 % (68.3–98.8)<br>acc_bytes 90.0 % (68.3–98.8)<br>loss ", markdown, StringComparison.Ordinal);
        Assert.Contains("| merged vs. | mean acc |", markdown, StringComparison.Ordinal);
        Assert.Contains("<span class=\"value\">90.0 % (68.3–98.8)</span>", EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.Contains("name=\"0.5 ≤ pets.acc\"", EvaluationJUnit.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Items_of_a_group_count_as_related()
    {
        // what a model knows of an item, it knows of its whole group
        static double Width(Func<int, string?> groupOf)
        {
            var task = new Subject("pets", Choice, [.. Enumerable.Range(1, 40).Select(number => Item(number, groupOf(number)))], "");
            var scores = Choice.Score(new ByPrompt(number => number % 10 % 4 != 0), task.Items, CancellationToken.None);
            return ((ItemMetric)Choice.Metrics[0]).Of(new(task, scores, null)).Estimate!.Value.HalfWidth;
        }

        Assert.True(Width(number => $"{number % 10}") > 1.5 * Width(_ => null));
    }

    private static ChoiceItem Item(int number, string? group = null) => new($"pets {number}", ["x", "y"], 1, group);

    private EvaluationReport Evaluate(params GateSettings[] gates)
    {
        var recipe = Recipe(gates);
        var data = new EvaluationData([new("pets", Choice, [.. Enumerable.Range(1, 20).Select(number => Item(number))], new string('7', 64))], []);
        return new Evaluator(new ScoreCache(Path.Combine(folder, "scores")), Catalogue).Evaluate(
            recipe with { Evaluate = new([new(At("pets"), Choice, At("pets.jsonl"), null, Anywhere)], [], Anywhere) },
            data,
            [Model(ModelRole.Base, "base", item => item <= 4), Model(ModelRole.Merged, "small", item => item <= 18)],
            [],
            progress: null,
            CancellationToken.None);
    }

    private static ModelUnderTest Model(ModelRole role, string name, Predicate<int> knows) => new(role, name, role == ModelRole.Base ? Base : null, $"digest of {name}", (_, out whyNot) =>
    {
        whyNot = null;
        return new ByPrompt(knows);
    });

    private Subject? Read(string lines)
    {
        File.WriteAllText(Path.Combine(folder, "task.jsonl"), lines, new UTF8Encoding(false));
        return new TaskDataReader(folder, found).Read(new(At("pets"), Choice, At("task.jsonl"), null, Anywhere));
    }

    private static string Flags(ChoiceItem item, params double[] likelihoods)
    {
        var scores = Choice.Score(new Listed(likelihoods), [item], CancellationToken.None);
        return string.Concat(Choice.Columns[..3].Select(column => scores[column][0]));
    }

    private static double FlagsOf(double[] likelihoods, double[] lengths, int right)
    {
        var shares = likelihoods.Zip(lengths, (likelihood, length) => likelihood / length).ToList();
        return shares.IndexOf(shares.Max()) == right ? 1 : 0;
    }

    private static double Likelihood(DecoderModel model, string prompt, string continuation)
    {
        long[] ids = [256, .. Encoding.UTF8.GetBytes(prompt + continuation).Select(value => (long)value)];
        using var scope = torch.NewDisposeScope();
        var logits = model.Logits(model.States(torch.tensor(ids[..^1]).view(1, -1)).squeeze(0)).to(torch.float64);
        return Enumerable.Range(Encoding.UTF8.GetByteCount(prompt), Encoding.UTF8.GetByteCount(continuation))
            .Sum(place => (logits[place, ids[place + 1]] - logits[place].exp().sum().log()).item<double>());
    }

    /// <summary>Gives the listed log-likelihoods one after the other.</summary>
    private sealed class Listed(double[] likelihoods) : ILanguageModel
    {
        public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation) =>
            [.. items.Select((item, index) => new ContinuationScore(likelihoods[index], item.Continuation.Length, IsGreedy: false))];

        public IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation) => throw new NotSupportedException();

        public IReadOnlyList<ContinuationScore> ScoreTexts(IReadOnlyList<string> texts, CancellationToken cancellation) => throw new NotSupportedException();

        public string Conversation(string prompt) => throw new NotSupportedException();

        public IReadOnlyList<WrittenText> Generate(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    /// <summary>Finds the choice <c>y</c> likelier where it knows the prompt's number.</summary>
    private sealed class ByPrompt(Predicate<int> knows) : ILanguageModel
    {
        public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation) =>
        [
            .. items.Select(item => new ContinuationScore(
                item.Continuation == " y" == knows(int.Parse(item.Context[5..], System.Globalization.CultureInfo.InvariantCulture)) ? -0.5 : -2, 1, IsGreedy: false)),
        ];

        public IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation) => throw new NotSupportedException();

        public IReadOnlyList<ContinuationScore> ScoreTexts(IReadOnlyList<string> texts, CancellationToken cancellation) => throw new NotSupportedException();

        public string Conversation(string prompt) => throw new NotSupportedException();

        public IReadOnlyList<WrittenText> Generate(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
