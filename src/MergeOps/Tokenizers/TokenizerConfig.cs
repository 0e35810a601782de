using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Tokenizers;

/// <summary>Reads the small files beside a vocabulary: which tokens have a task, which were added, and how a conversation becomes text.</summary>
internal static class TokenizerConfig
{
    private static readonly string[] Tasks = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    /// <summary>Reads those files that are there.</summary>
    /// <param name="files">The bytes of a model's files by their names.</param>
    /// <param name="describe">What messages call a file.</param>
    /// <param name="builder">Takes the added tokens.</param>
    /// <returns>The tokens with a task, and the digest and the text of the chat template.</returns>
    /// <exception cref="MergeOpsException">One is no JSON.</exception>
    public static (ImmutableSortedDictionary<string, string> SpecialTokens, string ChatTemplate, string? TemplateText) Read(
        IReadOnlyDictionary<string, byte[]> files, Func<string, string> describe, VocabularyBuilder builder)
    {
        var config = Object(files, ModelFileNames.TokenizerConfig, describe);
        var special = Object(files, ModelFileNames.SpecialTokens, describe);
        foreach (var token in Members(Member(config, "added_tokens_decoder")))
        {
            if (ContentOf(token.Value) is { } content && ulong.TryParse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                builder.AddBeside(AddedTokenJson.Of(content, token.Value), id);
            }
        }

        foreach (var token in Members(Object(files, ModelFileNames.AddedTokens, describe)))
        {
            if (token.Value.ValueKind is JsonValueKind.Number && token.Value.TryGetUInt64(out var id))
            {
                builder.AddBeside(AddedTokenJson.Of(token.Name, flag => null), id);
            }
        }

        return (SpecialTokens(config, special), DigestOfTemplate(files, config, describe), TemplateIn(files, config, describe));
    }

    /// <summary>The tokens with a task, by its name, such as <c>eos_token</c>.</summary>
    /// <param name="files">The bytes of a model's files by their names.</param>
    /// <param name="describe">What messages call a file.</param>
    /// <exception cref="MergeOpsException">One is no JSON.</exception>
    public static ImmutableSortedDictionary<string, string> SpecialTokens(IReadOnlyDictionary<string, byte[]> files, Func<string, string> describe) =>
        SpecialTokens(Object(files, ModelFileNames.TokenizerConfig, describe), Object(files, ModelFileNames.SpecialTokens, describe));

    /// <summary>Whether texts begin with a token; null where the files do not say.</summary>
    /// <param name="files">The bytes of a model's files by their names.</param>
    /// <param name="describe">What messages call a file.</param>
    /// <exception cref="MergeOpsException">One is no JSON.</exception>
    public static bool? AddsBegin(IReadOnlyDictionary<string, byte[]> files, Func<string, string> describe) =>
        Member(Object(files, ModelFileNames.TokenizerConfig, describe), "add_bos_token").ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>The chat template that is used where none is asked for by name; null when there is none.</summary>
    /// <param name="files">The bytes of a model's files by their names.</param>
    /// <param name="describe">What messages call a file.</param>
    /// <exception cref="MergeOpsException">One is no JSON.</exception>
    public static string? Template(IReadOnlyDictionary<string, byte[]> files, Func<string, string> describe) =>
        TemplateIn(files, Object(files, ModelFileNames.TokenizerConfig, describe), describe);

    private static ImmutableSortedDictionary<string, string> SpecialTokens(JsonElement config, JsonElement special)
    {
        var tasks =
            from task in Tasks
            let text = ContentOf(Member(config, task)) ?? ContentOf(Member(special, task))
            where text is not null
            select KeyValuePair.Create(task, text);
        return tasks.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    // of several templates the one that is used where none is asked for
    private static string? TemplateIn(IReadOnlyDictionary<string, byte[]> files, JsonElement config, Func<string, string> describe)
    {
        if (files.TryGetValue(ModelFileNames.ChatTemplate, out var template))
        {
            return Encoding.UTF8.GetString(JsonText.Of(template, describe(ModelFileNames.ChatTemplate)));
        }

        var inConfig = Member(config, "chat_template");
        var text = inConfig.ValueKind is JsonValueKind.Array
            ? inConfig.EnumerateArray().Where(entry => TextOf(Member(entry, "name")) == "default").Select(entry => TextOf(Member(entry, "template"))).FirstOrDefault()
            : TextOf(inConfig);
        return string.IsNullOrEmpty(text) ? null : text;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string DigestOfTemplate(IReadOnlyDictionary<string, byte[]> files, JsonElement config, Func<string, string> describe) =>
        files.TryGetValue(ModelFileNames.ChatTemplate, out var template)
            ? PartText.DigestOf(JsonValue.Create(Encoding.UTF8.GetString(JsonText.Of(template, describe(ModelFileNames.ChatTemplate)))))
            : Member(config, "chat_template") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } inConfig
                ? PartText.DigestOf(PartText.Parse(Encoding.UTF8.GetBytes(inConfig.GetRawText())))
                : TokenizerParts.Absent;

    // a token is its text, or an object with its text and how it is found
    private static string? ContentOf(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object => Member(token, "content") is { ValueKind: JsonValueKind.String } content ? content.GetString() : null,
        _ => null,
    };

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    private static JsonElement.ObjectEnumerator Members(JsonElement parent) => parent.ValueKind is JsonValueKind.Object ? parent.EnumerateObject() : default;

    private static JsonElement Object(IReadOnlyDictionary<string, byte[]> files, string name, Func<string, string> describe)
    {
        if (!files.TryGetValue(name, out var file))
        {
            return default;
        }

        var path = describe(name);
        var text = JsonText.Of(file, path);
        var json = new StrictJson(text, path, Codes.TokenizerUnreadable, 0);
        json.Read();
        json.SkipValue();
        json.Read();
        try
        {
            return JsonElement.Parse(text, Strict);
        }
        catch (JsonException broken)
        {
            throw TokenizerFiles.Refusal(path, JsonFlaw.Of(text, broken), broken);
        }
    }
}
