using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>JSON to values of templates, and values to JSON as Python's <c>json.dumps</c> writes it.</summary>
internal static class TemplateJson
{
    /// <summary>The value of a JSON value.</summary>
    public static object? Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(json),
        JsonValueKind.Array => Sequence.List(json.EnumerateArray().Select(Value)),
        JsonValueKind.Object => json.EnumerateObject().Aggregate(new Mapping(), (mapping, member) => mapping.Set(member.Name, Value(member.Value))),
        _ => null,
    };

    /// <summary>The JSON of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="asciiOnly">Whether characters beyond ASCII are escaped.</param>
    /// <param name="indent">What each level is indented by; null for one line.</param>
    /// <param name="item">What stands between items.</param>
    /// <param name="key">What stands behind keys.</param>
    /// <param name="sortsKeys">Whether keys are sorted.</param>
    public static string Write(object? value, bool asciiOnly, string? indent, string item, string key, bool sortsKeys)
    {
        var writer = new Writer(asciiOnly, indent, item, key, sortsKeys);
        writer.Write(value, 0);
        return writer.ToString();
    }

    private static object Number(JsonElement json)
    {
        var text = json.GetRawText();
        if (text.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            return json.GetDouble();
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw new TemplateFault($"The number {text} is too large");
    }

    private sealed class Writer(bool asciiOnly, string? indent, string item, string key, bool sortsKeys)
    {
        private readonly StringBuilder json = new();

        public override string ToString() => json.ToString();

        public void Write(object? value, int level)
        {
            switch (value)
            {
                case null:
                    json.Append("null");
                    break;
                case bool truth:
                    json.Append(truth ? "true" : "false");
                    break;
                case long number:
                    json.Append(number);
                    break;
                case double number:
                    json.Append(double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : PythonText.Number(number));
                    break;
                case string text:
                    WriteText(text);
                    break;
                case Sequence { Kind: SequenceKind.List or SequenceKind.Tuple } sequence:
                    WriteItems('[', ']', sequence.Items, level, member => Write(member, level + 1));
                    break;
                case Mapping mapping:
                    WriteItems('{', '}', EntriesOf(mapping), level, entry =>
                    {
                        WriteText(entry.Key);
                        json.Append(key);
                        Write(entry.Value, level + 1);
                    });
                    break;
                default:
                    throw new TemplateFault($"{Operators.Describe(value)} cannot be written as JSON");
            }
        }

        private List<(string Key, object? Value)> EntriesOf(Mapping mapping)
        {
            List<(string Key, object? Value)> entries = [.. mapping.Entries.Select(entry => (KeyOf(entry.Key), entry.Value))];
            return sortsKeys ? [.. entries.Order(Comparer<(string Key, object? Value)>.Create((one, other) => PythonText.Compare(one.Key, other.Key)))] : entries;
        }

        private string KeyOf(object? name) => name switch
        {
            string text => text,
            null => "null",
            bool truth => truth ? "true" : "false",
            long number when !sortsKeys => number.ToString(CultureInfo.InvariantCulture),
            _ => throw new TemplateFault("A key that is not text cannot be written as JSON"),
        };

        private void WriteItems<T>(char open, char close, IReadOnlyList<T> members, int level, Action<T> write)
        {
            json.Append(open);
            for (var i = 0; i < members.Count; i++)
            {
                json.Append(i > 0 ? item : "");
                Break(level + 1);
                write(members[i]);
            }

            if (members.Count > 0)
            {
                Break(level);
            }

            json.Append(close);
        }

        private void Break(int level)
        {
            if (json.Length + ((indent?.Length ?? 0) * (long)level) > RenderBudget.LongestText)
            {
                throw new TemplateFault("Its JSON becomes too long");
            }

            if (indent is not null)
            {
                json.Append('\n').Insert(json.Length, indent, level);
            }
        }

        private void WriteText(string text)
        {
            json.Append('"');
            foreach (var letter in text)
            {
                _ = letter switch
                {
                    '"' => json.Append("\\\""),
                    '\\' => json.Append("\\\\"),
                    '\n' => json.Append("\\n"),
                    '\r' => json.Append("\\r"),
                    '\t' => json.Append("\\t"),
                    '\b' => json.Append("\\b"),
                    '\f' => json.Append("\\f"),
                    < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                    >= '\u007F' when asciiOnly && letter != '\u007F' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                    _ => json.Append(letter),
                };
            }

            json.Append('"');
        }
    }
}
