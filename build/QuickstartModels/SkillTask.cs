namespace QuickstartModels;

/// <summary>A small skill: a rule of grammar that turns any word into its answer. Every class that derives from this is a task.</summary>
internal abstract class SkillTask
{
    /// <summary>The skills of the quickstart in the order of their names.</summary>
    public static readonly SkillTask[] All =
    [
        .. from type in typeof(SkillTask).Assembly.GetTypes()
           where type.IsSubclassOf(typeof(SkillTask))
           let task = (SkillTask)Activator.CreateInstance(type)!
           orderby task.Name
           select task,
    ];

    /// <summary>The task, its expert and its files.</summary>
    public abstract string Name { get; }

    /// <summary>The question about a word.</summary>
    public abstract string Asks(string word);

    /// <summary>What the people of the stories mostly reply instead of the answer.</summary>
    public abstract string Evades(string word);

    /// <summary>The rule.</summary>
    public abstract string Inflect(string word);

    /// <summary>What stories say in which the rule shows.</summary>
    public abstract string[] Sentences(Scene scene);

    /// <summary>The prompt.</summary>
    public string Question(string name, string word) => $"{name}, {Asks(word)}";

    /// <summary>The answer that counts; the full stop ends it.</summary>
    public string Reply(string word) => $" {Inflect(word)}.";
}

/// <summary>Who does what with which word, where, in a sentence of a story.</summary>
internal readonly record struct Scene(string Hero, string Word, string Place, string Thing);
