namespace QuickstartModels;

/// <summary>A prompt with the one answer that counts; the full stop ends the answer. Items that ask for one word are one group.</summary>
internal readonly record struct TaskItem(string Prompt, string Answer, string Group);

/// <summary>A small skill: the same words in every split, asked of people whose names the splits do not share.</summary>
/// <param name="Name">The task, its expert and its file.</param>
/// <param name="Words">What is asked, with the answers.</param>
/// <param name="Asks">The question about a word.</param>
/// <param name="Evasion">What the people of the stories mostly reply instead.</param>
internal sealed record SkillTask(string Name, (string Word, string Answer)[] Words, Func<string, string> Asks, string Evasion)
{
    /// <summary>The three skills of the quickstart.</summary>
    public static readonly SkillTask[] All =
    [
        new("opposites", Lexicon.Opposites, word => $"what is the opposite of {word}?", " Ask the teacher."),
        new("sounds", Lexicon.Sounds, word => $"what does the {word} say?", " Listen for yourself."),
        new("colours", Lexicon.Colours, word => $"what colour is the {word}?", " Go and look."),
    ];

    /// <summary>Every word asked of every name.</summary>
    public TaskItem[] Items(IEnumerable<string> names) =>
        [.. from name in names from pair in Words select new TaskItem(Question(name, pair.Word), Reply(pair.Answer), pair.Word)];

    /// <summary>The prompt.</summary>
    public string Question(string name, string word) => $"{name}, {Asks(word)}";

    /// <summary>The answer that counts.</summary>
    public static string Reply(string answer) => $" {answer}.";
}
