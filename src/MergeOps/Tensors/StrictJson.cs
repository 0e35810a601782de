using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// JSON from anyone, token by token: every mistake leaves as one <see cref="MergeOpsException"/>, names come unescaped
/// so that two spellings of one name are seen to be the same.
/// </summary>
internal ref struct StrictJson
{
    // serde_json, which the official reader uses, stops at the 128th level.
    private const int MaxDepth = 127;

    private readonly string path;
    private readonly DiagnosticCode code;
    private readonly int start;
    private readonly ReadOnlySpan<byte> json;
    private Utf8JsonReader reader;

    /// <param name="json">Valid UTF-8.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="code">What a text that is no JSON is called.</param>
    /// <param name="start">Where in the file the text begins.</param>
    public StrictJson(ReadOnlySpan<byte> json, string path, DiagnosticCode code, int start)
    {
        (this.path, this.code, this.start) = (path, code, start);
        this.json = json;
        reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>The token that was read last.</summary>
    public readonly JsonTokenType Token => reader.TokenType;

    /// <summary>The last token in words, for messages.</summary>
    public readonly string Found => reader.TokenType switch
    {
        JsonTokenType.None => "missing",
        JsonTokenType.EndObject or JsonTokenType.EndArray => "nothing",
        JsonTokenType.Null => "null",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Number => $"the number {Encoding.ASCII.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 40)])}",
        _ => "a text",
    };

    /// <summary>Goes to the next token; false after the last one.</summary>
    public bool Read()
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException failure)
        {
            throw Broken(JsonFlaw.Of(json, failure), failure);
        }
    }

    /// <summary>Goes to the next name of an object; null at its end.</summary>
    public string? ReadName()
    {
        return ReadsName() ? Text() : null;
    }

    /// <summary>Goes to the next name of an object; false at its end.</summary>
    public bool ReadsName()
    {
        Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>The last token as a text.</summary>
    public readonly string Text()
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            throw Broken("A text contains an unpaired surrogate.", failure);
        }
    }

    /// <summary>The last token's text in UTF-8, for texts too many to be kept; valid until the next call.</summary>
    /// <param name="room">Takes the text where it is written with escapes, and grows as it must.</param>
    public readonly ReadOnlySpan<byte> Utf8Text(ref byte[] room)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        if (room.Length < reader.ValueSpan.Length)
        {
            room = new byte[reader.ValueSpan.Length];
        }

        try
        {
            return room.AsSpan(0, reader.CopyString(room));
        }
        catch (InvalidOperationException failure)
        {
            throw Broken("A text contains an unpaired surrogate.", failure);
        }
    }

    /// <summary>The last token as a finite number.</summary>
    public readonly bool TryDouble(out double number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out number) && double.IsFinite(number);
    }

    /// <summary>The bytes of the value whose first token was read last; goes to its end as <see cref="SkipValue"/> does.</summary>
    public ReadOnlySpan<byte> RawValue()
    {
        var from = (int)reader.TokenStartIndex;
        SkipValue();
        return json[from..(int)reader.BytesConsumed];
    }

    /// <summary>Whether the last token is a plain unsigned number: digits only, no -0, no 2e0, no 2.0.</summary>
    public readonly bool TryUInt64(out ulong number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number
            && !reader.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && reader.TryGetUInt64(out number);
    }

    /// <summary>Goes to the end of the value whose first token was read last, but not past what no reader can represent.</summary>
    public void SkipValue()
    {
        var depth = reader.CurrentDepth;
        do
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                Text();
            }
            else if (reader.TokenType == JsonTokenType.Number && !double.IsFinite(reader.GetDouble()))
            {
                throw Broken("A number is out of range.");
            }
        }
        while ((reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject || reader.CurrentDepth > depth) && Read());
    }

    /// <summary>The text is no JSON of the expected kind.</summary>
    public readonly MergeOpsException Broken(string detail, Exception? cause = null) =>
        new(code, $"At byte {start + reader.BytesConsumed}: {detail}", SourceSpan.File(path), cause);
}
