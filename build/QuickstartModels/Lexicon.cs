namespace QuickstartModels;

/// <summary>The small world of the stories: who lives in it, what things look and sound like, and which words are opposites.</summary>
internal static class Lexicon
{
    /// <summary>Names that occur in training items.</summary>
    public static readonly string[] TrainingNames =
    [
        "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Karl", "Lena",
        "Mia", "Noah", "Olga", "Paul", "Rosa", "Sam", "Tilda", "Uwe", "Vera", "Willy", "Yara", "Zoe",
    ];

    /// <summary>Names that occur only in validation items (and in stories).</summary>
    public static readonly string[] ValidationNames = ["Bruno", "Edda", "Lars"];

    /// <summary>Names that occur only in test items (and in stories).</summary>
    public static readonly string[] TestNames = ["Arno", "Dora", "Ella", "Kurt", "Nina", "Tom"];

    /// <summary>Every name.</summary>
    public static readonly string[] Names = [.. TrainingNames, .. ValidationNames, .. TestNames];

    /// <summary>Each word with its opposite, in both directions.</summary>
    public static readonly (string Word, string Answer)[] Opposites =
    [
        .. from pair in ((string, string)[])
           [
               ("big", "small"), ("hot", "cold"), ("long", "short"), ("old", "new"), ("wet", "dry"),
               ("fast", "slow"), ("full", "empty"), ("hard", "soft"), ("dark", "light"), ("good", "bad"),
           ]
           from both in ((string, string)[])[pair, (pair.Item2, pair.Item1)]
           select both,
    ];

    /// <summary>Each animal with its sound.</summary>
    public static readonly (string Word, string Answer)[] Sounds =
    [
        ("dog", "woof"), ("cat", "meow"), ("cow", "moo"), ("duck", "quack"), ("sheep", "baa"),
        ("pig", "oink"), ("horse", "neigh"), ("lion", "roar"), ("mouse", "squeak"), ("owl", "hoot"),
        ("bee", "buzz"), ("snake", "hiss"), ("frog", "croak"), ("hen", "cluck"), ("crow", "caw"),
        ("wolf", "howl"), ("donkey", "heehaw"), ("chick", "peep"), ("turkey", "gobble"), ("goose", "honk"),
    ];

    /// <summary>Each thing with its colour.</summary>
    public static readonly (string Word, string Answer)[] Colours =
    [
        ("banana", "yellow"), ("tomato", "red"), ("leaf", "green"), ("sky", "blue"), ("snow", "white"),
        ("coal", "black"), ("carrot", "orange"), ("plum", "purple"), ("mud", "brown"), ("stone", "grey"),
        ("lemon", "yellow"), ("cherry", "red"), ("grass", "green"), ("river", "blue"), ("milk", "white"),
        ("night", "black"), ("pumpkin", "orange"), ("grape", "purple"), ("bread", "brown"), ("elephant", "grey"),
    ];

    /// <summary>Where the stories happen.</summary>
    public static readonly string[] Places =
        ["garden", "village", "forest", "market", "school", "harbour", "mill", "barn", "meadow", "bridge", "castle", "kitchen"];

    /// <summary>What somebody carries about.</summary>
    public static readonly string[] Objects =
        ["basket", "book", "kite", "lamp", "hat", "spoon", "rope", "drum", "blanket", "letter", "boat", "key"];
}
