using MergeOps.Models;

namespace QuickstartModels;

/// <summary>What a model gets right: the share of exactly greedy answers on each task, and its loss on stories.</summary>
internal sealed record Measurement(double[] Accuracies, double StoryLoss)
{
    public double Mean => Accuracies.Average();

    /// <summary>Asks each task's items of the split, and reads the text.</summary>
    public static Measurement Of(DecoderModel model, ItemSplit split, string text)
    {
        var story = new LanguageModel(model, Vocabulary.Tokenizer).ScoreText([text], CancellationToken.None)[0];
        return new Measurement([.. SkillTask.All.Select(task => Accuracy(model, task, split))], -story.LogLikelihood / story.Tokens);
    }

    /// <summary>The share of one task's items that are answered right, between 0 and 1.</summary>
    public static double Accuracy(DecoderModel model, SkillTask task, ItemSplit split) => new LanguageModel(model, Vocabulary.Tokenizer)
        .Score([.. split.Items(task).Select(item => (item.Prompt, item.Answer))], CancellationToken.None)
        .Average(score => score.IsGreedy ? 1.0 : 0.0);

    public override string ToString() =>
        $"{string.Join("  ", Accuracies.Select(accuracy => $"{accuracy,6:P1}"))}  mean {Mean,6:P1}  stories {StoryLoss:F3}";
}
