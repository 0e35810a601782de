namespace QuickstartModels;

/// <summary>A prompt with the one answer that counts. Items that ask for one word are one group.</summary>
internal readonly record struct TaskItem(string Prompt, string Answer, string Group);

/// <summary>Items that are asked for one purpose, about words that occur in no other split and in no story.</summary>
/// <param name="Name">What its files are called.</param>
/// <param name="Words">What is asked about in a task.</param>
/// <param name="People">How many people are asked about each word.</param>
/// <param name="Seed">Decides who is asked.</param>
internal sealed record ItemSplit(string Name, Func<SkillTask, string[]> Words, int People, int Seed)
{
    /// <summary>Decides when an expert has learned enough, and the recipe's weight.</summary>
    public static readonly ItemSplit Validation = new("validation", _ => Lexicon.ValidationWords, People: 2, Seed: 3);

    /// <summary>Decides nothing. A word that is hard is hard in every task, so no two tasks share one: their mean is of independent figures.</summary>
    public static readonly ItemSplit Test = new("test", task => Lexicon.TestWords[Array.IndexOf(SkillTask.All, task)], People: 6, Seed: 4);

    /// <summary>Each word of a task, asked of different people.</summary>
    public TaskItem[] Items(SkillTask task)
    {
        var random = new Random(Seed);
        return
        [
            .. from word in Words(task)
               from name in Lexicon.Different(random, Lexicon.Names, People)
               select new TaskItem(task.Question(name, word), task.Reply(word), word),
        ];
    }
}
