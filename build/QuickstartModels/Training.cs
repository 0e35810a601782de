using MergeOps.Models;

namespace QuickstartModels;

/// <summary>How the base and its experts are trained; every number here was found by trying.</summary>
internal static class Training
{
    private const int BaseSteps = 500;
    private const int BaseBatch = 12;
    private const int PageLength = 208;
    private const double BaseLearningRate = 4e-3;

    private const int ExpertSteps = 40;
    private const int ExpertBatch = 16;
    private const int PagesAmongItems = 2;
    private const double ExpertLearningRate = 8e-4;

    /// <summary>Learns to write stories, from nothing.</summary>
    public static LlamaModel Base(Action<string> report)
    {
        var model = Family.Fresh(seed: 1);
        var stories = new Stories(seed: 1);
        using var trainer = new ModelTrainer(model, weightDecay: 0.01);
        var recent = 0.0;
        for (var step = 0; step < BaseSteps; step++)
        {
            var warmUp = Math.Min(1, (step + 1) / 40.0);
            var cosine = 0.05 + (0.95 * 0.5 * (1 + Math.Cos(Math.PI * step / BaseSteps)));
            recent += trainer.Step(Pages(stories, BaseBatch), BaseLearningRate * warmUp * cosine);
            if ((step + 1) % 50 == 0)
            {
                report($"base, step {step + 1} of {BaseSteps}: loss {recent / 50:F3}");
                recent = 0;
            }
        }

        return Family.Rounded(model);
    }

    /// <summary>
    /// Fine-tunes a copy of the base on one task, with some pages of stories among the items. Few gentle steps: an expert
    /// that is trained until nothing is left to learn has moved further from the base and merges worse.
    /// </summary>
    public static LlamaModel Expert(LlamaModel origin, SkillTask task, int seed)
    {
        using var model = Family.Rounded(origin);
        var stories = new Stories(seed);
        var random = new Random(seed);
        var items = task.Items(Lexicon.TrainingNames);
        using (var trainer = new ModelTrainer(model, weightDecay: 0))
        {
            for (var step = 0; step < ExpertSteps; step++)
            {
                var warmUp = Math.Min(1, (step + 1) / 8.0);
                var linear = 1 - ((double)step / ExpertSteps);
                var chosen = random.GetItems(items, ExpertBatch).Select(item => Pair(item.Prompt, item.Answer));
                trainer.Step([.. chosen, .. Pages(stories, PagesAmongItems)], ExpertLearningRate * warmUp * linear);
            }
        }

        return Family.Rounded(model);
    }

    private static TokenSequence[] Pages(Stories stories, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Pair("", stories.Page(PageLength)))];

    private static TokenSequence Pair(string context, string continuation) =>
        TokenSequence.Pair(Vocabulary.Tokenizer, context, continuation, Family.Config.ContextLength);
}
