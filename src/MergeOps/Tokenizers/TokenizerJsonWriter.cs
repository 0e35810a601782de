using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Tokenizers;

/// <summary>
/// Adds tokens to a <c>tokenizer.json</c> and names reserved places in it; every other byte stays. Loaders number added tokens that the model's own vocabulary
/// lacks one after another, so the new ones stand behind all others in the order of their ids.
/// </summary>
internal ref struct TokenizerJsonWriter
{
    private readonly TokenizerEdit edit;
    private readonly JsonSplice splice = new();
    private readonly ReadOnlySpan<byte> text;
    private readonly Dictionary<int, NamedPlace> listed;
    private Utf8JsonReader reader;
    private (int Start, int Length, string Before, string After) room;

    private TokenizerJsonWriter(ReadOnlySpan<byte> text, TokenizerEdit edit)
    {
        this.text = text;
        this.edit = edit;
        listed = edit.Named.ToDictionary(place => place.Id);
        reader = new(text, new JsonReaderOptions { MaxDepth = 128 });
    }

    /// <summary>The changed file.</summary>
    /// <param name="file">The file as it is; <see cref="TokenizerJson"/> has read it.</param>
    /// <param name="edit">What changes.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static byte[] Write(ReadOnlySpan<byte> file, TokenizerEdit edit) => new TokenizerJsonWriter(JsonText.Of(file, "tokenizer.json"), edit).Write();

    private byte[] Write()
    {
        reader.Read();
        room = ((int)reader.BytesConsumed, 0, "\"added_tokens\":[", "],");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "added_tokens")
            {
                ReadAdded();
            }
            else if (name == "model" && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadModel();
            }
            else
            {
                reader.Skip();
            }
        }

        var more = listed.Values.Select(place => new PlacedToken(place.Id, place.To)).Concat(edit.Appended).OrderBy(token => token.Id).Select(Text).ToList();
        if (more.Count > 0)
        {
            splice.Replace(room.Start, room.Length, Encoding.UTF8.GetBytes($"{room.Before}{string.Join(",\n", more)}{room.After}"));
        }

        return splice.Apply(text);
    }

    private void ReadAdded()
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var place = (int)reader.TokenStartIndex;
            reader.Skip();
            room = (place, (int)reader.BytesConsumed - place, "[", "]");
            return;
        }

        var last = (int)reader.BytesConsumed;
        var isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            int? id = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id");
                reader.Read();
                if (isId && reader.TokenType == JsonTokenType.Number)
                {
                    id = reader.GetInt32();
                }
                else
                {
                    reader.Skip();
                }
            }

            (last, isEmpty) = ((int)reader.BytesConsumed, false);
            if (id is { } number && listed.Remove(number, out var named))
            {
                splice.Replace(start, last - start, Encoding.UTF8.GetBytes(Text(new(number, named.To))));
            }
        }

        room = (last, 0, isEmpty ? "" : ",\n", "");
    }

    // a place that the model's own vocabulary names, too, gets the same name there
    private void ReadModel()
    {
        var names = edit.Named.ToDictionary(place => place.From, place => place.To.Text, StringComparer.Ordinal);
        var ids = edit.Named.ToDictionary(place => place.Id, place => place.To.Text);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVocabulary = reader.ValueTextEquals("vocab");
            reader.Read();
            if (!isVocabulary || names.Count == 0 || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    Rename(names.GetValueOrDefault(reader.GetString()!));
                    reader.Read();
                    reader.Skip();
                }
            }
            else
            {
                for (var id = 0; reader.Read() && reader.TokenType == JsonTokenType.StartArray; id++)
                {
                    reader.Read();
                    Rename(ids.GetValueOrDefault(id));
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        reader.Skip();
                    }
                }
            }
        }
    }

    private readonly void Rename(string? to)
    {
        if (to is not null)
        {
            splice.Replace((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2, Encoding.UTF8.GetBytes(JsonValue.Create(to).ToJsonString()));
        }
    }

    private static string Text(PlacedToken token)
    {
        var json = new JsonObject { ["id"] = token.Id };
        foreach (var (key, value) in AddedTokenJson.Write(token.Token).ToImmutableArray())
        {
            json[key] = value?.DeepClone();
        }

        return json.ToJsonString();
    }
}
