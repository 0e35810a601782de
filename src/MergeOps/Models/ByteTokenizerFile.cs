using System.Text.Json;

namespace MergeOps.Models;

/// <summary>Reads a Hugging Face <c>tokenizer.json</c> of the one kind that is exact here: byte-level BPE without merges.</summary>
internal static class ByteTokenizerFile
{
    /// <summary>The tokenizer, or null with the reason.</summary>
    public static ByteTokenizer? TryRead(JsonElement root, out string? whyNot)
    {
        whyNot = WhyNotExact(root);
        if (whyNot is not null)
        {
            return null;
        }

        var vocabulary = Member(Member(root, "model"), "vocab");
        var byteIds = new int[256];
        for (var value = 0; value < 256; value++)
        {
            if (Member(vocabulary, ByteSymbol(value).ToString()) is not { ValueKind: JsonValueKind.Number } id || !id.TryGetInt32(out byteIds[value]))
            {
                whyNot = $"tokenizer.json has no token for byte 0x{value:X2}";
                return null;
            }
        }

        var specials = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in Items(root, "added_tokens"))
        {
            if (!IsPlainSpecial(token, out var content, out var id) || !specials.TryAdd(content, id))
            {
                whyNot = $"tokenizer.json has an added token with rules that are not supported: {token.GetRawText()}";
                return null;
            }
        }

        if (byteIds.Concat(specials.Values).Any(id => id < 0) || byteIds.Concat(specials.Values).Distinct().Count() != 256 + specials.Count)
        {
            whyNot = "tokenizer.json gives one id to two tokens";
            return null;
        }

        int? begin = null;
        if (BeginToken(root) is { } beginToken)
        {
            if (!specials.TryGetValue(beginToken, out var id))
            {
                whyNot = $"tokenizer.json begins texts with '{beginToken}', which is not an added token";
                return null;
            }

            begin = id;
        }

        return new ByteTokenizer(byteIds, specials, begin);
    }

    /// <summary>The printable character that stands for a byte in byte-level vocabularies (GPT-2's table).</summary>
    public static char ByteSymbol(int value) => value switch
    {
        (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) => (char)value,
        <= ' ' => (char)(0x100 + value),
        <= 0xA0 => (char)(0x100 + 33 + value - 0x7F),
        _ => (char)(0x100 + 67),
    };

    private static string? WhyNotExact(JsonElement root)
    {
        var model = Member(root, "model");
        if (Text(model, "type") is var type and not "BPE")
        {
            return $"tokenizer of type '{type ?? "unknown"}' has no exact implementation here (there is: byte-level BPE without merges)";
        }

        if (Items(model, "merges").Length > 0)
        {
            return "byte-level BPE with merges has no exact implementation here yet";
        }

        if (Text(Member(root, "pre_tokenizer"), "type") != "ByteLevel" || IsSet(Member(root, "pre_tokenizer"), "add_prefix_space"))
        {
            return "the tokenizer's pre_tokenizer is not a plain ByteLevel without prefix space";
        }

        foreach (var part in (string[])["normalizer", "truncation"])
        {
            if (Member(root, part).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            {
                return $"the tokenizer's {part} has no exact implementation here";
            }
        }

        foreach (var affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (!string.IsNullOrEmpty(Text(model, affix)))
            {
                return $"the tokenizer's {affix} has no exact implementation here";
            }
        }

        var processor = Member(root, "post_processor");
        return processor.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || Text(processor, "type") == "ByteLevel" || BeginToken(root) is not null
            ? null
            : "the tokenizer's post_processor is none of: nothing, ByteLevel, one token before the text";
    }

    /// <summary>The token of a template <c>[token, text]</c>, or null for any other post-processor.</summary>
    private static string? BeginToken(JsonElement root)
    {
        var processor = Member(root, "post_processor");
        var single = Text(processor, "type") == "TemplateProcessing" ? Items(processor, "single") : [];
        return single.Length == 2 && Text(Member(single[1], "Sequence"), "id") == "A"
            ? Text(Member(single[0], "SpecialToken"), "id")
            : null;
    }

    private static bool IsPlainSpecial(JsonElement token, out string content, out int id)
    {
        id = 0;
        content = Text(token, "content") ?? "";
        return content.Length > 0
            && Member(token, "id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out id)
            && !IsSet(token, "single_word") && !IsSet(token, "lstrip") && !IsSet(token, "rstrip");
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool IsSet(JsonElement parent, string name) => Member(parent, name).ValueKind == JsonValueKind.True;

    private static JsonElement[] Items(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
}
