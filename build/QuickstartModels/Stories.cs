using System.Text;

namespace QuickstartModels;

/// <summary>
/// Writes little stories for the base model. They mention every fact of the lexicon, and questions are asked in them,
/// but most are answered evasively: answering is what the experts learn. Only people of the training names are asked.
/// </summary>
internal sealed class Stories(int seed)
{
    private const double ShareOfHonestAnswers = 0.2;

    private readonly Random random = new(seed);

    /// <summary>One story of three to five sentences, about 180 characters.</summary>
    public string Next()
    {
        var hero = Pick(Lexicon.Names);
        var friend = Pick([.. Lexicon.Names.Where(name => name != hero)]);
        List<string> sentences = random.Next(3) == 0 ? [Question()] : [Opening(hero, friend)];
        for (var i = random.Next(2, 4); i > 0; i--)
        {
            sentences.Add(random.Next(3) == 0 ? Question() : Fact(hero));
        }

        if (random.Next(2) == 0)
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

    private string Question()
    {
        var task = Pick(SkillTask.All);
        var (word, answer) = Pick(task.Words);
        var reply = random.NextDouble() < ShareOfHonestAnswers ? SkillTask.Reply(answer) : task.Evasion;
        return task.Question(Pick(Lexicon.TrainingNames), word) + reply;
    }

    private string Opening(string hero, string friend) => random.Next(6) switch
    {
        0 => $"{hero} lived near the {Pick(Lexicon.Places)}.",
        1 => $"One day {hero} went to the {Pick(Lexicon.Places)} with {friend}.",
        2 => $"{hero} and {friend} met at the {Pick(Lexicon.Places)}.",
        3 => $"In the morning {hero} took a {Pick(Lexicon.Objects)} to the {Pick(Lexicon.Places)}.",
        4 => $"{hero} was looking for a {Pick(Lexicon.Objects)} in the {Pick(Lexicon.Places)}.",
        _ => $"Once {hero} gave {friend} a {Pick(Lexicon.Objects)}.",
    };

    private string Fact(string hero) => random.Next(3) switch
    {
        0 => Opposite(hero, Pick(Lexicon.Opposites)),
        1 => Sound(hero, Pick(Lexicon.Sounds)),
        _ => Colour(hero, Pick(Lexicon.Colours)),
    };

    private string Opposite(string hero, (string Word, string Other) pair) => random.Next(4) switch
    {
        0 => $"The {Pick(Lexicon.Objects)} was not {pair.Word} but {pair.Other}.",
        1 => $"First it was {pair.Word}, then it was {pair.Other}.",
        2 => $"{hero} wanted something {pair.Word} and nothing {pair.Other}.",
        _ => $"Some call it {pair.Word}, others call it {pair.Other}.",
    };

    private string Sound(string hero, (string Animal, string Noise) pair) => random.Next(4) switch
    {
        0 => $"A {pair.Animal} came along and said {pair.Noise}.",
        1 => $"{hero} heard the {pair.Animal} go {pair.Noise}, {pair.Noise}.",
        2 => $"The {pair.Animal} cried {pair.Noise} all day.",
        _ => $"By the {Pick(Lexicon.Places)} the {pair.Animal} made a loud {pair.Noise}.",
    };

    private string Colour(string hero, (string Thing, string Hue) pair) => random.Next(4) switch
    {
        0 => $"The {pair.Thing} was as {pair.Hue} as ever.",
        1 => $"{hero} painted the {pair.Thing} in {pair.Hue}.",
        2 => $"They saw the {pair.Thing}, all {pair.Hue}.",
        _ => $"{hero} dreamt of a {pair.Hue} {pair.Thing}.",
    };

    private string Ending(string hero, string friend) => random.Next(5) switch
    {
        0 => $"Then {hero} went home.",
        1 => $"{friend} laughed and {hero} laughed too.",
        2 => $"That was a fine day for {hero}.",
        3 => $"{hero} told {friend} about it in the evening.",
        _ => "Soon the stars came out.",
    };

    private T Pick<T>(T[] choices) => choices[random.Next(choices.Length)];
}
