using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Tokenizers;

/// <summary>Writes the changes of a tokenizer into each of its files, so that all of them say the same.</summary>
internal static class TokenizerWriter
{
    /// <summary>The template of processors, in a JSON file of its own.</summary>
    public const string ProcessorTemplate = "chat_template.json";

    private const string Template = "chat_template";
    private const string Decoder = "added_tokens_decoder";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a file changes.</summary>
    /// <param name="edit">The changes.</param>
    /// <param name="file">Its name.</param>
    public static bool Touches(TokenizerEdit edit, string file) => file switch
    {
        ModelFileNames.Tokenizer or ModelFileNames.AddedTokens => edit.ChangesTokens,
        ModelFileNames.TokenizerConfig => !edit.IsEmpty,
        ModelFileNames.SpecialTokens or ModelFileNames.VocabularyMap => !edit.Named.IsEmpty,
        ModelFileNames.ChatTemplate or ProcessorTemplate => edit.ChatTemplate is not null,
        _ => false,
    };

    /// <summary>A file after the changes.</summary>
    /// <param name="edit">The changes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="hasTemplateFile">Whether the template lies in a file of its own.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="Diagnostics.MergeOpsException">It is not what its name says.</exception>
    public static byte[] Write(TokenizerEdit edit, string name, ReadOnlySpan<byte> file, bool hasTemplateFile, string path)
    {
        try
        {
            return name switch
            {
                ModelFileNames.ChatTemplate => Encoding.UTF8.GetBytes(edit.ChatTemplate!),
                ModelFileNames.Tokenizer => TokenizerJsonWriter.Write(file, edit),
                _ => Bytes(Changed(edit, name, JsonNode.Parse(JsonText.Of(file, path)) as JsonObject ?? throw TokenizerFiles.Refusal(path, "It is not an object."), hasTemplateFile)),
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw TokenizerFiles.Refusal(path, "It does not have the form that tokens can be added to.", broken);
        }
    }

    private static JsonObject Changed(TokenizerEdit edit, string name, JsonObject root, bool hasTemplateFile)
    {
        switch (name)
        {
            case ModelFileNames.TokenizerConfig:
                ChangeConfig(edit, root, hasTemplateFile);
                break;
            case ModelFileNames.SpecialTokens:
                Rename(edit, root);
                break;
            case ProcessorTemplate:
                root[Template] = edit.ChatTemplate;
                break;
            default:
                foreach (var place in edit.Named.Where(place => root.ContainsKey(place.From)))
                {
                    var at = root.IndexOf(place.From);
                    root.RemoveAt(at);
                    root.Insert(at, place.To.Text, JsonValue.Create(place.Id));
                }

                foreach (var token in name == ModelFileNames.AddedTokens ? edit.Appended : [])
                {
                    root[token.Token.Text] = token.Id;
                }

                break;
        }

        return root;
    }

    private static void ChangeConfig(TokenizerEdit edit, JsonObject root, bool hasTemplateFile)
    {
        if (edit.ChangesTokens)
        {
            Rename(edit, root);
            if (root[Decoder] is not JsonObject decoder)
            {
                root[Decoder] = decoder = [];
            }

            foreach (var token in edit.Named.Select(place => new PlacedToken(place.Id, place.To)).Concat(edit.Appended))
            {
                decoder[token.Id.ToString(CultureInfo.InvariantCulture)] = AddedTokenJson.Write(token.Token);
            }
        }

        if (edit.ChatTemplate is { } template && (root.ContainsKey(Template) || !hasTemplateFile))
        {
            root[Template] = template;
        }
    }

    // the lists of special tokens without a task name them by their texts
    private static void Rename(TokenizerEdit edit, JsonObject root)
    {
        foreach (var list in root.Select(member => member.Value).OfType<JsonArray>())
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (list[i] is JsonValue value && value.TryGetValue(out string? text) && NameOf(edit, text) is { } name)
                {
                    list[i] = name;
                }
                else if (list[i] is JsonObject token && token["content"] is JsonValue content && content.TryGetValue(out string? own) && NameOf(edit, own) is { } other)
                {
                    token["content"] = other;
                }
            }
        }
    }

    private static string? NameOf(TokenizerEdit edit, string text) => edit.Named.FirstOrDefault(place => place.From == text)?.To.Text;

    private static byte[] Bytes(JsonObject root) => Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
}
