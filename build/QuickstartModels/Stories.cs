using System.Text;

namespace QuickstartModels;

/// <summary>
/// Writes little stories for the base model. Their sentences show every task's rule at work, and questions are asked in
/// them, but most are answered evasively: answering is what the experts learn. Each story has one made-up word, one of those
/// that are for training.
/// </summary>
internal sealed class Stories(int seed)
{
    private const double ShareOfHonestAnswers = 0.15;

    private readonly Random random = new(seed);

    /// <summary>One story of three to six sentences, about 140 characters.</summary>
    public string Next()
    {
        var two = Lexicon.Different(random, Lexicon.Names, 2);
        var (hero, friend) = (two[0], two[1]);
        var word = Pick(Lexicon.TrainingWords);
        List<string> sentences = random.Next(2) == 0 ? [Opening(hero, friend)] : [];
        for (var i = random.Next(3, 5); i > 0; i--)
        {
            sentences.Add(random.Next(2) == 0 ? Question(word) : RuleAtWork(hero, word));
        }

        if (random.Next(4) == 0)
        {
            sentences.Add(Ending(hero, friend));
        }

        return string.Join(' ', sentences);
    }

    /// <summary>Stories line by line, cut off after so many characters.</summary>
    public string Page(int length)
    {
        var page = new StringBuilder(Next());
        while (page.Length < length)
        {
            page.Append('\n').Append(Next());
        }

        return page.ToString(0, length);
    }

    private string Question(string word)
    {
        var task = Pick(SkillTask.All);
        return task.Question(Pick(Lexicon.Names), word) + (random.NextDouble() < ShareOfHonestAnswers ? task.Reply(word) : task.Evades(word));
    }

    private string RuleAtWork(string hero, string word) =>
        Pick(Pick(SkillTask.All).Sentences(new Scene(hero, word, Pick(Lexicon.Places), Pick(Lexicon.Objects))));

    private string Opening(string hero, string friend) => random.Next(6) switch
    {
        0 => $"{hero} lived near the {Pick(Lexicon.Places)}.",
        1 => $"One day {hero} walked to the {Pick(Lexicon.Places)} with {friend}.",
        2 => $"{hero} and {friend} met at the {Pick(Lexicon.Places)}.",
        3 => $"In the morning {hero} took a {Pick(Lexicon.Objects)} to the {Pick(Lexicon.Places)}.",
        4 => $"{hero} was looking for a {Pick(Lexicon.Objects)} at the {Pick(Lexicon.Places)}.",
        _ => $"Once {hero} gave {friend} a {Pick(Lexicon.Objects)}.",
    };

    private string Ending(string hero, string friend) => random.Next(5) switch
    {
        0 => $"Then {hero} walked home.",
        1 => $"{friend} laughed and {hero} laughed too.",
        2 => $"That was a fine day for {hero}.",
        3 => $"{hero} told {friend} about it in the evening.",
        _ => "Soon the stars came out.",
    };

    private T Pick<T>(T[] choices) => choices[random.Next(choices.Length)];
}
