using System.Globalization;
using System.Text;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Writes a time as C's <c>strftime</c> does in English.</summary>
internal static class Clock
{
    /// <summary>The time in a form.</summary>
    /// <exception cref="TemplateFault">The form has a directive that is not exact here.</exception>
    public static string Write(DateTime time, string form)
    {
        var text = new StringBuilder();
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] != '%')
            {
                text.Append(form[i]);
                continue;
            }

            var isShort = i + 2 < form.Length && form[i + 1] == '-';
            i += isShort ? 2 : 1;
            text.Append(Of(time, i < form.Length ? form[i] : '\0', isShort));
        }

        return text.ToString();
    }

    private static string Of(DateTime time, char directive, bool isShort)
    {
        var form = directive switch
        {
            'Y' => "yyyy",
            'y' => "yy",
            'm' => isShort ? "%M" : "MM",
            'd' => isShort ? "%d" : "dd",
            'H' => isShort ? "%H" : "HH",
            'I' => isShort ? "%h" : "hh",
            'M' => isShort ? "%m" : "mm",
            'S' => isShort ? "%s" : "ss",
            'B' => "MMMM",
            'b' or 'h' => "MMM",
            'A' => "dddd",
            'a' => "ddd",
            'p' => "tt",
            'F' => "yyyy-MM-dd",
            'T' => "HH:mm:ss",
            '%' => "'%'",
            _ => throw new TemplateFault($"The directive '%{directive}' of a time has no exact implementation here"),
        };
        return time.ToString(form, CultureInfo.InvariantCulture);
    }
}
