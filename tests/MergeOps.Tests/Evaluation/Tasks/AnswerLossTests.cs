using Xunit;

namespace MergeOps.Tests.Evaluation.Tasks;

public sealed class AnswerLossTests
{
    private static readonly string[] Lines = ["""{"prompt": "a", "answer": " b"}""", """{"prompt": "a", "answer": " c d"}"""];

    /// <summary>Log-likelihoods −1 over 1 token and −3 over 3: 4 nats over 4 tokens, and e^(4/2) by answer, as LAMBADA has it.</summary>
    [Fact]
    public void Loss_is_by_token_and_perplexity_by_answer()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("loss"), Lines);
        var model = new ScriptedModel([(-1, 1), (-3, 3)]);

        Assert.Equal(1, task.Figure("loss", model).Value, 12);
        Assert.Equal(Math.Exp(2), task.Figure("perplexity", model).Value, 12);
    }

    [Fact]
    public void A_model_that_gives_no_number_has_no_loss_and_no_perplexity() => Assert.All(["loss", "perplexity"], metric => Assert.Equal(
        "a model gives no finite loss on 'task'", LanguageTasks.Task(LanguageTasks.Kind("loss"), Lines).Figure(metric, new ScriptedModel([(double.NaN, 1), (-3, 3)])).WhyNot));

    /// <summary>e^709.78 is the largest number of float64.</summary>
    [Fact]
    public void A_perplexity_beyond_the_largest_number_is_told_as_that_and_the_loss_stays()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("loss"), Lines);
        var model = new ScriptedModel([(-1000, 1), (-500, 3)]);

        Assert.Equal(375, task.Figure("loss", model).Value, 12);
        Assert.Equal("e to the power of a loss of 750 nats per answer on 'task' is beyond the largest number; the loss itself can be compared", task.Figure("perplexity", model).WhyNot);
        Assert.Equal(task.Figure("perplexity", model).WhyNot, task.Figure("perplexity", new ScriptedModel([(-1, 1), (-3, 3)]), model).WhyNot);
    }

    [Fact]
    public void In_a_conversation_the_template_makes_what_the_model_reads_of_the_prompt()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("loss", ("chat", true)), Lines);
        var model = new ScriptedModel([(-1, 1), (-3, 3)]);

        task.Scores(model);

        Assert.Equal(["<user>a<model>| b", "<user>a<model>| c d"], model.Asked);
        Assert.NotEqual(LanguageTasks.Task(LanguageTasks.Kind("loss"), Lines).Key, task.Key);
    }
}
