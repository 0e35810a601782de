using System.Collections.Immutable;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.Tasks;

public sealed class ClassificationTests
{
    private static readonly (string, object) Labels = ("labels", ImmutableArray.Create("good", "bad"));

    /// <summary>
    /// Right: good, good, good, bad; answered: good, good, bad, bad. F1 of good is 2·2 / (2·2 + 0 + 1) = 0.8, of bad 2·1 / (2·1 + 1 + 0)
    /// = 2/3, and three of four are right.
    /// </summary>
    [Fact]
    public void Macro_F1_is_the_mean_over_the_labels_and_accuracy_over_the_items()
    {
        var task = LanguageTasks.Task(
            LanguageTasks.Kind("classification", Labels),
            """{"prompt": "1", "label": "good"}""", """{"prompt": "2", "label": 0}""", """{"prompt": "3", "label": "good"}""", """{"prompt": "4", "label": "bad"}""");
        var model = new ScriptedModel([(-1, 1), (-2, 1), (-1, 1), (-2, 1), (-2, 1), (-1, 1), (-2, 1), (-1, 1)]);

        var figure = task.Figure("macro_f1", model);

        Assert.Equal((0.8 + 2.0 / 3) / 2, figure.Value, 12);
        Assert.Equal(figure.Value, figure.Estimate!.Value.Value, 12);
        Assert.Equal(0.75, task.Figure("label_accuracy", model).Value);
        Assert.Equal("1| good", model.Asked[0]);
    }

    [Fact]
    public void A_label_that_is_neither_right_nor_answered_does_not_count() =>
        Assert.Equal(1, LanguageTasks.Task(LanguageTasks.Kind("classification", Labels), """{"prompt": "1", "label": "good"}""", """{"prompt": "2", "label": "good"}""")
            .Figure("macro_f1", new ScriptedModel([(-1, 1), (-2, 1), (-1, 1), (-2, 1)])).Value);

    [Fact]
    public void Of_labels_that_are_equally_likely_the_first_one_counts() =>
        Assert.Equal([1.0, 0], LanguageTasks.Task(LanguageTasks.Kind("classification", Labels), """{"prompt": "1", "label": "good"}""", """{"prompt": "2", "label": "bad"}""")
            .Scores(new ScriptedModel([(-1, 1), (-1, 1), (-1, 1), (-1, 1)]))[new ScoreColumn("right", ScoreForm.Flag)]);

    [Fact]
    public void A_model_that_gives_no_number_for_a_label_answers_none() =>
        Assert.Equal(0, LanguageTasks.Task(LanguageTasks.Kind("classification", Labels), """{"prompt": "1", "label": "good"}""")
            .Figure("macro_f1", new ScriptedModel([(-1, 1), (double.NaN, 1)])).Value);

    /// <summary>The Hub counts labels from 0, also where a recipe writes them "1", "2" and "3": a model that always says "1" has the first of three right.</summary>
    [Fact]
    public void A_number_is_that_of_a_label_also_where_labels_are_written_with_digits()
    {
        var task = LanguageTasks.Task(
            LanguageTasks.Kind("classification", ("labels", ImmutableArray.Create("1", "2", "3"))),
            """{"prompt": "a", "label": 0}""", """{"prompt": "b", "label": 1}""", """{"prompt": "c", "label": 2}""", """{"prompt": "d", "label": "1"}""");

        Assert.Equal(0.5, task.Figure("label_accuracy", new ScriptedModel([.. Enumerable.Repeat<(double, int)[]>([(-1, 1), (-2, 1), (-2, 1)], 4).SelectMany(answer => answer)])).Value);
    }

    [Theory]
    [InlineData("""{"prompt": "1", "label": "goood"}""", "is not one of the task's 'labels'")]
    [InlineData("""{"prompt": "1", "label": 2}""", "labels are numbered from 0 to 1")]
    [InlineData("""{"prompt": "1"}""", "The item has no 'label'")]
    public void A_line_with_another_label_is_a_mistake(string line, string mistake) =>
        Assert.Contains(mistake, new TaskRowReader(LanguageTasks.Kind("classification", Labels)).Read(System.Text.Encoding.UTF8.GetBytes(line)).Mistake, StringComparison.Ordinal);

    [Fact]
    public void Labels_delimiter_and_conversation_stand_in_the_key_of_remembered_scores() =>
        Assert.Distinct(
        [
            LanguageTasks.Kind("classification", Labels).KeyOf("d"),
            LanguageTasks.Kind("classification", ("labels", ImmutableArray.Create("bad", "good"))).KeyOf("d"),
            LanguageTasks.Kind("classification", Labels, ("target_delimiter", "\n")).KeyOf("d"),
            LanguageTasks.Kind("classification", Labels, ("chat", true)).KeyOf("d"),
        ]);

    [Fact]
    public void One_label_tells_nothing_apart() =>
        Assert.Contains("at least two", LanguageTasks.Kind("classification", ("labels", ImmutableArray.Create("good"))).Objection, StringComparison.Ordinal);
}
