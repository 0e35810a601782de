namespace MergeOps.Tokenizers.Patterns;

/// <summary>Goes through the code points of a regular expression, and knows how deeply its groups and classes are nested.</summary>
/// <param name="pattern">The code points.</param>
internal sealed class PatternReader(int[] pattern)
{
    private const int DeepestNesting = 60;

    private int depth;

    /// <summary>The index of the code point at which it stands.</summary>
    public int Place { get; private set; }

    /// <summary>Whether nothing follows.</summary>
    public bool IsAtEnd => Place == pattern.Length;

    /// <summary>The code point at an index.</summary>
    public int this[int place] => pattern[place];

    /// <summary>The code point at which it stands; -1 at the end.</summary>
    public int Peek() => IsAtEnd ? -1 : pattern[Place];

    /// <summary>The code point behind it; -1 where the expression ends.</summary>
    public int PeekBehind() => Place + 1 < pattern.Length ? pattern[Place + 1] : -1;

    /// <summary>Goes on by one.</summary>
    public void Move() => Place++;

    /// <summary>The code point at which it stands; goes on.</summary>
    /// <exception cref="PatternFault">Nothing follows.</exception>
    public int Next() => IsAtEnd ? throw new PatternFault("ends too early") : pattern[Place++];

    /// <summary>Goes on where a text stands there.</summary>
    public bool Skips(string text)
    {
        if (pattern.Length - Place < text.Length || text.Where((letter, i) => pattern[Place + i] != letter).Any())
        {
            return false;
        }

        Place += text.Length;
        return true;
    }

    /// <summary>What was read since an index.</summary>
    public string TextFrom(int from) => string.Concat(pattern[from..Place].Select(char.ConvertFromUtf32));

    /// <summary>Goes into a group or a class.</summary>
    /// <exception cref="PatternFault">It is nested too deeply.</exception>
    public void Enter()
    {
        if (++depth > DeepestNesting)
        {
            throw new PatternFault("is nested too deeply");
        }
    }

    /// <summary>Comes out of it.</summary>
    public void Leave() => depth--;
}
