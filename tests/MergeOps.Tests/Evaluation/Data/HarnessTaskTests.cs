using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Tasks;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Evaluation.Data;

public sealed class HarnessTaskTests : IDisposable
{
    private const string Arc = """
        task: arc_local
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: arc.jsonl
        test_split: test
        output_type: multiple_choice
        doc_to_text: "Question: {{question}}\nAnswer:"
        doc_to_choice: "{{choices.text}}"
        doc_to_target: "{{choices.label.index(answerKey)}}"
        metric_list:
          - { metric: acc, aggregation: mean, higher_is_better: true }
          - { metric: acc_norm, aggregation: mean, higher_is_better: true }
        metadata: { version: 1.0 }
        """;

    private const string Questions = """
        {"question": "Which is hot?", "choices": {"text": ["ice", "fire"], "label": ["A", "B"]}, "answerKey": "B"}
        {"question": "Which is wet?", "choices": {"text": ["rain", "sand"], "label": ["1", "2"]}, "answerKey": "1"}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-harness-").FullName;
    private readonly DiagnosticBag found = [];

    public HarnessTaskTests() => Directory.CreateDirectory(Path.Combine(folder, "tasks"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_task_of_the_harness_gives_the_items_that_the_harness_asks()
    {
        Write("arc.jsonl", Questions);

        var task = Read(Arc);

        Assert.Empty(found);
        Assert.Collection(
            task!.Items.Cast<ChoiceItem>(),
            item => Is(item, "Question: Which is hot?\nAnswer:", ["ice", "fire"], 1),
            item => Is(item, "Question: Which is wet?\nAnswer:", ["rain", "sand"], 0));
        Assert.Equal([" ice", " fire"], ((MultipleChoice)task.Kind).RequestsOf(task.Items[0]).Select(request => request.Continuation));
    }

    /// <summary>As <c>task.py</c> of the harness: a name of a column is the column, a list is taken as it is, and the description stands first.</summary>
    [Fact]
    public void Fields_lists_description_and_delimiter_mean_what_they_mean_there()
    {
        Write("arc.jsonl", """[{"sentence": "I liked it", "label": 1},{"sentence": "Not good","label": 0}]""");

        var task = Read("""
            dataset_path: json
            dataset_kwargs: { data_files: { test: arc.jsonl } }
            validation_split: test
            output_type: multiple_choice
            description: "Sentiment.\n\n"
            doc_to_text: sentence
            doc_to_choice: ["negative", "positive"]
            doc_to_target: label
            target_delimiter: " => "
            """);

        Assert.Empty(found);
        Is((ChoiceItem)task!.Items[0], "Sentiment.\n\nI liked it", ["negative", "positive"], 1);
        Is((ChoiceItem)task.Items[1], "Sentiment.\n\nNot good", ["negative", "positive"], 0);
        Assert.Equal([" => negative", " => positive"], ((MultipleChoice)task.Kind).RequestsOf(task.Items[0]).Select(request => request.Continuation));
    }

    [Theory]
    [InlineData("label", "-1", "'label' is -1; choices are numbered from 0 to 1.")]
    [InlineData("label", "2", "'label' is 2; choices are numbered from 0 to 1.")]
    [InlineData("label", "\"positiv\"", "'label' is 'positiv', which is not one of the choices. Did you mean 'positive'?")]
    [InlineData("\"{{label}}\"", "2", "'doc_to_target' is 2; choices are numbered from 0 to 1.")]
    [InlineData("3", "0", "'doc_to_target' is 3; choices are numbered from 0 to 1.")]
    public void A_wrong_target_is_called_what_the_file_and_its_data_call_it(string target, string label, string message)
    {
        Write("arc.jsonl", $$"""{"sentence": "I liked it", "label": {{label}}}""");

        Read($$"""
            dataset_path: json
            dataset_kwargs: { data_files: { test: arc.jsonl } }
            test_split: test
            output_type: multiple_choice
            doc_to_text: sentence
            doc_to_choice: ["negative", "positive"]
            doc_to_target: {{target}}
            """);

        Assert.Equal(message, Assert.Single(found).Detail);
    }

    /// <summary>The harness's own templates of LAMBADA.</summary>
    [Fact]
    public void A_continuation_has_its_space_in_itself()
    {
        Write("arc.jsonl", """{"text": "She went back to the old house"}""");

        var task = Read("""
            dataset_path: json
            dataset_kwargs: { data_files: { test: arc.jsonl } }
            test_split: test
            output_type: loglikelihood
            doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
            doc_to_target: "{{' '+text.split(' ')[-1]}}"
            should_decontaminate: true
            metric_list:
              - metric: acc
            """, new ExactMatch());

        Assert.Empty(found);
        Assert.Equal(new PromptItem("She went back to the old", " house"), Assert.Single(task!.Items));
    }

    /// <summary>The metrics of the harness's wikitext and of its LAMBADA, with their own aggregations.</summary>
    [Fact]
    public void Documents_and_losses_of_answers_are_tasks_of_the_harness_too()
    {
        Write("arc.jsonl", """{"page": "It was a dark night."}""");
        const string data = "dataset_path: json\ndataset_kwargs: { data_files: { test: arc.jsonl } }\ntest_split: test\n";

        var documents = Read(data + """
            output_type: loglikelihood_rolling
            doc_to_text: ""
            doc_to_target: page
            metric_list:
              - { metric: word_perplexity, aggregation: weighted_perplexity, higher_is_better: false }
              - { metric: bits_per_byte, aggregation: bits_per_byte, higher_is_better: false }
            """, new Perplexity());
        var answers = Read(data + """
            output_type: loglikelihood
            doc_to_text: "{{page.split(' ')[0]}}"
            doc_to_target: "{{' ' ~ page.split(' ')[1]}}"
            metric_list:
              - { metric: perplexity, aggregation: perplexity, higher_is_better: false }
            """, new AnswerLoss());

        Assert.Empty(found);
        Assert.Equal(new DocumentItem("It was a dark night."), Assert.Single(documents!.Items));
        Assert.Equal(new PromptItem("It", " was"), Assert.Single(answers!.Items));
    }

    /// <summary>The harness's own LAMBADA asks for both; each kind of task takes what it has.</summary>
    [Fact]
    public void Metrics_of_two_kinds_may_stand_in_one_file()
    {
        Write("arc.jsonl", """{"page": "It was a dark night."}""");
        const string Lambada = """
            dataset_path: json
            dataset_kwargs: { data_files: { test: arc.jsonl } }
            test_split: test
            output_type: loglikelihood
            doc_to_text: "{{page.split(' ')[0]}}"
            doc_to_target: "{{' ' ~ page.split(' ')[1]}}"
            metric_list:
              - { metric: perplexity, aggregation: perplexity, higher_is_better: false }
              - { metric: acc, aggregation: mean, higher_is_better: true }

