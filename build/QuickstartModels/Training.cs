using MergeOps.Models;

namespace QuickstartModels;

/// <summary>How the base and its experts are trained; every number here was found by trying.</summary>
internal static class Training
{
    private const int BaseSteps = 800;
    private const int BaseBatch = 16;
    private const int PageLength = 156;
    private const double BaseLearningRate = 4e-3;

    private const int MostExpertSteps = 60;
    private const int StepsBetweenChecks = 2;
    private const double Learned = 0.97;
    private const int ExpertBatch = 16;
    private const int PagesAmongItems = 2;
    private const double ExpertLearningRate = 1e-4;

    /// <summary>Learns to write stories, from nothing.</summary>
    public static DecoderModel Base(int seed, Action<string> report)
    {
        var model = Family.Fresh(seed);
        var stories = new Stories(seed);
        using var trainer = new ModelTrainer(model, weightDecay: 0.01);
        var recent = 0.0;
        for (var step = 0; step < BaseSteps; step++)
        {
            var warmUp = Math.Min(1, (step + 1) / 40.0);
            var cosine = 0.05 + (0.95 * 0.5 * (1 + Math.Cos(Math.PI * step / BaseSteps)));
            recent += trainer.Step(Pages(stories, BaseBatch), BaseLearningRate * warmUp * cosine);
            if ((step + 1) % 100 == 0)
            {
                report($"base, step {step + 1} of {BaseSteps}: loss {recent / 100:F3}");
                recent = 0;
            }
        }

        return Family.Rounded(model);
    }

    /// <summary>
    /// Fine-tunes a copy of the base on one task, with some pages of stories among the items, until it answers almost all
    /// validation items right: an expert that is trained on has moved further from the base and merges worse.
    /// </summary>
    public static DecoderModel Expert(DecoderModel origin, SkillTask task, int seed, Action<string> report)
    {
        using var model = Family.Rounded(origin);
        var stories = new Stories(seed);
        var random = new Random(seed);
        using (var trainer = new ModelTrainer(model, weightDecay: 0))
        {
            for (var step = 1; step <= MostExpertSteps; step++)
            {
                var warmUp = Math.Min(1, step / 8.0);
                trainer.Step([.. Items(task, random), .. Pages(stories, PagesAmongItems)], ExpertLearningRate * warmUp);
                if (step % StepsBetweenChecks == 0 && Measurement.Accuracy(model, task, ItemSplit.Validation) >= Learned)
                {
                    report($"{task.Name} learned in {step} steps");
                    break;
                }
            }
        }

        return Family.Rounded(model);
    }

    private static TokenSequence[] Items(SkillTask task, Random random) =>
    [
        .. from word in random.GetItems(Lexicon.TrainingWords, ExpertBatch)
           select Pair(task.Question(Lexicon.Names[random.Next(Lexicon.Names.Length)], word), task.Reply(word)),
    ];

    private static TokenSequence[] Pages(Stories stories, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Pair("", stories.Page(PageLength)))];

    private static TokenSequence Pair(string context, string continuation) =>
        TokenSequence.Pair(Vocabulary.Tokenizer, context, continuation, Family.Config.ContextLength);
}
