namespace QuickstartModels;

/// <summary>The small world of the stories: who lives in it, where, with what, and its made-up words of four letters.</summary>
internal static class Lexicon
{
    private const int ShuffleSeed = 7;
    private const int TestCount = 60;
    private const int TestCountOfATask = 20;
    private const int ValidationCount = 40;

    private static readonly string[] Onsets = ["b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z"];

    private static readonly string[] Vowels = ["a", "e", "i", "o", "u"];

    private static readonly string[] Codas =
    [
        "ck", "ft", "lf", "lk", "lm", "lp", "lt", "mp", "nd", "nk", "nt", "rb", "rf", "rk", "rm", "rn", "rp", "rt", "sk", "sp", "sh", "ch", "ss",
    ];

    private static readonly string[] Words = Shuffled();

    /// <summary>Words of the test items, those of each task by themselves; they occur nowhere else.</summary>
    public static readonly string[][] TestWords = [.. Words[..TestCount].Chunk(TestCountOfATask)];

    /// <summary>Words of the validation items; they occur nowhere else.</summary>
    public static readonly string[] ValidationWords = Words[TestCount..(TestCount + ValidationCount)];

    /// <summary>Words of the stories and of what the experts are trained on.</summary>
    public static readonly string[] TrainingWords = Words[(TestCount + ValidationCount)..];

    /// <summary>Everybody's name; all of them are asked in every split.</summary>
    public static readonly string[] Names =
    [
        "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Karl", "Lena", "Mia", "Noah", "Olga", "Paul", "Rosa",
        "Sam", "Tilda", "Uwe", "Vera", "Willy", "Yara", "Zoe", "Bruno", "Edda", "Lars", "Arno", "Dora", "Ella", "Kurt", "Nina", "Tom",
    ];

    /// <summary>Where the stories happen.</summary>
    public static readonly string[] Places =
        ["garden", "village", "forest", "market", "school", "harbour", "mill", "stable", "meadow", "bridge", "castle", "kitchen"];

    /// <summary>What somebody carries about.</summary>
    public static readonly string[] Objects =
        ["basket", "book", "kite", "candle", "hat", "spoon", "rope", "drum", "blanket", "letter", "boat", "key"];

    /// <summary>So many of the choices, no two alike.</summary>
    public static string[] Different(Random random, string[] choices, int count)
    {
        string[] shuffled = [.. choices];
        random.Shuffle(shuffled);
        return shuffled[..count];
    }

    // every syllable that the parts above make; a few are English by chance
    private static string[] Shuffled()
    {
        string[] words = [.. from onset in Onsets from vowel in Vowels from coda in Codas select onset + vowel + coda];
        new Random(ShuffleSeed).Shuffle(words);
        return words;
    }
}
