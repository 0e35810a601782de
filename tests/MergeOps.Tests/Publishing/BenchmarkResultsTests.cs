using System.Text;
using MergeOps.Publishing;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Publishing;

/// <summary>
/// Scores for leaderboards of the Hub, in the form of huggingface.co/docs/hub/eval-results: a list of entries with
/// <c>dataset.id</c>, <c>dataset.task_id</c> and <c>value</c>, and where they are known <c>dataset.revision</c> and <c>notes</c>.
/// </summary>
public sealed class BenchmarkResultsTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const string Evaluation = """
        {
          "version": 3,
          "tasks": [{ "name": "letters", "items": 40, "sha256": "ab" }, { "name": "sums", "items": 3, "sha256": "cd" }],
          "external": [{ "name": "gsm8k", "task": "gsm8k_cot", "metric": "exact_match,strict-match" }],
          "models": [
            { "name": "one", "role": "parent", "figures": { "letters.accuracy": { "value": 0.25 } } },
            {
              "name": "small", "role": "merged",
              "figures": { "letters.accuracy": { "value": 0.07 }, "letters.loss": { "value": 0.5 }, "sums.accuracy": { "missing": "it has no tokenizer" } },
              "external": { "gsm8k.exact_match": { "value": 0.862, "stderr": 0.0095, "n": 1319, "available": 1319, "taskVersion": "3", "shots": 8, "harness": "0.4.9" } }
            }
          ]
        }
        """;

    private static readonly string Letters = $$"""
        evaluate:
          tasks:
            - { name: letters, data: hf://datasets/acme/letters@{{Commit}}/test.jsonl, benchmark: { dataset: acme/letters, task: last_letters, percent: true } }

        """;

    private readonly MergedModel model = new();

    public BenchmarkResultsTests() => model.Merge();

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_tasks_first_figure_is_an_entry_with_the_commit_of_the_benchmarks_own_items()
    {
        var (path, yaml) = Assert.Single(BenchmarkResults.Of(Locked(model.Content(Letters, Evaluation), $"hf://datasets/acme/letters@{Commit}/test.jsonl")));

        Assert.Equal(".eval_results/acme-letters-last_letters.yaml", path);
        Assert.Equal(
            $"""
            - dataset:
                id: "acme/letters"
                task_id: "last_letters"
                revision: "{Commit}"
              value: 7
              notes: "accuracy (exact answers of greedy decoding), n = 40, scored by MergeOps"

            """,
            yaml);
    }

    [Fact]
    public void A_score_of_another_harness_is_an_entry_that_says_how_it_was_measured()
    {
        var (path, yaml) = Assert.Single(BenchmarkResults.Of(model.Content(
            """
            evaluate:
              external:
                - { name: gsm8k, task: gsm8k_cot, metric: "exact_match,strict-match", benchmark: { dataset: openai/gsm8k, task: main } }
                - { name: gsm8k, task: gsm8k_cot, metric: "exact_match_flexible" }

            """,
            Evaluation)));

        Assert.Equal(".eval_results/openai-gsm8k-main.yaml", path);
        Assert.Equal(
            """
            - dataset:
                id: "openai/gsm8k"
                task_id: "main"
              value: 0.862
              notes: "exact_match: 0.8620 ± 0.0095, n = 1319, task version 3, 8-shot, scored by lm-evaluation-harness 0.4.9"

            """,
            yaml);
    }

    [Theory]
    [InlineData("{ name: letters, data: hf://datasets/acme/letters/test.jsonl }", Evaluation)]
    [InlineData("{ name: sums, data: hf://datasets/acme/sums/test.jsonl, benchmark: { dataset: acme/sums, task: default } }", Evaluation)]
    [InlineData("{ name: letters, data: hf://datasets/acme/letters/test.jsonl, benchmark: { dataset: acme/letters, task: default } }", null)]
    [InlineData("{ name: letters, data: hf://datasets/acme/letters/test.jsonl, benchmark: { dataset: acme/letters, task: default } }", """{ "version": 3, "tasks": [], "texts": [], "models": [] }""")]
    public void Nothing_is_written_of_what_names_no_benchmark_or_was_not_measured(string task, string? evaluation) =>
        Assert.Empty(BenchmarkResults.Of(model.Content($"evaluate:\n  tasks:\n    - {task}\n", evaluation)));

    [Theory]
    [InlineData("hf://datasets/acme/letters/test.jsonl", true, Commit)]
    [InlineData("hf://datasets/acme/letters@main/test.jsonl", true, Commit)]
    [InlineData("hf://datasets/acme/letters@main/test.jsonl", false, null)]
    [InlineData("hf://datasets/acme/mirror@main/test.jsonl", true, null)]
    [InlineData($"hf://acme/letters@{Commit}/test.jsonl", false, null)]
    public void The_revision_is_what_the_lock_pins_of_the_benchmarks_own_data_set(string data, bool isLocked, string? revision)
    {
        var content = model.Content(Letters.Replace($"hf://datasets/acme/letters@{Commit}/test.jsonl", data, StringComparison.Ordinal), Evaluation);

        var (_, yaml) = Assert.Single(BenchmarkResults.Of(isLocked ? Locked(content, data) : content));

        Assert.Equal(revision is null ? [] : [$"revision: \"{revision}\""], yaml.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("revision", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_that_files_cannot_have_become_other_ones_and_texts_stay_texts()
    {
        var results = BenchmarkResults.Of(model.Content(
            """
            evaluate:
              tasks:
                - { name: letters, data: hf://datasets/acme/letters/test.jsonl, benchmark: { dataset: acme/letters, task: "../../x: [y]" } }
              external:
                - { name: gsm8k, metric: exact_match, benchmark: { dataset: acme/letters, task: "..\\..\\x: [y]" } }

            """,
            Evaluation)).ToList();

        Assert.Equal(2, results.Select(result => result.Path).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(results, result => Assert.Null(PortablePath.Objection(result.Path)));
        Assert.Equal(["task_id: \"../../x: [y]\"", "task_id: \"..\\\\..\\\\x: [y]\""], results.Select(result => result.Yaml.Split('\n')[2].Trim()));
    }

    [Fact]
    public void A_hyphen_in_a_name_makes_no_two_benchmarks_one()
    {
        var results = BenchmarkResults.Of(model.Content(
            """
            evaluate:
              tasks:
                - { name: letters, data: hf://datasets/acme/letters/test.jsonl, benchmark: { dataset: acme/letters, task: hard-1 } }
              external:
                - { name: gsm8k, metric: exact_match, benchmark: { dataset: acme/letters-hard, task: "1" } }

            """,
            Evaluation));

        Assert.Distinct(results.Select(result => result.Path));
    }

    [Fact]
    public void The_version_lists_them_and_verification_finds_a_score_that_was_changed()
    {
        var place = model.Publish(Letters, Evaluation).Place;
        var file = Path.Combine(place, ".eval_results", "acme-letters-last_letters.yaml");
        Assert.Empty(PublicationVerifier.Verify(place, cancellation: TestContext.Current.CancellationToken).Findings);

        File.WriteAllText(file, File.ReadAllText(file).Replace("value: 7", "value: 97", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(place, ".eval_results", "other.yaml"), "[]\n");

        Assert.Equal(
            ["MOPS711", "MOPS713"],
            PublicationVerifier.Verify(place, cancellation: TestContext.Current.CancellationToken).Findings.Select(finding => finding.Code.Id).Order(StringComparer.Ordinal));
    }

    private static PublicationContent Locked(PublicationContent content, string data)
    {
        var pinned = new LockedEntry(data, [new("test.jsonl", 3, new(DigestKind.Sha256, new string('a', 64)))]) { Kind = LockedKind.Dataset, Commit = Commit };
        return content with { LockFiles = [new("mergeops.lock.yml", Encoding.UTF8.GetBytes(LockText.Write(new([.. MergedModel.Lock.Entries, pinned]))))] };
    }
}
