namespace MergeOps.Tokenizers.Unicode;

/// <summary>The classes of characters that the tokenizers library asks for. It has them from several sources, each of its own version of Unicode.</summary>
internal static class CharacterClasses
{
    // letters in circles and squares, which are symbols by category
    private static readonly CodePointSet Circled = CodePointSet.Of([(0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)]);

    /// <summary>White space: <c>\s</c>, and what is stripped.</summary>
    public static CodePointSet WhiteSpace { get; } = CodePointSet.Of(
        [(9, 13), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)]);

    /// <summary>Characters of words: <c>\w</c> of Oniguruma between brackets.</summary>
    public static CodePointSet Word { get; } = CodePointSet.Union([Categories.Of("L", "Nl", "M", "Nd", "Pc"), Circled]);

    /// <summary>Characters of words: <c>\w</c> of Oniguruma by itself, for which it has another table of the first 256.</summary>
    public static CodePointSet BareWord { get; } = CodePointSet.Union([Word, CodePointSet.Of(0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE)]);

    /// <summary>Characters of words: <c>\w</c> of Rust's regex, which counts the joiners too.</summary>
    public static CodePointSet WordOrJoiner { get; } = CodePointSet.Union([Word, CodePointSet.Of(0x200C, 0x200D)]);

    /// <summary>Numbers as Rust knows them, which is ahead of the categories.</summary>
    public static CodePointSet Numeric { get; } = CodePointSet.Union([Categories.Of("N"), CodePointSet.Of([(0x11DE0, 0x11DE9), (0x16FF4, 0x16FF6)])]);

    /// <summary>Punctuation as BERT splits at it: that of an older Unicode, and every mark of ASCII.</summary>
    public static CodePointSet Punctuation { get; } = UnicodeData.Set("punctuation");

    /// <summary>Accents as BERT strips them.</summary>
    public static CodePointSet NonSpacingMark { get; } = UnicodeData.Set("nonspacing");

    /// <summary>Marks as <c>StripAccents</c> strips them.</summary>
    public static CodePointSet CombiningMark { get; } = UnicodeData.Set("combining");

    /// <summary>What BERT removes: controls, formats and private characters, without tab and line ends.</summary>
    public static CodePointSet Control { get; } = UnicodeData.Set("control");

    /// <summary>The set of a script such as <c>Han</c>; null where it is not known.</summary>
    public static CodePointSet? Script(string name) => UnicodeData.Find($"script {name}");
}
