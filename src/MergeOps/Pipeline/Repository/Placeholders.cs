using System.Text;

namespace MergeOps.Pipeline.Repository;

/// <summary>Fills the words of a command.</summary>
internal static class Placeholders
{
    /// <summary>A word with a value for each placeholder; a value never opens another placeholder.</summary>
    /// <param name="word">The word.</param>
    /// <param name="values">Placeholders, such as <c>{model}</c>, with what they stand for.</param>
    public static string Fill(string word, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var filled = new StringBuilder();
        for (var rest = word.AsSpan(); !rest.IsEmpty;)
        {
            var (taken, text) = (1, rest[..1].ToString());
            foreach (var (name, value) in values)
            {
                if (rest.StartsWith(name, StringComparison.Ordinal))
                {
                    (taken, text) = (name.Length, value);
                }
            }

            filled.Append(text);
            rest = rest[taken..];
        }

        return filled.ToString();
    }
}
