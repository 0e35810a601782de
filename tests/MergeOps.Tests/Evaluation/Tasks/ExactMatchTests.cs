using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using Xunit;

namespace MergeOps.Tests.Evaluation.Tasks;

public sealed class ExactMatchTests
{
    private static readonly string[] Lines = ["""{"prompt": "1+1=", "answer": " 2"}""", """{"prompt": "Capital?", "answer": "Paris"}"""];

    [Theory]
    [InlineData("yes.\\n\\nSure", true)]
    [InlineData(" yes\\n\\n", false)]
    [InlineData("yes", false)]
    public void An_answer_beyond_a_stop_is_never_right_and_told_before(string answer, bool isTold)
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("exact_match", ("generate", true)), $$"""{"prompt": "1", "answer": "{{answer}}"}""");

        Assert.Equal(isTold ? Severity.Warning : null, ((TaskKind)task.Kind).LackOf(task.Items, "sums.jsonl")?.Severity);
    }

    [Fact]
    public void What_the_model_writes_counts_up_to_the_first_stop_without_white_space_at_its_ends()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("exact_match", ("generate", true), ("stop", ImmutableArray.Create("\n", "."))), Lines);

        Assert.Equal(0.5, task.Figure("accuracy", new ScriptedModel([], "2.\nParis", "paris\n")).Value);
    }

    [Theory]
    [InlineData("3\n\n", "London\n\n", null)]
    [InlineData("2", "Paris", null)]
    [InlineData("Let me think about that", "Paris\n\n", "1 of 2 answers are wrong and reach 'max_tokens' (256) before they end. ")]
    public void Wrong_answers_that_no_stop_ends_are_told_of(string first, string second, string? beginning)
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("exact_match", ("generate", true)), Lines);

        var doubt = ((TaskKind)task.Kind).DoubtOf(task.Scores(new ScriptedModel([], first, second)));

        Assert.Equal(beginning, doubt?[..beginning!.Length]);
    }

    [Fact]
    public void Case_and_punctuation_can_be_left_out()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("exact_match", ("generate", true), ("ignore_case", true), ("ignore_punctuation", true)), Lines);

        Assert.Equal(1, task.Figure("accuracy", new ScriptedModel([], "=2!\n\n3", "\"PARIS\"")).Value);
    }

    [Fact]
    public void In_a_conversation_the_template_makes_what_the_model_reads_of_the_prompt()
    {
        var model = new ScriptedModel([], "2", "Paris");

        LanguageTasks.Task(LanguageTasks.Kind("exact_match", ("generate", true), ("chat", true)), Lines).Scores(model);

        Assert.Equal(["<user>1+1=<model>", "<user>Capital?<model>"], model.Asked);
    }

    [Fact]
    public void Scores_without_keys_are_remembered_as_ever() => Assert.Equal("digest", LanguageTasks.Kind("exact_match").KeyOf("digest"));

    [Fact]
    public void Scores_with_keys_are_remembered_by_them() =>
        Assert.Distinct(
        [
            "digest",
            LanguageTasks.Kind("exact_match", ("chat", true)).KeyOf("digest"),
            LanguageTasks.Kind("exact_match", ("generate", true)).KeyOf("digest"),
            LanguageTasks.Kind("exact_match", ("generate", true), ("chat", true)).KeyOf("digest"),
            LanguageTasks.Kind("exact_match", ("generate", true), ("max_tokens", 7.0)).KeyOf("digest"),
            LanguageTasks.Kind("exact_match", ("generate", true), ("stop", ImmutableArray.Create("\n"))).KeyOf("digest"),
            LanguageTasks.Kind("exact_match", ("generate", true), ("ignore_case", true)).KeyOf("digest"),
            LanguageTasks.Kind("exact_match", ("generate", true), ("ignore_punctuation", true)).KeyOf("digest"),
        ]);

    [Theory]
    [InlineData("ignore_case", true)]
    [InlineData("max_tokens", 5.0)]
    public void Keys_of_a_text_that_is_written_need_one(string key, object value)
    {
        Assert.Contains("Add 'generate: true'", LanguageTasks.Kind("exact_match", (key, value)).Objection, StringComparison.Ordinal);
        Assert.Null(LanguageTasks.Kind("exact_match", (key, value), ("generate", true)).Objection);
    }
}
