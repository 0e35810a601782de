using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MergeOps.Recipes.Yaml;

/// <summary>How a value is written into YAML.</summary>
internal static partial class ScalarText
{
    /// <summary>Whether a text needs no quotes and means the same wherever it stands: every number, flag and name is of this kind.</summary>
    public static bool IsPlain(string text) => PlainText().IsMatch(text);

    /// <summary>A text in double quotes.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when IsInvisible(character) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    // what a recipe may not hold as it is
    private static bool IsInvisible(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format;

    [GeneratedRegex(@"^[+-]?[\w./~](?:[\w ./@+~-]*[\w./@+~-])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex PlainText();
}
