using MergeOps.Models;

namespace QuickstartModels;

/// <summary>What a model gets right: the share of exactly greedy answers on each task, and its loss on stories.</summary>
internal sealed record Measurement(double[] Accuracies, double StoryLoss)
{
    public double Mean => Accuracies.Average();

    /// <summary>Asks each task's items of the names, and reads the text.</summary>
    public static Measurement Of(LlamaModel model, string[] names, string text)
    {
        var scorer = new LanguageModel(model, Vocabulary.Tokenizer);
        var accuracies = SkillTask.All.Select(task => scorer
            .Score([.. task.Items(names).Select(item => (item.Prompt, item.Answer))], CancellationToken.None)
            .Average(score => score.IsGreedy ? 1.0 : 0.0));
        var story = scorer.ScoreText([text], CancellationToken.None)[0];
        return new Measurement([.. accuracies], -story.LogLikelihood / story.Tokens);
    }

    public override string ToString() =>
        $"{string.Join("  ", Accuracies.Select(accuracy => $"{accuracy,6:P1}"))}  mean {Mean,6:P1}  stories {StoryLoss:F3}";
}