            """;

        Assert.NotNull(Read(Lambada, new AnswerLoss()));
        Assert.NotNull(Read(Lambada, new ExactMatch()));
        Assert.Empty(found);
        Assert.Null(Read(Lambada.Replace("aggregation: mean", "aggregation: median", StringComparison.Ordinal), new AnswerLoss()));
        Assert.Null(Read(Lambada[..Lambada.IndexOf("metric_list", StringComparison.Ordinal)] + "metric_list: [perplexity, acc]\n", new AnswerLoss()));
        Assert.Contains(found, finding => finding.Detail.StartsWith("An entry of 'metric_list' is a mapping with 'metric', such as '- metric: perplexity'; this is ", StringComparison.Ordinal));
    }

    /// <summary>jinja2 with <c>keep_trailing_newline</c>, which a chat template is rendered without.</summary>
    [Theory]
    [InlineData("|\n  Question: {{question}}\n", "Question: Which is hot?\n")]
    [InlineData("\"{{question}} ({{choices.text[0]}}, {{choices.text[-1]|upper}})\"", "Which is hot? (ice, FIRE)")]
    [InlineData("\"{{choices.text}}\"", "['ice', 'fire']")]
    [InlineData("\"{{question ~ '!'}} {{choices.text|length}}\"", "Which is hot?! 2")]
    [InlineData("\"{{question.replace('Which', 'What').rstrip('?')}}\"", "What is hot")]
    public void Templates_are_rendered_as_jinja2_does(string template, string prompt)
    {
        Write("arc.jsonl", Questions);

        var task = Read(Arc.Replace("\"Question: {{question}}\\nAnswer:\"", template, StringComparison.Ordinal));

        Assert.Equal(prompt, ((ChoiceItem)task!.Items[0]).Prompt);
    }

    [Fact]
    public void Keys_of_included_files_hold_where_the_file_says_nothing()
    {
        Write("arc.jsonl", Questions);
        Write("shared.yaml", Arc);

        var task = Read("include: shared.yaml\ndoc_to_text: \"{{question}}\"");

        Assert.Empty(found);
        Is((ChoiceItem)task!.Items[0], "Which is hot?", ["ice", "fire"], 1);
    }

    [Fact]
    public void Columns_of_whole_numbers_in_csv_are_numbers()
    {
        Write("data.csv", "q,a,b,gold\n\"Up, or down?\",up,down,1\nLeft?,yes,never,0\n");

        var task = Read("""
            dataset_path: csv
            dataset_kwargs: { data_files: { test: data.csv } }
            test_split: test
            output_type: multiple_choice
            doc_to_text: q
            doc_to_choice: "{{[a, b]}}"
            doc_to_target: gold
            """);

        Assert.Empty(found);
        Is((ChoiceItem)task!.Items[0], "Up, or down?", ["up", "down"], 1);
        Is((ChoiceItem)task.Items[1], "Left?", ["yes", "never"], 0);
    }

    [Fact]
    public void The_digest_is_of_what_models_are_asked_and_of_the_version()
    {
        Write("arc.jsonl", Questions);
        var digest = Read(Arc)!.Digest;

        Assert.Equal(digest, Read("# a remark\n" + Arc.Replace("arc_local", "arc_other", StringComparison.Ordinal))!.Digest);
        Assert.NotEqual(digest, Read(Arc.Replace("Answer:", "Reply:", StringComparison.Ordinal))!.Digest);
        Assert.NotEqual(digest, Read(Arc.Replace("1.0", "2.0", StringComparison.Ordinal))!.Digest);
        Write("arc.jsonl", Questions.Replace("sand", "dust", StringComparison.Ordinal));
        Assert.NotEqual(digest, Read(Arc)!.Digest);
    }

    [Theory]
    [InlineData("num_fewshot: 5", "'num_fewshot' must be 0")]
    [InlineData("repeats: 3", "'repeats' must be 1")]
    [InlineData("process_docs: !function utils.process_docs", "'!function utils.process_docs' is Python")]
    [InlineData("filter_list: [{ name: x }]", "'filter_list' cannot be kept")]
    [InlineData("group: arc", "'group' cannot be kept")]
    [InlineData("doc_to_txt: a", "Did you mean 'doc_to_text'?")]
    [InlineData("task: again", "'task' occurs twice")]
    [InlineData("include: none.yaml", "There is no file 'none.yaml'")]
    [InlineData("include: task.yaml", "included twice")]
    [InlineData("include: /etc/passwd", "a different place on every machine")]
    [InlineData("description: \"{% if question %}x{% endif %}\"", "'description' cannot be rendered: Statements and comments")]
    [InlineData("description: \"{{question if a else b}}\"", "Conditions")]
    [InlineData("description: \"{{question|tojson}}\"", "'tojson'")]
    [InlineData("description: \"{{range(3)}}\"", "Calls are not supported")]
    public void What_is_outside_is_refused_at_its_line(string line, string detail)
    {
        Write("arc.jsonl", Questions);

        Assert.Null(Read(Arc + "\n" + line));

        var mistake = Assert.Single(found);
        Assert.Equal("MOPS619", mistake.Code.Id);
        Assert.Contains(detail, mistake.Detail, StringComparison.Ordinal);
        Assert.Equal((Path.Join("recipes", "tasks/task.yaml"), 15), (mistake.Span!.Value.Path, mistake.Span.Value.Line));
    }

    [Theory]
    [InlineData("output_type: multiple_choice", "output_type: generate_until", "'generate_until' is not measured here")]
    [InlineData("output_type: multiple_choice", "output_type: loglikelihood", "is the kind 'exact_match' or 'loss' here")]
    [InlineData("metric: acc_norm", "metric: brier_score", "'brier_score' is not measured by")]
    [InlineData("metric: acc_norm, aggregation: mean", "metric: acc_norm, aggregation: median", "'aggregation' of 'acc_norm' cannot be kept")]
    [InlineData("dataset_path: json", "dataset_path: allenai/ai2_arc", "must be 'json' or 'csv'")]
    [InlineData("test_split: test", "test_split: tset", "has no split 'tset'")]
    [InlineData("test: arc.jsonl", "test: arcs.jsonl", "There is no file 'arcs.jsonl'")]
    [InlineData("\"{{choices.text}}\"", "[no, yes]", "Put it in quotes")]
    [InlineData("\"{{choices.text}}\"", "[\"{{question}}\", b]", "does not render")]
    [InlineData("doc_to_text: ", "doc_to_txt: ", "no 'doc_to_text'")]
    public void What_cannot_be_kept_is_refused(string text, string instead, string detail)
    {
        Write("arc.jsonl", Questions);

        Assert.Null(Read(Arc.Replace(text, instead, StringComparison.Ordinal)));

        Assert.Contains(found, mistake => mistake.Detail.Contains(detail, StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_found_in_one_run()
    {
        Write("arc.jsonl", Questions);

        Read("num_fewshot: 2\nprocess_docs: !function utils.a\noutput_type: generate_until\ndoc_to_text: !function utils.b\ndoc_to_choice: \"{{x|tojson}}\"");

        Assert.Equal([0, 0, 1, 2, 3, 4, 5], found.Select(mistake => mistake.Span!.Value.Line));
    }

    [Theory]
    [InlineData("""{"question": "Which?", "choices": {"text": ["a", "b"], "label": ["A", "B"]}}""", "The item has no 'answerKey'")]
    [InlineData("""{"question": "Which?", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "C"}""", "no such item")]
    [InlineData("""{"question": "Which?", "choices": {"text": ["a", 2], "label": ["A", "B"]}, "answerKey": "A"}""", "no list of texts")]
    [InlineData("""{"question": "Which?", "choices": {"label": ["A", "B"]}, "answerKey": "A"}""", "no 'text'")]
    [InlineData("""{"question": "Which?" """, "not a JSON object")]
    public void A_row_that_gives_no_item_is_named_with_its_line(string row, string detail)
    {
        Write("arc.jsonl", Questions + "\n" + row);

        Assert.Null(Read(Arc));

        var mistake = Assert.Single(found);
        Assert.Contains(detail, mistake.Detail, StringComparison.Ordinal);
        Assert.Equal((Path.Join("recipes", "tasks/arc.jsonl"), 3), (mistake.Span!.Value.Path, mistake.Span.Value.Line));
    }

    [Fact]
    public void A_file_outside_of_the_repository_is_not_opened()
    {
        var repository = Path.Combine(folder, "repository");
        Directory.CreateDirectory(Path.Combine(repository, ".git"));
        Directory.CreateDirectory(Path.Combine(repository, "tasks"));
        File.WriteAllText(Path.Combine(folder, "secret.jsonl"), Questions);
        File.WriteAllText(Path.Combine(repository, "tasks", "task.yaml"), Arc.Replace("arc.jsonl", "../../secret.jsonl", StringComparison.Ordinal));

        Assert.Null(new TaskDataReader(repository, found).Read(Settings(new MultipleChoice())));

        Assert.Contains("leads outside the repository", Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_every_key()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Evaluation", "Data", "HarnessTask.md")).ReplaceLineEndings("\n");

        Assert.Contains("| --- | --- | --- |\n" + HarnessKey.Table + "\n", page, StringComparison.Ordinal);
    }

    private static void Is(ChoiceItem item, string prompt, string[] choices, int answer)
    {
        Assert.Equal(prompt, item.Prompt);
        Assert.Equal(choices, item.Choices);
        Assert.Equal(answer, item.Answer);
    }

    private static TaskSettings Settings(TaskKind kind) => new(
        new("arc", new("recipes/arc.yml", 4, 5, 4, 9)), kind, new("tasks/task.yaml", new("recipes/arc.yml", 4, 20, 4, 30)), null, new("recipes/arc.yml", 4, 1, 4, 40));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, "tasks", name), text);

    private Subject? Read(string text, TaskKind? kind = null)
    {
        Write("task.yaml", text);
        return new TaskDataReader(folder, found).Read(Settings(kind ?? new MultipleChoice()));
    }
}
