using System.Globalization;
using System.Numerics;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Single values; each one that does not have its form is reported and left out.</summary>
internal static class ValueReader
{
    private const string WorkflowExpression = "${{";

    /// <summary>A value in the words of a message.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlMapping => "a mapping",
        YamlSequence => "a list",
        _ when CoreSchema.IsNull(node) => "nothing",
        YamlScalar { Text: ['$', '{', not '{', .., '}'] } place => $"{TerminalText.Quoted(place.Text)}, a placeholder that no 'variants' of this recipe fill",
        YamlScalar scalar => TerminalText.Quoted(scalar.Text),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    /// <summary>Text of one or more lines.</summary>
    public static Located<string>? Text(YamlNode? node, string key, ReadingContext context)
    {
        switch (node)
        {
            case null:
                return null;
            case YamlScalar scalar when scalar.Text.Contains(WorkflowExpression, StringComparison.Ordinal):
                context.Refuse(Codes.PolicyRefused, $"Expressions of GitHub Actions ('{WorkflowExpression} … }}}}') are not expanded in recipes.", node);
                return null;
            case YamlScalar scalar when scalar.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\t')):
                context.Refuse(Codes.ValueMalformed, $"'{key}' holds a control character.", node);
                return null;
            case YamlScalar scalar:
                return context.Locate(scalar.Text, scalar);
            default:
                context.Refuse(Codes.ValueMalformed, $"'{key}' must be text, found {Describe(node)}.", node);
                return null;
        }
    }

    /// <summary>Text of one line that is not empty.</summary>
    public static Located<string>? Line(YamlNode? node, string key, ReadingContext context)
    {
        if (Text(node, key, context) is not { } text)
        {
            return null;
        }

        if (text.Value.Length > 0 && !text.Value.Any(char.IsControl))
        {
            return text;
        }

        context.Refuse(Codes.ValueMalformed, $"'{key}' must be one line of text.", node!);
        return null;
    }

    /// <summary>A path on this machine; what leads to another one is refused.</summary>
    public static Located<string>? LocalPath(YamlNode? node, string key, ReadingContext context)
    {
        if (Line(node, key, context) is not { } path)
        {
            return null;
        }

        if (!ModelLocation.IsNetworkPath(path.Value) && !path.Value.Contains("://", StringComparison.Ordinal))
        {
            return path;
        }

        context.Refuse(Codes.PolicyRefused, $"'{key}' is a local path; addresses and network paths are not allowed in recipes.", path.Span);
        return null;
    }

    /// <summary>One file: a local path, or an address on the Hub, <c>hf://…</c>.</summary>
    public static Located<string>? FileLocation(YamlNode? node, string key, ReadingContext context)
    {
        if (Line(node, key, context) is not { } location)
        {
            return null;
        }

        if (HubFileReference.IsOne(location.Value))
        {
            if (HubFileReference.TryParse(location.Value, out var mistake) is not null)
            {
                return location;
            }

            context.Refuse(Codes.HubFileMalformed, $"{TerminalText.Quoted(location.Value)}: {mistake}", location.Span);
            return null;
        }

        if (HubFileReference.OfPage(location.Value) is { } address)
        {
            context.Refuse(Codes.HubFileMalformed, $"{TerminalText.Quoted(location.Value)} is a page of the Hub. Write {TerminalText.Quoted(address)}.", location.Span);
            return null;
        }

        return LocalPath(node, key, context);
    }

    /// <summary>A whole number in a range; <c>8.0</c> and <c>1e3</c> will do.</summary>
    public static Located<T>? Whole<T>(YamlNode? node, string key, T min, T max, ReadingContext context)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (node is null)
        {
            return null;
        }

        if (WholeOf<T>(node) is { } whole && whole >= min && whole <= max)
        {
            return context.Locate(whole, node);
        }

        var isNumber = node is YamlScalar scalar && CoreSchema.Number(scalar.Text) is { } number && !double.IsNaN(number);
        context.Refuse(
            isNumber ? Codes.ValueOutOfRange : Codes.ValueMalformed,
            $"'{key}' must be a whole number from {min} to {max}, found {Describe(node)}.{OctalHint(node)}",
            node);
        return null;
    }

    /// <summary>A number of bytes, plain or as text such as 5GB (decimal); at least 1.</summary>
    public static Located<long>? ByteCount(YamlNode? node, string key, ReadingContext context)
    {
        if (node is not YamlScalar { Text: var text } || CoreSchema.Number(text) is not null)
        {
            return Whole(node, key, 1, long.MaxValue, context);
        }

        if (ByteText.TryParseDecimal(text, out var bytes) && bytes > 0)
        {
            return context.Locate(bytes, node);
        }

        context.Refuse(Codes.ValueMalformed, $"'{key}' is a number of bytes, or text such as 5GB or 500MB (decimal), found {TerminalText.Quoted(text)}.", node);
        return null;
    }

    /// <summary>A finite number.</summary>
    public static double? Number(YamlNode node, string key, ReadingContext context)
    {
        if (node is not YamlScalar scalar || CoreSchema.Number(scalar.Text) is not { } number)
        {
            context.Refuse(Codes.ValueMalformed, $"'{key}' must be a number, found {Describe(node)}.", node);
            return null;
        }

        if (CoreSchema.IsAmbiguousOctal(scalar.Text))
        {
            context.Refuse(Codes.ValueMalformed, $"'{key}' must be a number that all YAML readers agree on.{OctalHint(node)}", node);
            return null;
        }

        if (!double.IsFinite(number))
        {
            context.Refuse(Codes.ValueMalformed, $"'{key}' must be a finite number, found {Describe(node)}.", node);
            return null;
        }

        return number;
    }

    /// <summary>true or false; 0, 1, 0.0 and 1.0 will do.</summary>
    public static bool? Flag(YamlNode node, string key, ReadingContext context)
    {
        if (node is YamlScalar scalar)
        {
            if ((CoreSchema.Flag(scalar) ?? FlagOf(CoreSchema.Number(scalar.Text))) is { } flag)
            {
                return flag;
            }

            if (CoreSchema.IsOldFlag(scalar))
            {
                context.Refuse(
                    Codes.ValueMalformed, $"'{key}' must be true or false; '{scalar.Text}' means different things to different YAML readers.", node);
                return null;
            }
        }

        context.Refuse(Codes.ValueMalformed, $"'{key}' must be true or false, found {Describe(node)}.", node);
        return null;
    }

    // numbers beyond 2^53 lose digits as doubles, so they are read as what they are first
    private static T? WholeOf<T>(YamlNode node)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (node is not YamlScalar scalar || CoreSchema.IsAmbiguousOctal(scalar.Text))
        {
            return null;
        }

        if (T.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return CoreSchema.Number(scalar.Text) is { } number && double.IsInteger(number) && Math.Abs(number) < 1L << 53
            && number >= double.CreateSaturating(T.MinValue) && number <= double.CreateSaturating(T.MaxValue)
            ? T.CreateTruncating(number)
            : null;
    }

    private static string OctalHint(YamlNode node) =>
        node is YamlScalar scalar && CoreSchema.IsAmbiguousOctal(scalar.Text)
            ? $" '{scalar.Text}' is octal for YAML 1.1 and decimal for YAML 1.2: write it without the leading zero."
            : "";

    private static bool? FlagOf(double? number) => number switch
    {
        0 => false,
        1 => true,
        _ => null,
    };
}
