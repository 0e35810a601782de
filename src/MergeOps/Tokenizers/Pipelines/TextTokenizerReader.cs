using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Pipelines;

/// <summary>Reads <c>tokenizer.json</c> as a value that encodes and decodes.</summary>
internal static class TextTokenizerReader
{
    private const string Version = "1.0";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    /// <summary>The tokenizer.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="MergeOpsException">It is broken, or has a component that is not exact here.</exception>
    public static TextTokenizer Read(byte[] file, string path)
    {
        var text = JsonText.Of(file, path);
        try
        {
            using var document = JsonDocument.Parse(file.AsMemory(file.Length - text.Length), Strict);
            return Read(document.RootElement, path);
        }
        catch (JsonException broken)
        {
            throw TokenizerFiles.Refusal(path, $"It is not valid JSON. {JsonFlaw.Of(text, broken)}", broken);
        }
    }

    private static TextTokenizer Read(JsonElement root, string path)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            throw TokenizerFiles.Refusal(path, "Its top level is not an object.");
        }

        if (root.TryGetProperty("version", out var version) && !(version.ValueKind is JsonValueKind.String && version.ValueEquals(Version)))
        {
            throw TokenizerFiles.Refusal(path, $"Its version is not {Version}.");
        }

        var model = Component<ISubwordModel>(root, path) ?? throw TokenizerFiles.Refusal(path, "It has no model.");
        var added = new AddedVocabulary(root.TryGetProperty("added_tokens", out var list) ? list : default, model, Component<INormalizer>(root, path), path);
        return new(added, Component<IPreTokenizer>(root, path), model, Component<IPostProcessor>(root, path), Component<IDecoder>(root, path));
    }

    private static T? Component<T>(JsonElement root, string path)
        where T : class =>
        root.TryGetProperty(ComponentKind.Of<T>().Key, out var component) && component.ValueKind is not JsonValueKind.Null ? ComponentSettings.Read<T>(component, path) : null;
}
